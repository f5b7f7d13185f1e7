import { deflateRawSync } from 'node:zlib';

/** The pixel matrix, kept row by row. */
export const columns = 432;
export const rows = 336;
export const pixels = columns * rows;

export function uint16Map(base64: string): Uint16Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 2 * pixels));
}

export function uint32Map(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * pixels));
}

export function uint8Map(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Maps of a chip for a file of their own; what each means is in docs/results.md. */
export interface ChipMap {
  unit: string;
  /** Of a map of classes: what each number means. */
  legend?: Readonly<Record<number, string>>;
  values: Uint8Array | Uint16Array;
}

/** `{ format, columns, rows, maps: { name: { unit, type, data } } }`, data deflated and in base64. */
export function mapsJson(maps: Readonly<Record<string, ChipMap>>): string {
  const packed = Object.entries(maps).map(([name, { unit, legend, values }]) => {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    return [
      name,
      {
        unit,
        ...(legend ? { legend } : {}),
        type: values instanceof Uint8Array ? 'uint8' : 'uint16',
        data: deflateRawSync(bytes, { level: 1 }).toString('base64'),
      },
    ];
  });
  return `${JSON.stringify({ format: 1, columns, rows, encoding: 'base64 of raw deflate, little-endian, row by row', maps: Object.fromEntries(packed) })}\n`;
}

export interface Spread {
  mean: number;
  /** Standard deviation. */
  spread: number;
  /** Pixels that have a value. */
  pixels: number;
}

/** Mean and spread of the values other than 0, each times `unit`. */
export function spreadOf(map: Uint16Array, unit = 1): Spread {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const value of map) {
    if (value === 0) continue;
    count += 1;
    sum += value * unit;
    squares += (value * unit) ** 2;
  }
  const mean = count === 0 ? 0 : sum / count;
  const variance = count === 0 ? 0 : Math.max(0, squares / count - mean * mean);
  return { mean: round(mean), spread: round(Math.sqrt(variance)), pixels: count };
}

/** Counts a bin of `width`, from 0; values of 0 are no values. */
export function histogram(map: Uint16Array, width: number): number[] {
  const counts: number[] = [];
  for (const value of map) {
    if (value === 0) continue;
    const bin = Math.floor(value / width);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
