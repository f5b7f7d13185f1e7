import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunRecord } from '../../journal/record.ts';
import { runFiles } from '../../journal/runDirectory.ts';
import { isSimulated } from '../../journal/simulated.ts';

/**
 * The run directory of simulated instruments that a file lies in, if it does. What cannot be read there counts as
 * simulated, for rule 11 has no doubtful cases.
 */
export async function simulatedRunOf(path: string): Promise<string | undefined> {
  const run = await runOf(path);
  return run?.simulated ? run.folder : undefined;
}

/** The run directory that a file lies in, by the name it was given or by where a link leads. */
export async function runOf(path: string): Promise<{ folder: string; simulated: boolean } | undefined> {
  const given = resolve(path);
  const real = await realpath(given).catch(() => given);
  const runs = [await runAbove(given), ...(real === given ? [] : [await runAbove(real)])];
  return runs.find((run) => run?.simulated) ?? runs.find((run) => run !== undefined);
}

async function runAbove(path: string): Promise<{ folder: string; simulated: boolean } | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const said = (await Promise.all([byRecord(folder), byJournal(folder), byWitness(folder)])).filter(
      (one) => one !== undefined,
    );
    // Each of the three can be edited by hand: one that says so is enough.
    if (said.length > 0) return { folder, simulated: said.includes(true) };
    if (folder === dirname(folder)) return undefined;
  }
}

/** Undefined: there is no record here. */
async function byRecord(folder: string): Promise<boolean | undefined> {
  const text = await readFile(join(folder, runFiles.record), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as Partial<RunRecord> | null;
    // Other programs call their files record.json, too.
    if (record?.station === undefined) return undefined;
    return isSimulated({ station: record.station, instruments: record.instruments ?? [] });
  } catch {
    return true;
  }
}

/** A run that did not come to its end has no record, but a journal. */
async function byJournal(folder: string): Promise<boolean | undefined> {
  const path = join(folder, runFiles.journal);
  if (!(await stat(path).catch(() => undefined))) return undefined;
  const input = createReadStream(path, { encoding: 'utf8' });
  let real = false;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      // The start and each instrument are marked; nothing else need be parsed.
      if (/"simulated":\s*true/.test(text)) return true;
      if (/"event":\s*"run\.started"/.test(text)) real = /"simulated":\s*false/.test(text);
    }
    return !real;
  } catch {
    return true;
  } finally {
    input.destroy();
  }
}

/** Only a run that started its simulated station has its log. */
async function byWitness(folder: string): Promise<boolean | undefined> {
  return (await stat(join(folder, runFiles.witness)).catch(() => undefined)) ? true : undefined;
}
