import { BatonError, type Problem } from '../../base/errors.ts';
import type { Seconds } from '../../base/units.ts';
import { checkComponent } from '../../itkdb/componentCheck.ts';
import type { SequenceScript } from '../../scripts/script.ts';
import { poweringGroup } from '../../station/poweringGroup.ts';
import type { Station } from '../../station/station.ts';
import type { ModuleArguments } from '../options.ts';
import { isTwin } from '../station/stationFiles.ts';
import { canAsk, connect, tell } from './connection.ts';
import { loadMapping } from './uploadRun.ts';

interface DatabaseFinding {
  about: string;
  problems: readonly Problem[];
  notes: readonly string[];
}

/**
 * What the database has to say before a run: is the module there, is it here, at which stage, what is still missing, and
 * does the token outlive the run. Asks nobody for codes: without them it says that it did not ask.
 */
export async function checkDatabase(
  args: ModuleArguments,
  station: Station,
  planned: PlannedScript | undefined,
): Promise<DatabaseFinding> {
  const about = 'database';
  try {
    const group = poweringGroup(station, args.module);
    const asked = await askedFor(args, planned);
    const local = isTwin(args.station) || station.simulated !== undefined;
    const connection = await connect(
      { config: args.config, local, json: args.json },
      { person: { tell, codes: async () => undefined } },
    );
    try {
      if (!(await canAsk(connection))) {
        return { about, problems: [], notes: ['not asked: nobody is logged in (`baton itkdb login`)'] };
      }
      const problems: Problem[] = [];
      const notes: string[] = [];
      for (const { name, serialNumber } of group.modules) {
        if (serialNumber === undefined) {
          notes.push(`${name} has no serial number in station.json: nothing can be uploaded for it`);
          continue;
        }
        const { institution } = station;
        const run = { serialNumber, ...asked, ...(institution === undefined ? {} : { institution }) };
        const found = await checkComponent(connection.client, connection.definitions, run, connection);
        problems.push(...found.problems);
        if (found.exists)
          notes.push(
            `${serialNumber} is at ${found.location}, stage ${found.stage}; missing there: ${found.missing.map(({ testType }) => testType).join(', ') || 'nothing'}`,
          );
        if (found.exists && institution === undefined)
          notes.push('station.json names no institution: that the module is here was not checked');
      }
      return { about, problems, notes };
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    // A database that cannot be reached is no reason not to measure: the results wait in the queue.
    return {
      about,
      problems: error.problems.map((problem) => ({ ...problem, severity: 'warning' as const })),
      notes: [],
    };
  }
}

/** A sequence that could run here, and how long it takes in station seconds. */
export interface PlannedScript {
  script: SequenceScript;
  estimate: Seconds;
}

/** The test types that the sequence will upload. */
async function askedFor(
  { config }: ModuleArguments,
  planned: PlannedScript | undefined,
): Promise<{ testTypes: string[]; duration: Seconds }> {
  if (!planned) return { testTypes: [], duration: 0 };
  const { calibrations } = await loadMapping(config);
  const testTypes = planned.script.calibrations.flatMap(({ id }) => calibrations[id]?.testType ?? []);
  return { testTypes: [...new Set(testTypes)], duration: planned.estimate };
}
