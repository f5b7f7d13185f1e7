import { distributionFile } from './distributionFile.ts';
import { mapsFile } from './mapsFile.ts';
import type { ReadoutObject, ReadoutReader } from './readout.ts';
import { rootFile } from './rootFile.ts';

/** Every format. A new one is a file and a line here. */
const readers: readonly ReadoutReader[] = [rootFile, mapsFile, distributionFile];

/** Reads a file by the format that its name tells; undefined when it is none of them. */
export async function readReadout(path: string): Promise<ReadoutObject[] | undefined> {
  return readers.find((reader) => reader.reads(path))?.read(path);
}
