import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import type { Catalogue } from './calibrationItems.ts';
import { largestScript, readScript } from './reader.ts';
import type { SequenceScript } from './script.ts';
import { ownFilesDirectory } from './sequenceFiles.ts';
import { type Findings, Source } from './source.ts';
import { substitute, type UsedSubstitution } from './substitute.ts';
import { readSections, type Sections } from './validate.ts';

export interface LoadOptions {
  /** Name → value of substitutions, as typed. */
  set?: Readonly<Record<string, string>> | undefined;
  /** Checked against, if given. */
  catalogue?: Catalogue | undefined;
}

export interface LoadedScript {
  script: SequenceScript;
  /** Warnings alone. */
  problems: Problem[];
}

/** Reads, substitutes and checks a script. Throws a `BatonError` with everything that is wrong; nothing is run. */
export async function loadSequenceScript(path: string, options: LoadOptions = {}): Promise<LoadedScript> {
  const { script, problems } = await checkSequenceScript(path, options);
  if (script) return { script, problems };
  throw new BatonError(problems);
}

/** The same for a checker: what is wrong is its answer. The script is there when no problem is an error. */
export async function checkSequenceScript(
  path: string,
  { set = {}, catalogue }: LoadOptions = {},
): Promise<{ script?: SequenceScript; problems: Problem[] }> {
  const file = await readText(path);
  if ('problem' in file) return { problems: [file.problem] };

  const { tree, findings } = readScript(new Source(path, file.text));
  if (!tree) return { problems: findings.problems };

  const substituted = substitute(tree, set, findings);
  const directory = ownFilesDirectory(resolve(path));
  const around = { catalogue, resolve: (name: string) => join(directory, name) };
  const sections = readSections(substituted.tree, around, findings);
  const files = await hashOwnFiles(sections, findings);
  const { problems } = findings;
  if (findings.hasErrors) return { problems };
  return { script: assemble(path, sha256(file.bytes), sections, substituted.used, files), problems };
}

function assemble(
  path: string,
  hash: string,
  sections: Sections,
  substitutions: UsedSubstitution[],
  files: { path: string; hash: string }[],
): SequenceScript {
  const name = basename(path).replace(/\.scr$/, '');
  const items = sections.tests.flatMap((module) => module.items);
  return {
    ...sections,
    file: path,
    name,
    hash,
    files,
    fingerprint: sha256([hash, ...files.map((file) => file.hash)].join('\n')),
    title: sections.title ?? name,
    calibrations: items.flatMap((item) => (item.enable && item.calibration ? [item.calibration] : [])),
    substitutions,
  };
}

async function readText(path: string): Promise<{ bytes: Buffer; text: string } | { problem: Problem }> {
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

async function hashOwnFiles(
  sections: Sections,
  findings: Findings,
): Promise<{ path: string; hash: string }[]> {
  const named = [
    ...sections.tests.map(({ path, where }) => ({ path, where })),
    ...sections.drivers.map((driver) => ({
      path: driver.kind === 'file' ? driver.path : undefined,
      where: driver.where,
    })),
  ];
  const hashes = new Map<string, string>();
  for (const { path, where } of named) {
    if (path === undefined || hashes.has(path)) continue;
    try {
      hashes.set(path, sha256(await readFile(path)));
    } catch {
      findings.at(
        where,
        'E7214',
        `There is no file ${path}`,
        'Correct the name; it counts from the folder that holds the script (or its folder "sequences").',
      );
    }
  }
  return [...hashes].map(([path, hash]) => ({ path, hash }));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
