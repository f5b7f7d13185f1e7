import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import { type Criteria, readCriteria } from './criteria.ts';
import { readSite, type WirebondSite } from './site.ts';

interface WirebondConfig {
  /** The wirebond.json that was read. */
  file: string;
  site: WirebondSite;
  /** Of every `criteria/wirebond-*.json` beside it. */
  criteria: readonly Criteria[];
}

/** Reads a configuration folder. Throws with every problem of every file at once. */
export async function loadWirebondConfig(folder: string): Promise<WirebondConfig> {
  const file = join(folder, 'wirebond.json');
  const site = readSite({ file, text: await readConfigFile(file, 'E9219') });
  const problems: Problem[] = [...site.problems];
  const criteria: Criteria[] = [];
  for (const name of await criteriaNames(join(folder, 'criteria'))) {
    const path = join(folder, 'criteria', name);
    const read = readCriteria({ file: path, text: await readConfigFile(path, 'E9220') });
    problems.push(...read.problems);
    if (read.value) criteria.push(read.value);
  }
  if (site.value === undefined || problems.length > 0) throw new BatonError(problems);
  return { file, site: site.value, criteria };
}

/** Reads the one file of criteria that the operator names. */
export async function loadCriteria(path: string): Promise<Criteria> {
  const read = readCriteria({ file: path, text: await readConfigFile(path, 'E9220') });
  if (read.value) return read.value;
  throw new BatonError(read.problems);
}

async function criteriaNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^wirebond-.*\.json$/.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // No criteria: said where it matters.
    throw error;
  }
}

async function readConfigFile(path: string, code: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const what = `The file cannot be read: ${(error as Error).message}.`;
    const remedy =
      'Give the folder that holds wirebond.json with --config, or the file of criteria with --criteria.';
    throw new BatonError({ code, what, where: { file: path }, remedy }, { cause: error });
  }
}
