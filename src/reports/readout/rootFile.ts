import { readFile } from 'node:fs/promises';
import type { RootDirectory, RootFile, RootKey } from 'jsroot/io';
import { BatonError } from '../../base/errors.ts';
import { type Binning, evenEdges, type ReadoutObject, type ReadoutReader } from './readout.ts';

/** Ph2_ACF's ROOT files: every one- and two-dimensional histogram in all folders, the rest listed. No ROOT needed. */
export const rootFile: ReadoutReader = {
  reads: (name) => /\.root$/i.test(name),
  async read(path) {
    const file = await open(path);
    return readFolder(file, file, '');
  },
};

async function open(path: string): Promise<RootFile> {
  const bytes = await readFile(path);
  const { openFile } = await import('jsroot/io');
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const file = await openFile(content);
    if (file) return file;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

async function readFolder(file: RootFile, folder: RootDirectory, above: string): Promise<ReadoutObject[]> {
  const objects: ReadoutObject[] = [];
  for (const key of latestCycles(folder.fKeys)) {
    const path = `${above}${key.fName}`;
    if (/^TDirectory/.test(key.fClassName)) {
      objects.push(...(await readFolder(file, await file.readDirectory(path), `${path}/`)));
    } else if (key.fName !== 'StreamerInfo') objects.push(await readKey(file, key, path));
  }
  return objects;
}

/** The same name more than once: older versions of the same object. The highest cycle is the one that counts. */
function latestCycles(keys: readonly RootKey[]): RootKey[] {
  const latest = new Map<string, RootKey>();
  for (const key of keys) {
    const known = latest.get(key.fName);
    if (!known || key.fCycle > known.fCycle) latest.set(key.fName, key);
  }
  return [...latest.values()];
}

async function readKey(file: RootFile, key: RootKey, path: string): Promise<ReadoutObject> {
  const other = { kind: 'other', path, title: key.fTitle, type: key.fClassName } as const;
  if (!/^(TH[12][CSIFDL]|TProfile(2D)?)$/.test(key.fClassName) && !/histogram/i.test(key.fClassName))
    return other;
  try {
    const object = await file.readObject(`${path};${key.fCycle}`);
    const histogram = histogramIn(object);
    return histogram ? convert(histogram, path) : other;
  } catch (error) {
    return { ...other, why: error instanceof Error ? error.message : String(error) };
  }
}

interface RootAxis {
  fNbins: number;
  fXmin: number;
  fXmax: number;
  fTitle: string;
  /** Of bins that differ in width; else empty. */
  fXbins?: ArrayLike<number>;
}

interface RootHistogram {
  _typename: string;
  fName: string;
  fTitle: string;
  fXaxis: RootAxis;
  fYaxis: RootAxis;
  /** Bin 0 lies below the axis, the last one above it. */
  fArray: ArrayLike<number>;
  /** Of a profile: the weight of each bin, by which its sum is divided. */
  fBinEntries?: ArrayLike<number>;
}

/** Ph2_ACF wraps its histograms into containers; the histogram is one of the members. */
function histogramIn(object: unknown, depth = 0): RootHistogram | undefined {
  if (typeof object !== 'object' || object === null || depth > 2) return undefined;
  if ('fArray' in object && 'fXaxis' in object) return object as RootHistogram;
  for (const member of Object.values(object)) {
    const found = histogramIn(member, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function convert(histogram: RootHistogram, path: string): ReadoutObject {
  const { fTitle: title, fXaxis, fYaxis, _typename } = histogram;
  const x = binning(fXaxis);
  const value = content(histogram);
  if (!/2/.test(_typename)) {
    const bins = fXaxis.fNbins;
    return {
      kind: 'distribution',
      path,
      title,
      x,
      y: { title: fYaxis.fTitle },
      counts: Float64Array.from({ length: bins }, (_, i) => value(i + 1)),
      below: value(0),
      above: value(bins + 1),
    };
  }
  const [columns, rows] = [fXaxis.fNbins, fYaxis.fNbins];
  const values = new Float64Array(columns * rows);
  let outside = 0;
  for (let row = 0; row < rows + 2; row += 1)
    for (let column = 0; column < columns + 2; column += 1) {
      const here = value(row * (columns + 2) + column);
      const inside = row > 0 && row <= rows && column > 0 && column <= columns;
      if (inside) values[(row - 1) * columns + column - 1] = here;
      else outside += here;
    }
  return { kind: 'map', path, title, x, y: binning(fYaxis), values, unit: '', outside };
}

/** The content of a bin; of a profile its mean. */
function content({ fArray, fBinEntries }: RootHistogram): (bin: number) => number {
  if (!fBinEntries) return (bin) => fArray[bin] ?? 0;
  return (bin) => (fBinEntries[bin] ? fArray[bin]! / fBinEntries[bin]! : 0);
}

/** A title often ends with its unit: `Threshold [electrons]`. */
function binning({ fNbins, fXmin, fXmax, fTitle, fXbins }: RootAxis): Binning {
  const [, words = fTitle, unit = ''] = /^(.*?)\s*[[(]([^\])]*)[\])]$/.exec(fTitle) ?? [];
  const own = fXbins !== undefined && fXbins.length === fNbins + 1;
  return { title: words, unit, edges: own ? Float64Array.from(fXbins) : evenEdges(fXmin, fXmax, fNbins) };
}

function unreadable(file: string, cause?: unknown): BatonError {
  return new BatonError(
    {
      code: 'E9402',
      where: { file },
      what: `this is not a ROOT file, or not a whole one${cause instanceof Error ? ` (${cause.message})` : ''}.`,
      remedy:
        'Everything else is shown all the same. The file is kept as it is; `rootls` of ROOT says what is wrong with it.',
    },
    { cause },
  );
}
