import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { makeFolder } from '../base/makeFolder.ts';
import { type ImportOptions, streamSensorTests } from './importing/importSensorTests.ts';
import type { UnreadableFile } from './importing/readTests.ts';
import { type SensorTest, waferName } from './record.ts';
import { unreadableText } from './report/unreadable.ts';
import { standardText } from './standardFormat.ts';

interface Conversion {
  from: string;
  to: string;
}

interface NotConverted {
  from: string;
  reason: string;
}

export interface ConvertOptions extends ImportOptions {
  /** Another folder that gets the same tree; otherwise the new files lie beside the old ones. */
  mirror?: string | undefined;
}

const prefix = 'STD_';

/**
 * Writes tests in the standard format, as `STD_…` beside the file or in a mirror of the tree. Nothing is ever
 * overwritten; what exists already or cannot be written is listed with the reason.
 */
export async function convertSensorTests(
  paths: readonly string[],
  options: ConvertOptions = {},
): Promise<{ converted: Conversion[]; left: NotConverted[] }> {
  const converted: Conversion[] = [];
  const left: NotConverted[] = [];
  for await (const result of streamSensorTests(paths, options)) {
    if ('reason' in result) {
      left.push({ from: result.file, reason: unreadableText(result as UnreadableFile) });
      continue;
    }
    for (const [index, test] of result.entries()) {
      const reason = reasonToLeave(test, options.mirror !== undefined);
      const to = targetOf(test, result.length > 1 ? index : undefined, paths, options.mirror);
      const text = reason === undefined ? standardText(test, basename(to)) : undefined;
      if (text === undefined) {
        left.push({ from: test.file, reason: reason ?? `the type ${test.testType} has no standard format` });
        continue;
      }
      const problem = await writeNew(to, text);
      if (problem === undefined) converted.push({ from: test.file, to });
      else left.push({ from: test.file, reason: problem });
    }
  }
  return { converted, left };
}

function reasonToLeave(test: SensorTest, mirrored: boolean): string | undefined {
  if (test.filename.startsWith(prefix)) return 'it is a converted file';
  // Written whole, a cut file would look like a good one.
  if (test.incomplete !== undefined) return `it is not whole: ${test.incomplete}`;
  if (!mirrored && /^standard[-_]/i.test(test.template)) return 'it is in the standard format already';
  return undefined;
}

function targetOf(
  test: SensorTest,
  index: number | undefined,
  roots: readonly string[],
  mirror?: string,
): string {
  const extension = extname(test.filename);
  const stem = basename(test.filename, extension);
  const wafer = index === undefined ? '' : `_${test.wafer === undefined ? index + 1 : waferName(test.wafer)}`;
  const name = `${prefix}${stem}${wafer.replace(/[^\w-]/g, '_')}${extension}`;
  const folder = dirname(test.file);
  if (mirror === undefined) return join(folder, name);
  const inside = roots.map((root) => relative(root, folder)).find((path) => !path.startsWith('..'));
  return join(mirror, inside ?? '', name);
}

/** Why it was not written. */
async function writeNew(path: string, text: string): Promise<string | undefined> {
  try {
    makeFolder(dirname(path));
    await writeFile(path, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    return exists ? `${path} exists and is left as it is` : `${path}: ${(error as Error).message}`;
  }
}
