import { analyse } from '../../src/sensors/analyses/analyse.ts';
import { judge } from '../../src/sensors/judged.ts';
import { listed } from '../../src/sensors/listing.ts';
import { parseQuestion } from '../../src/sensors/query/query.ts';
import { standardText } from '../../src/sensors/standardFormat.ts';
import { cpuTime } from '../cpuTime.ts';
import {
  bowText,
  cvText,
  ivText,
  readText,
  severalWafersText,
  stabilityText,
  stripText,
  thicknessText,
} from './samples.ts';

/** Random numbers that any seed gives again. [mulberry32, public domain] */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const samples = [
  ...[ivText(), cvText(), stabilityText(), stripText(), bowText(), thicknessText(), severalWafersText()],
].map((text) => new TextEncoder().encode(text));

export interface Mutant {
  bytes: Uint8Array;
  /** Why it must not pass; undefined if it may. */
  mustNotPass: string | undefined;
}

/** A good file, cut or damaged. */
export function mutant(seed: number, from: readonly Uint8Array[] = samples): Mutant {
  const random = randomOf(seed);
  const below = (count: number) => Math.floor(random() * count);
  const original = from[below(from.length)]!;
  const kind = below(10);
  if (kind < 4) return cut(original, 1 + below(original.length - 1));
  let bytes = original.slice();
  for (let change = 1 + below(6); change > 0; change -= 1) {
    const at = below(bytes.length);
    switch (below(6)) {
      case 0: // One byte is another.
        bytes[at] = below(256);
        break;
      case 1: // A piece is lost.
        bytes = joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + below(400))));
        break;
      case 2: // A piece comes twice.
        bytes = joined(
          bytes.subarray(0, at),
          bytes.subarray(Math.max(0, at - below(400)), at),
          bytes.subarray(at),
        );
        break;
      case 3: // Something else stands in between.
        bytes = joined(
          bytes.subarray(0, at),
          new TextEncoder().encode(noise[below(noise.length)]),
          bytes.subarray(at),
        );
        break;
      case 4: // Another sign in place of every such one.
        bytes = swapped(bytes, bytes[at]!, below(128));
        break;
      default: // A run of one byte.
        bytes = joined(
          bytes.subarray(0, at),
          new Uint8Array(below(3000)).fill(below(128)),
          bytes.subarray(at),
        );
    }
    if (bytes.length === 0) bytes = Uint8Array.of(10);
  }
  return { bytes, mustNotPass: undefined };
}

const noise = [
  '\t',
  '\n',
  '\n\n',
  ';;;;;;',
  'NaN',
  '1e999',
  '-009999',
  '"',
  '<script>',
  '\u0000',
  '\ufeff',
  '9'.repeat(400),
  '::: ',
];

/** The first bytes of a file. Cut within a row, or short of what the test must reach, it must not pass. */
function cut(original: Uint8Array, length: number): Mutant {
  const bytes = original.slice(0, length);
  const lines = new TextDecoder().decode(original).split('\n');
  const kept = new TextDecoder().decode(bytes);
  if (length === original.length - 1) return { bytes, mustNotPass: undefined };
  if (!kept.endsWith('\n')) {
    // A row that lost only its line end is whole.
    const last = kept.slice(kept.lastIndexOf('\n') + 1);
    return { bytes, mustNotPass: lines.includes(last) ? shortOf(kept) : 'cut in mid-row' };
  }
  return { bytes, mustNotPass: shortOf(kept) };
}

function shortOf(text: string): string | undefined {
  const lastRow = text.trimEnd().split('\n').at(-1) ?? '';
  const first = Math.abs(Number(lastRow.split('\t')[0]));
  if (/TestType: ATLAS18_(IV|CV)/.test(text) && !(first >= 500)) return 'short of 500 V';
  if (/TestType: ATLAS18_CURRENT|^CurrentStability$/m.test(text) && !(first >= 86400)) return 'short of 24 h';
  if (/TestType: ATLAS18_FULLSTRIP/.test(text) && first !== 1280) return 'short of its last channel';
  return undefined;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function swapped(bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte) => (byte === from ? to : byte));
}

const question = parseQuestion('decision=Pass and not flags~x', ['decision', 'flags']);

/** Reads and judges a mutant, and all that follows from it; says what went wrong, and how long reading took (ms). */
export function tryMutant({ bytes, mustNotPass }: Mutant): { complaint: string | undefined; took: number } {
  const { result: read, ms: took } = cpuTime(() => {
    const result = readText(bytes, 'lab/mutant.dat');
    return { result, decisions: 'reason' in result ? [] : result.map((test) => analyse(test).decision) };
  });
  const { result, decisions } = read;
  if (mustNotPass !== undefined && decisions.includes('Pass'))
    return { complaint: `passes although ${mustNotPass}`, took };
  if ('reason' in result) return { complaint: undefined, took };
  for (const test of result) {
    question(listed(judge(test)));
    const standard = standardText(test, 'STD_mutant.dat');
    if (standard === undefined || test.incomplete !== undefined) continue;
    const again = readText(standard, 'lab/STD_mutant.dat');
    if ('reason' in again && Object.keys(test.columns).length > 0)
      return { complaint: `its standard format cannot be read: ${again.reason}`, took };
  }
  return { complaint: undefined, took };
}
