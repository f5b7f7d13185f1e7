import { constants, copyFile, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { readDirigentConfig } from '../../station/dirigentConfig.ts';
import type { Station } from '../../station/station.ts';

/** Below the run directory, not in the steps' folders: there they would count as what the calibration left. */
const folder = 'modules';

/**
 * Keeps modules.json as it is before and after a step, for dirigent edits it in place (`get_module_info` overwrites trims
 * and eFuse codes): `modules/02_get_module_info.before.json`. A station without the file has nothing to keep.
 */
export async function keepModulesJson(
  directory: string,
  station: Station,
  stepFolder: string,
  moment: Moment,
): Promise<void> {
  const kept = keptModulesJson(directory, stepFolder, moment);
  makeFolder(dirname(kept), 0o700);
  await copyFile(await modulesJsonOf(station), kept, constants.COPYFILE_FICLONE).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

type Moment = 'before' | 'after';

function keptModulesJson(directory: string, stepFolder: string, moment: Moment): string {
  return join(directory, folder, `${stepFolder}.${moment}.json`);
}

/** Puts modules.json back as it was before a step: what that wrote there is of chips that it must not be written for. */
export async function putBackModulesJson(
  directory: string,
  station: Station,
  stepFolder: string,
): Promise<void> {
  const { before, after } = await modulesJsonAround(directory, stepFolder);
  if (before !== undefined && before !== after)
    await writeFileAtomically(await modulesJsonOf(station), before, 0o644);
}

/** modules.json as it was before a step and after it; absent where it was not kept. */
export async function modulesJsonAround(
  directory: string,
  stepFolder: string,
): Promise<Record<Moment, string | undefined>> {
  const read = (moment: Moment) =>
    readFile(keptModulesJson(directory, stepFolder, moment), 'utf8').catch(() => undefined);
  const [before, after] = await Promise.all([read('before'), read('after')]);
  return { before, after };
}

/** All that were kept in a run. */
export async function allKeptModulesJson(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, folder)).catch(() => []);
  return names.map((name) => join(directory, folder, name));
}

/** The one that dirigent.toml names, seen from there; else the station's own. */
export async function modulesJsonOf({ directory, dirigent }: Station): Promise<string> {
  const own = join(directory, 'modules.json');
  if (dirigent.config === undefined) return own;
  const { moduleJson } = await readDirigentConfig(dirigent.config);
  return moduleJson === undefined ? own : resolve(dirname(dirigent.config), moduleJson);
}
