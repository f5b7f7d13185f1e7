import { readFile, stat } from 'node:fs/promises';
import type { Problem } from '../../base/errors.ts';
import { type LoadUnit, loadUnits } from '../../wirebond/load.ts';
import type { PullSettings, Question, Reading } from '../../wirebond/pullTest.ts';
import { readPullTests } from '../../wirebond/readPullTests.ts';
import { type DateOrder, dateOrders } from '../../wirebond/settling/date.ts';
import type { Asker } from '../asking/ask.ts';

/** What the operator said on the command line, or answers to a question. */
export interface SaidByOperator {
  component: string | undefined;
  dateOrder: DateOrder | undefined;
  unit: LoadUnit | undefined;
  operator: string | undefined;
  instrument: string | undefined;
  date: string | undefined;
}

type Asking = Pick<PullSettings, 'site' | 'now'> & { asker: Asker | undefined };

/**
 * Reads every file, asking what it does not say. A file with a problem or an open question gives no more than that;
 * the others are not touched by it.
 */
export async function readPullFiles(
  paths: readonly string[],
  said: SaidByOperator,
  asking: Asking,
): Promise<{ readings: Reading[]; problems: Problem[] }> {
  const readings: Reading[] = [];
  const problems: Problem[] = [];
  const known = new Map<string, string>();
  let answers = said;
  for (const path of paths) {
    const bytes = await bytesOf(path);
    if (!(bytes instanceof Uint8Array)) {
      problems.push(bytes);
      continue;
    }
    const read = await readAsking({ file: path, bytes }, answers, asking);
    // The date of one file says nothing about the next; the rest is the machine's and the person's.
    answers = { ...read.answers, date: said.date };
    const earlier = known.get(read.reading.sha256);
    if (earlier !== undefined) {
      problems.push(givenTwice(path, earlier));
      continue;
    }
    known.set(read.reading.sha256, path);
    readings.push(read.reading);
    problems.push(...read.reading.problems, ...read.reading.questions.map(({ problem }) => problem));
  }
  return { readings, problems };
}

async function readAsking(
  source: { file: string; bytes: Uint8Array },
  said: SaidByOperator,
  { asker, site, now }: Asking,
): Promise<{ reading: Reading; answers: SaidByOperator }> {
  let answers = said;
  for (;;) {
    const reading = readPullTests(source, { ...answers, site, now });
    const [question] = reading.questions;
    const failed = reading.problems.some(({ severity }) => severity !== 'warning');
    if (question === undefined || asker === undefined || failed) return { reading, answers };
    answers = { ...answers, [question.about]: await ask(question, asker) };
  }
}

/** The answer is read by the same code as an option, so that a wrong one is a problem of the file, not a crash. */
async function ask({ about, problem }: Question, asker: Asker): Promise<string> {
  const place = problem.where ? `${problem.where.file}: ` : '';
  const words = `${place}${problem.what}`;
  switch (about) {
    case 'dateOrder':
      return asker.choose(`${words} Which order does the machine write?`, dateOrders);
    case 'unit':
      return asker.choose(`${words} Which is it?`, loadUnits);
    case 'operator':
    case 'instrument':
      return asker.text(`${words} Which?`);
    case 'date':
      return asker.text(`${words} When (2025-03-01 14:05)?`);
  }
}

/** A pull is half a kilobyte in the longest format: this is a hundred modules and more. */
const largestFile = 8 * 1024 * 1024;

async function bytesOf(path: string): Promise<Uint8Array | Problem> {
  try {
    const { size } = await stat(path);
    if (size > largestFile)
      return {
        code: 'E9201',
        what: `The file has ${Math.round(size / 1e6)} MB: no pull test is that long.`,
        where: { file: path },
        remedy: 'Look whether it is the right one; a log of many days is exported in parts.',
      };
    return await readFile(path);
  } catch (error) {
    return {
      code: 'E9201',
      what: `The file cannot be read: ${(error as Error).message}.`,
      where: { file: path },
      remedy: 'Check the path and the rights.',
    };
  }
}

function givenTwice(path: string, earlier: string): Problem {
  return {
    code: 'E9223',
    what: `This is the same file as ${earlier}, byte for byte.`,
    where: { file: path },
    remedy: 'Give it once. Two modules cannot have the same pulls.',
  };
}
