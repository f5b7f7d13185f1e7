import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { BatonError } from '../../base/errors.ts';
import { evenEdges, type PixelMatrix, type ReadoutReader } from './readout.ts';

/** Maps of a chip as JSON (docs/results.md): `Module0_Chip1_maps.json`. */
export const mapsFile: ReadoutReader = {
  reads: (name) => /_maps\.json$/i.test(name),
  async read(path) {
    let file: MapsFile;
    try {
      file = JSON.parse(await readFile(path, 'utf8')) as MapsFile;
    } catch (cause) {
      throw unreadable(path, 'it is no JSON', cause);
    }
    const { columns, rows, maps } = file ?? {};
    if (
      !isSize(columns) ||
      !isSize(rows) ||
      columns * rows > mostPixels ||
      typeof maps !== 'object' ||
      maps === null
    )
      throw unreadable(path, 'it has no columns, rows and maps');
    return Object.entries(maps).map(([name, map]) => matrixOf(path, name, map, columns, rows));
  },
};

interface MapsFile {
  columns?: number;
  rows?: number;
  maps?: Record<string, PackedMap>;
}

interface PackedMap {
  unit?: string;
  type?: string;
  legend?: Record<string, string>;
  data?: string;
}

/** Sixteen quad modules: more is no chip, and would only fill the memory. */
const mostPixels = 64 * 145_152;

function matrixOf(file: string, name: string, map: PackedMap, columns: number, rows: number): PixelMatrix {
  const { unit = '', type, legend, data } = map;
  const size = type === 'uint8' ? 1 : type === 'uint16' ? 2 : undefined;
  if (size === undefined || typeof data !== 'string')
    throw unreadable(file, `the map ${name} has no known type, or no data`);
  const bytes = inflated(file, name, data, columns * rows * size);
  return {
    kind: 'map',
    path: name,
    title: name,
    x: { title: 'Column', unit: '', edges: evenEdges(0, columns, columns) },
    y: { title: 'Row', unit: '', edges: evenEdges(0, rows, rows) },
    values: size === 1 ? new Uint8Array(bytes) : littleEndian(bytes),
    unit: unit === 'class' ? '' : unit,
    ...(legend ? { legend } : {}),
    outside: 0,
  };
}

function inflated(file: string, name: string, data: string, length: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: length + 1 });
  } catch (cause) {
    throw unreadable(file, `the map ${name} cannot be unpacked`, cause);
  }
  if (bytes.length !== length)
    throw unreadable(file, `the map ${name} holds ${bytes.length} bytes instead of ${length}`);
  return bytes;
}

function littleEndian(bytes: Buffer): Uint16Array {
  const values = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < values.length; i += 1) values[i] = bytes.readUInt16LE(2 * i);
  return values;
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function unreadable(file: string, why: string, cause?: unknown): BatonError {
  return new BatonError(
    {
      code: 'E9403',
      where: { file },
      what: `these maps cannot be read: ${why}.`,
      remedy:
        'Everything else is shown all the same. The file is kept as it is; run the step again for whole maps.',
    },
    { cause },
  );
}
