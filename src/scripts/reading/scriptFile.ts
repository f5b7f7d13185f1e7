import { open } from 'node:fs/promises';
import type { Problem } from '../../base/errors.ts';
import { largestScript } from './reader.ts';

/** The text of a script, or why it cannot be had. Files that are far too large are not read. */
export async function readScriptFile(
  path: string,
): Promise<{ bytes: Buffer; text: string } | { problem: Problem }> {
  const refused = (code: string, what: string, remedy: string, where: object = {}) => ({
    problem: { code, what, remedy, where: { file: path, ...where } },
  });
  let bytes: Buffer;
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      // At most four bytes a character; the reader counts them exactly.
      if (size > 4 * largestScript)
        return refused(
          'E7002',
          `The script has ${Math.round(size / 1e6)} MB.`,
          'Look whether this is the right file.',
        );
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[
      code ?? ''
    ];
    const what = `The script cannot be read: ${why ?? (error as Error).message}.`;
    return refused('E7001', what, 'Name a file, or a sequence that `baton sequences` lists.');
  }
  try {
    // The reader knows the byte-order mark, so that offsets stay true.
    return { bytes, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const line = bytes.subarray(0, firstInvalidByte(bytes)).filter((byte) => byte === 0x0a).length + 1;
    return refused('E7003', 'The script is not UTF-8 text.', 'Save it as UTF-8 in the editor.', { line });
  }
}

function firstInvalidByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      // A character cut off at the end is no fault while streaming.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
