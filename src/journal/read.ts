import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { BatonError } from '../base/errors.ts';
import type { JournalLine } from './event.ts';

/** What a journal holds, as far as it is whole. */
export interface ReadJournal {
  lines: readonly JournalLine[];
  /** Bytes up to the end of the last whole line; what follows is a torn line. */
  intactBytes: number;
  torn: boolean;
  /** Of the whole file. */
  bytes: number;
}

/**
 * Reads a journal. A last line that a crash cut short is left out and said (`torn`); anything else that is not a line
 * of a journal is an error, for then the file is not what it claims to be.
 *
 * @throws E5002 a line in the middle is unreadable, or its number does not follow.
 */
export async function readJournal(path: string): Promise<ReadJournal> {
  const lines: JournalLine[] = [];
  let intactBytes = 0;
  let broken: number | undefined;
  let number = 0;
  const input = createReadStream(path, { encoding: 'utf8' });
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (broken !== undefined) throw unreadable(path, broken);
    const line = parseLine(text);
    if (!line || line.n !== lines.length) {
      broken = number;
      continue;
    }
    lines.push(line);
    intactBytes += Buffer.byteLength(text) + 1;
  }
  const bytes = input.bytesRead;
  return { lines, intactBytes, torn: broken !== undefined || intactBytes > bytes, bytes };
}

function parseLine(text: string): JournalLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isLine =
      typeof value === 'object' && value !== null && 'event' in value && 'n' in value && 't' in value;
    return isLine ? (value as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(file: string, line: number): BatonError {
  return new BatonError({
    code: 'E5002',
    where: { file, line },
    what: 'this line of the journal cannot be read, and lines follow it: the file was changed after it was written.',
    remedy: 'Restore the file from a copy; the other files of the run directory are not affected.',
  });
}
