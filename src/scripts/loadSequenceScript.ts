import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import type { Catalogue } from './calibrationItems.ts';
import { readScript } from './reading/reader.ts';
import { readScriptFile } from './reading/scriptFile.ts';
import { type Findings, Source } from './reading/source.ts';
import type { SequenceScript } from './script.ts';
import { ownFilesDirectory } from './sequenceFiles.ts';
import { substitute, type UsedSubstitution } from './substitutions/substitute.ts';
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
  const file = await readScriptFile(path);
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
