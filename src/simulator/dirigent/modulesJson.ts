import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError } from '../../base/errors.ts';
import type { CalibrationContext } from '../../measurements/calibration.ts';

/** modules.json in dirigent's shape: `Hybrid` → module → chip type → `info` and the chips by id. */
export interface ModulesJson {
  path: string;
  content: { Hybrid: Record<string, Record<string, ChipTypeEntry>> };
}

type ChipTypeEntry = Record<string, ChipEntry>;

export interface ChipEntry {
  eFuseCode?: number;
  Settings?: Record<string, number>;
}

/** Reads the file that the options name; none named: `undefined`. Throws E9554 if it cannot be read. */
export function readModulesJson({ global }: CalibrationContext): ModulesJson | undefined {
  if (typeof global.module_json !== 'string') return undefined;
  const path = locate(global.module_json, global.config);
  const refuse = (why: string) =>
    new BatonError({
      code: 'E9554',
      what: `${path}: ${why}`,
      remedy: 'Give modules.json with --module-json.',
    });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (!isRecord(content) || !isRecord(content.Hybrid)) throw refuse('there is no "Hybrid".');
  for (const [index, types] of Object.entries(content.Hybrid))
    if (!isRecord(types) || !Object.values(types).every((chips) => isRecord(chips)))
      throw refuse(`module ${index} has no chips.`);
  return { path, content: content as ModulesJson['content'] };
}

/** The chips of a module by id, in the order of the file. */
export function chipEntries({ content }: ModulesJson, module: string): [string, ChipEntry][] {
  return Object.values(content.Hybrid[module] ?? {}).flatMap((chips) =>
    Object.entries(chips).filter(([id]) => /^\d+$/.test(id)),
  );
}

/** Writes the file back in place, as dirigent does. */
export async function saveModulesJson({ path, content }: ModulesJson): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(content, null, 2)}\n`, 0o644);
}

/** From the working directory; a name from dirigent.toml also from beside that file. */
function locate(name: string, config: unknown): string {
  const here = resolve(name);
  if (existsSync(here) || typeof config !== 'string') return here;
  return resolve(dirname(config), name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
