import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BatonError } from '../../../base/errors.ts';
import { type Criteria, loadCriteria } from '../../../calibrations/criteria.ts';
import { damageOf } from '../../../journal/damage.ts';
import type { RunRecord } from '../../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../../journal/runDirectory.ts';
import { type LoadedScript, loadSequenceScript } from '../../../scripts/loadSequenceScript.ts';
import { allKeptModulesJson } from '../../../sequence/dirigent/modulesJson.ts';
import type { Station } from '../../../station/station.ts';
import { scriptCatalogue } from '../sequenceFile.ts';

/** What a resumed run goes by. */
interface ResumeSources extends LoadedScript {
  criteria: ReadonlyMap<string, Criteria>;
  /** What is different at the site, and makes no difference to this run. */
  notes: readonly string[];
}

/**
 * The sequence and the criteria are those of the run: what began is what goes on. Where the site still has the same
 * script with the same files of its own, they are used in their place, so that whatever those load is found; else the
 * copies that the run kept are.
 *
 * @throws E5008 the copies are not what the run kept
 */
export async function sourcesOf(run: RunDirectory, record: RunRecord): Promise<ResumeSources> {
  const { name, file, sha256, substitutions } = record.sequence;
  const options = { set: substitutions, catalogue: scriptCatalogue };
  await demandKept(run, record);
  const config = join(run.path, runFiles.config);
  const notes: string[] = [];
  const own = file === undefined ? undefined : await sameScript(file, record, options);
  if (!own && file !== undefined)
    notes.push(`${file}, or a file that it names, was changed since: the run goes on with its own copy`);
  const loaded = own ?? (await loadSequenceScript(join(config, 'sequences', `${name}.scr`), options));
  if (loaded.script.hash !== sha256) throw damaged(run, `config/sequences/${name}.scr`);
  return { ...loaded, criteria: await loadCriteria(join(config, 'criteria')), notes };
}

async function sameScript(
  file: string,
  { sequence, files }: RunRecord,
  options: Parameters<typeof loadSequenceScript>[1],
): Promise<LoadedScript | undefined> {
  const known = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  try {
    const loaded = await loadSequenceScript(file, options);
    const { hash, files: own } = loaded.script;
    const same = own.every((one) => known.get(`config/checks/${basename(one.path)}`) === one.hash);
    return hash === sequence.sha256 && same ? loaded : undefined;
  } catch (error) {
    // It is not there any more, or has become one that is refused.
    if (error instanceof BatonError) return undefined;
    throw error;
  }
}

async function demandKept(run: RunDirectory, { files }: RunRecord): Promise<void> {
  const damage = await damageOf(run.path, files);
  if (damage) throw damaged(run, damage.path);
}

function damaged({ path, id }: RunDirectory, file: string): BatonError {
  return new BatonError({
    code: 'E5008',
    where: { file: join(path, file) },
    what: `this file of the run ${id} is not the one that it kept: what it was measured with is not known any more.`,
    remedy: 'Restore the file from a copy, or start a new run.',
  });
}

/**
 * What is not at the station as it was when the run began, in sentences. dirigent edits modules.json itself: as any step
 * left it, it is as it was.
 */
export async function changesAtStation(
  run: RunDirectory,
  record: RunRecord,
  station: Station,
  dirigent: string | undefined,
): Promise<string[]> {
  const latest = latestFiles(record);
  const { config, environment } = station.dirigent;
  const now = new Map(station.files.map(({ name, text }) => [name as string, hash(text)]));
  for (const path of [config, environment])
    if (path !== undefined) now.set(basename(path), hash(await readFile(path)));
  const changes: string[] = [];
  for (const [name, sha256] of now) {
    const before = latest.get(name);
    if (before === sha256) continue;
    if (name === 'modules.json' && (await leftByAStep(run, sha256))) continue;
    changes.push(before === undefined ? `${name} was not there when the run began` : `${name} was changed`);
  }
  for (const name of latest.keys())
    if (!name.includes('/') && !now.has(name)) changes.push(`${name} is not there any more`);
  const known = record.versions.dirigent;
  if (known !== dirigent)
    changes.push(
      `dirigent is ${dirigent ?? 'of a version that it does not tell'}; it was ${known ?? 'of a version that it did not tell'}`,
    );
  return changes;
}

/** By their name in config; what a resumed run kept anew counts from then on. */
function latestFiles({ files }: RunRecord): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, sha256 }) => [path.replace(/^config\/(resumed\d+\/)?/, ''), sha256]));
}

async function leftByAStep({ path }: RunDirectory, sha256: string): Promise<boolean> {
  for (const file of await allKeptModulesJson(path))
    if ((await stat(file)).isFile() && hash(await readFile(file)) === sha256) return true;
  return false;
}

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
