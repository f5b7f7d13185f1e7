import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { EpochMs, Seconds } from '../base/units.ts';
import { readSigned } from './signedLog.ts';

/** One self-test of the interlocks, as it stands in the signed log of the station. */
export interface InterlockTestEntry {
  started: EpochMs;
  ended: EpochMs;
  station: string;
  simulated: boolean;
  operator: string;
  /** Version. */
  baton: string;
  /** SHA-256 of the interlocks.json that was tested. */
  interlocks: string;
  verdict: 'passed' | 'failed' | 'stopped' | 'unsafe';
  results: readonly {
    interlock: string;
    reading: string;
    at: string;
    fault: string;
    action: string;
    passed: boolean;
    trippedAfter?: Seconds;
    offAfter?: Seconds;
    why?: string;
  }[];
  /** What could not be verified as off. */
  left: readonly string[];
}

interface Tested {
  id: string;
  runsDirectory: string;
  files: readonly { name: string; text: string }[];
}

/** Of all stations of the folder: the entries say which. */
export function interlockTestLog({ runsDirectory }: Pick<Tested, 'runsDirectory'>): string {
  return join(runsDirectory, 'interlock-tests.jsonl');
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The last self-test of this station, and what it is worth today, in a sentence. */
export async function lastTest(
  station: Tested,
  now: EpochMs = Date.now(),
): Promise<{ entry?: InterlockTestEntry; good: boolean; told: string }> {
  const { lines, broken } = await readSigned<InterlockTestEntry>(interlockTestLog(station));
  if (broken !== undefined)
    return { good: false, told: `The log of the self-tests cannot be trusted: ${broken}.` };
  const entry = lines.map((line) => line.entry).findLast((one) => one.station === station.id);
  if (!entry) return { good: false, told: 'The interlocks were never tested here: `baton interlocks test`.' };
  const hours = Math.round((now - entry.ended) / 3_600_000);
  const age = hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
  const current = hashText(station.files.find(({ name }) => name === 'interlocks.json')?.text ?? '');
  const changed = entry.interlocks !== current ? '; interlocks.json has changed since' : '';
  const told = `Last self-test: ${entry.verdict}, ${age}, by ${entry.operator}${changed}.`;
  return { entry, good: entry.verdict === 'passed' && changed === '' && hours < 24, told };
}
