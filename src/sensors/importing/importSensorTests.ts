import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { SensorTest } from '../record.ts';
import { columnNaming, type SiteColumn } from './columnNaming.ts';
import { type DuplicateTest, withoutDuplicates } from './duplicates.ts';
import { findFiles } from './findFiles.ts';
import type { Shorthands } from './headerFields.ts';
import { type Formats, formats, readTests, type UnreadableFile } from './readTests.ts';
import { readTemplates, shippedTemplates } from './templates.ts';

export interface ImportOptions {
  /** A folder of format templates; Baton's own by default. */
  templates?: string | undefined;
  /** Column titles that only this site uses. */
  siteColumns?: readonly SiteColumn[] | undefined;
  /** The six-digit names of older sensors. */
  shorthands?: Shorthands | undefined;
  signal?: AbortSignal | undefined;
}

export interface ImportedSensorTests {
  /** Sorted by path. */
  tests: SensorTest[];
  unreadable: UnreadableFile[];
  /** Tests whose content another file holds already; the first file's stays in `tests`. */
  duplicates: DuplicateTest[];
}

/**
 * Imports sensor test files: files, folders (recursively) and `@lists` of paths. A file that cannot be read is listed
 * and never stops the others. Throws E9301 if a named path does not exist, E9302 and E9303 for the template folder.
 */
export async function importSensorTests(
  paths: string | readonly string[],
  options: ImportOptions = {},
): Promise<ImportedSensorTests> {
  const tests: SensorTest[] = [];
  const unreadable: UnreadableFile[] = [];
  for await (const result of streamSensorTests(paths, options)) {
    if ('reason' in result) unreadable.push(result);
    else tests.push(...result);
  }
  return { ...withoutDuplicates(tests), unreadable };
}

/** The same file by file, in the order of the paths. */
export async function* streamSensorTests(
  paths: string | readonly string[],
  options: ImportOptions = {},
): AsyncGenerator<SensorTest[] | UnreadableFile> {
  const known = formats(
    readTemplates(options.templates ?? shippedTemplates),
    columnNaming(options.siteColumns),
    options.shorthands,
  );
  const files = await findFiles(typeof paths === 'string' ? [paths] : paths);
  yield* readInOrder(files, known, options.signal);
}

/** A disk that takes longer for a file (ms, on average) is a network's: then it pays to read ahead. */
const slowDisk = 3;
/** Fewer files tell nothing about the disk. */
const tried = 8;
/** Files read ahead of the one that is taken: they hide the latency, and stay small in memory. */
const ahead = 32;

/**
 * The files' contents in order. A local disk gives a file faster than a thread can be asked for it, so it is read at
 * once; if they come slowly, the next ones are asked for together.
 */
async function* readInOrder(
  files: readonly string[],
  known: Formats,
  signal: AbortSignal | undefined,
): AsyncGenerator<SensorTest[] | UnreadableFile> {
  const coming: Promise<Uint8Array | UnreadableFile>[] = [];
  let next = 0;
  let slow = false;
  let waited = 0;
  for (const file of files) {
    signal?.throwIfAborted();
    while (slow && next < files.length && coming.length < ahead) coming.push(readSoon(files[next++]!));
    const asked = coming.shift();
    const began = performance.now();
    const content = asked ? await asked : readNow(file);
    if (!asked) next += 1;
    waited += performance.now() - began;
    slow ||= next >= tried && waited > slowDisk * next;
    yield 'reason' in content ? content : readTests(file, content, known);
  }
}

/** No test file comes near it; a log that lies in the same folder may. */
const largestFile = 200e6;

function readNow(file: string): Uint8Array | UnreadableFile {
  try {
    const { size } = statSync(file);
    return size > largestFile ? tooLarge(file, size) : readFileSync(file);
  } catch (error) {
    return { file, reason: (error as Error).message };
  }
}

async function readSoon(file: string): Promise<Uint8Array | UnreadableFile> {
  try {
    const { size } = await stat(file);
    return size > largestFile ? tooLarge(file, size) : await readFile(file);
  } catch (error) {
    return { file, reason: (error as Error).message };
  }
}

function tooLarge(file: string, size: number): UnreadableFile {
  return { file, reason: `the file is too large (${Math.round(size / 1e6)} MB)` };
}
