import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readDirigentConfig } from '../station/dirigentConfig.ts';
import type { Station } from '../station/station.ts';
import type { Step } from './step.ts';

/** Below the run directory, not in the steps' folders: there they would count as what the calibration left. */
const folder = 'modules';

/**
 * Keeps modules.json as it is before and after a step, for dirigent edits it in place (`get_module_info` overwrites trims
 * and eFuse codes): `modules/02_get_module_info.before.json`. A station without the file has nothing to keep.
 */
export async function keepModulesJson(
  directory: string,
  station: Station,
  step: Step,
  moment: 'before' | 'after',
): Promise<void> {
  const kept = join(directory, folder, `${step.folder}.${moment}.json`);
  await mkdir(dirname(kept), { recursive: true, mode: 0o700 });
  await copyFile(await modulesJsonOf(station), kept, constants.COPYFILE_FICLONE).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** The one that dirigent.toml names, seen from there; else the station's own. */
export async function modulesJsonOf({ directory, dirigent }: Station): Promise<string> {
  const own = join(directory, 'modules.json');
  if (dirigent.config === undefined) return own;
  const { moduleJson } = await readDirigentConfig(dirigent.config);
  return moduleJson === undefined ? own : resolve(dirname(dirigent.config), moduleJson);
}
