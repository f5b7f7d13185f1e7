import { join, resolve } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { batonVersion } from '../../base/programs.ts';
import type { RunModule, RunResumed, RunStarted } from '../../journal/event.ts';
import { Journal } from '../../journal/journal.ts';
import { foldJournal, type RunRecord } from '../../journal/record.ts';
import { repairJournal } from '../../journal/repair.ts';
import type { HashedFile } from '../../journal/runDirectory.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';
import type { ResumedRun } from './resume/resumedRun.ts';
import type { RunRequest } from './runRequest.ts';

/** The journal that a run writes, and what stands in it already. */
interface OpenedJournal {
  journal: Journal;
  /** Of a run that goes on. */
  record?: RunRecord;
  /** Bytes of a line that a crash had cut short, and that was taken off; to be said. */
  cutBytes?: number;
}

/**
 * A new journal, or the one of the run that goes on: a line that a crash cut short is taken off.
 *
 * @throws E5009 something was written since it was decided what is kept
 */
export async function openRunJournal(
  { path, id }: RunDirectory,
  resumed: ResumedRun | undefined,
): Promise<OpenedJournal> {
  const file = join(path, runFiles.journal);
  if (!resumed) return { journal: await Journal.create(file) };
  const { lines, cutBytes } = await repairJournal(file);
  if (lines.length !== resumed.lines)
    throw new BatonError({
      code: 'E5009',
      what: `somebody else wrote into the journal of ${id} while it was to be resumed.`,
      remedy: '`baton runs show` tells how it stands now; then resume it again, if it can be.',
    });
  const journal = await Journal.continue(file, lines.length);
  const record = foldJournal(lines);
  return { journal, ...(record ? { record } : {}), ...(cutBytes === undefined ? {} : { cutBytes }) };
}

export function started(
  request: RunRequest,
  run: RunDirectory,
  station: Station,
  group: PoweringGroup,
  files: HashedFile[],
): RunStarted {
  const { script, title, operator, upload } = request;
  return {
    event: 'run.started',
    run: run.id,
    title,
    sequence: {
      name: script.name,
      file: resolve(script.file),
      sha256: script.hash,
      substitutions: Object.fromEntries(script.substitutions.map(({ name, value }) => [name, String(value)])),
      info: script.info,
    },
    station: {
      id: station.id,
      site: station.site,
      institution: station.institution,
      simulated: station.simulated !== undefined,
      timeScale: station.timeScale,
    },
    operator,
    versions: versions(request),
    modules: group.modules.map(({ index }) => moduleOf(group, index)),
    failFast: script.failFast,
    upload,
    files,
  };
}

export function resumedEvent(
  request: RunRequest,
  { resumption, changes }: ResumedRun,
  calibrations: ReadonlyMap<number, string>,
  files: HashedFile[],
): RunResumed {
  return {
    event: 'run.resumed',
    operator: request.operator,
    versions: versions(request),
    kept: [...resumption.kept].map(([step, { adopt }]) => ({
      step,
      calibration: calibrations.get(step) ?? '?',
      ...(adopt ? { adopted: true } : {}),
    })),
    repeated: resumption.repeated,
    changes,
    files,
  };
}

function versions({ dirigent }: RunRequest): RunStarted['versions'] {
  return { baton: batonVersion(), node: process.version, dirigent: dirigent.version };
}

export function moduleOf(group: PoweringGroup, wanted: string): RunModule {
  const { index, name, serialNumber, sensorType, type, chips } = group.modules.find(
    (module) => module.index === wanted,
  )!;
  return { index, name, serialNumber, sensorType, type, chips };
}
