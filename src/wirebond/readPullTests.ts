import { createHash } from 'node:crypto';
import type { Problem } from '../base/errors.ts';
import { formatOf, formats } from './formats/formats.ts';
import { locationByOrder } from './formats/location.ts';
import type { Field, PullFile, RawPull } from './formats/pullFile.ts';
import { decodeText } from './formats/text.ts';
import type { Pull, PullSettings, PullTest, Question, Reading } from './pullTest.ts';
import { settleBreaks } from './settling/breaks.ts';
import { settleComponents } from './settling/components.ts';
import { settleLoads } from './settling/loads.ts';
import { settleMoment } from './settling/moment.ts';
import { numberProblems } from './settling/numbering.ts';
import { goodPulls } from './statistics.ts';

/**
 * Reads a pull file of any known format and encoding, and settles what its words mean at this site: which module,
 * which unit, which break, which day. Never throws for what stands in the file; never guesses.
 *
 * @param source.file the name under which problems show it
 */
export function readPullTests(source: { file: string; bytes: Uint8Array }, settings: PullSettings): Reading {
  const { file, bytes } = source;
  const empty: Reading = { file, sha256: sha256(bytes), tests: [], questions: [], problems: [] };
  const read = readFormat(source, settings);
  if (!('pulls' in read)) return { ...empty, problems: [read] };
  const failed = read.problems.some(({ severity }) => severity !== 'warning');
  if (failed) return { ...empty, problems: read.problems };
  if (read.pulls.length === 0)
    return {
      ...empty,
      problems: [
        {
          code: 'E9208',
          what: `The file holds no pull, though it looks like one of format ${read.format}.`,
          where: { file },
          remedy: 'Export it again after the pulls were made.',
        },
      ],
    };
  const settled = settle(read, empty, settings);
  return { ...settled, problems: [...read.problems, ...settled.problems] };
}

function readFormat(
  { file, bytes }: { file: string; bytes: Uint8Array },
  { site }: PullSettings,
): PullFile | Problem {
  const decoded = decodeText(bytes);
  const where = { file };
  if (bytes.length === 0 || decoded?.text.trim() === '')
    return {
      code: 'E9208',
      what: 'The file is empty.',
      where,
      remedy: 'Export it again from the pull tester.',
    };
  if (decoded === undefined)
    return {
      code: 'E9202',
      what: 'This is no text: neither UTF-8, UTF-16 nor Windows-1252.',
      where,
      remedy: 'Export the pulls as CSV or text; a spreadsheet (xlsx) or a picture cannot be read.',
    };
  const format = formatOf(decoded.text);
  if (format === undefined)
    return {
      code: 'E9203',
      what: `This is none of the formats that are known (${formats.map(({ name }) => name).join(', ')}).`,
      where,
      remedy: 'docs/wirebond.md shows each of them. Is it the right file?',
    };
  return format.read(
    { file, text: decoded.text },
    { serialNumberField: site.serialNumberField ?? 'Serial Number' },
  );
}

function settle(read: PullFile, empty: Reading, settings: PullSettings): Reading {
  const { file } = empty;
  const loads = settleLoads(read.pulls, file, settings);
  const breaks = settleBreaks(read, settings);
  const components = settleComponents(read.pulls, file, settings);
  const moments = settleMoment(read.pulls, file, settings);
  const people = settlePeople(read.pulls, file, settings);
  const questions: Question[] = [...loads.questions, ...moments.questions, ...people.questions];
  const problems = [
    ...loads.problems,
    ...breaks.problems,
    ...components.problems,
    ...moments.problems,
    ...components.groups.flatMap(({ pulls }) => numberProblems(pulls, components.of === 1)),
  ];
  const { unit } = loads;
  const failed = problems.some(({ severity }) => severity !== 'warning');
  if (failed || unit === undefined) return { ...empty, questions, problems };

  const tests: PullTest[] = components.groups.map(({ component, position, pulls: raw }) => {
    const first = raw[0]!;
    const date = moments.dateOf(first);
    const operator = people.operatorOf(first);
    const instrument = people.instrumentOf(first);
    return {
      file,
      sha256: empty.sha256,
      format: read.format,
      position,
      of: components.of,
      component,
      pulls: raw.map((pull, index) => asPull(pull, index, { loads, breaks })),
      unit,
      ...(breaks.table ? { grades: breaks.table } : {}),
      ...(date === undefined ? {} : { date }),
      ...(operator === undefined ? {} : { operator }),
      ...(instrument === undefined ? {} : { instrument }),
      warnings: problems.filter(({ severity }) => severity === 'warning'),
    };
  });
  const few = tests.filter(({ pulls }) => goodPulls(pulls).length < 2).map(tooFew);
  return { ...empty, tests: few.length > 0 ? [] : tests, questions, problems: [...problems, ...few] };
}

function asPull(
  raw: RawPull,
  index: number,
  { loads, breaks }: { loads: ReturnType<typeof settleLoads>; breaks: ReturnType<typeof settleBreaks> },
): Pull {
  return {
    number: raw.number,
    strength: loads.strengthOf(raw),
    mode: breaks.modeOf(raw),
    location: raw.location ?? locationByOrder(index),
    ...(raw.label === undefined ? {} : { label: raw.label }),
    place: raw.place,
  };
}

function tooFew(test: PullTest): Problem {
  const good = goodPulls(test.pulls).length;
  const all = test.pulls.length;
  const of = all === good ? '' : ` of ${all}`;
  return {
    code: 'E9209',
    what: `${test.component} has ${good === 0 ? 'no pull' : 'one pull'}${of} without an error; a mean and a deviation need two.`,
    where: test.pulls[0]!.place,
    remedy: 'Pull more wires. A single pull says nothing about a module.',
  };
}

function settlePeople(pulls: readonly RawPull[], file: string, settings: PullSettings) {
  const questions: Question[] = [];
  const ask = (about: 'operator' | 'instrument', field: (pull: RawPull) => Field | undefined) => {
    if (settings[about] !== undefined || pulls.every((pull) => field(pull) !== undefined)) return;
    const what = `The file does not say which ${about} ${about === 'operator' ? 'made' : 'was used for'} the pulls.`;
    questions.push({ about, problem: { code: 'E9216', what, where: { file }, remedy: `Give --${about}.` } });
  };
  ask('operator', ({ header }) => header.operator);
  ask('instrument', ({ header }) => header.instrument);
  return {
    questions,
    operatorOf: ({ header }: RawPull) => settings.operator ?? header.operator?.text,
    instrumentOf: ({ header }: RawPull) => settings.instrument ?? header.instrument?.text,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
