import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Breakdown } from '../../base/verdict.ts';
import { inDoubt, withSuspicion } from '../../calibrations/breakdown.ts';
import { damageOf } from '../../journal/damage.ts';
import type { RunModule } from '../../journal/event.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import { listRuns, type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { isSimulated } from '../../journal/simulated.ts';
import type { EarlierBreakdown } from '../runContext.ts';

/**
 * What the last intact IV of the same module tells of its breakdown: a run that was written to its end, whose IV step
 * was completed, and whose files are still those that were measured. What a later run, intact or not, has seen of a
 * breakdown holds against it. A simulated run tells nothing of a real module.
 */
export async function breakdownOfEarlierRun(
  root: string,
  module: RunModule,
  simulated: boolean,
): Promise<EarlierBreakdown | undefined> {
  let suspicion: Breakdown | undefined;
  for (const run of await listRuns(root)) {
    const record = await readRecord(run);
    if (!record || isSimulated(record) !== simulated) continue;
    const earlier = record.modules.find((other) => isSame(module, other));
    if (!earlier?.breakdown || earlier.breakdownStep === undefined) continue;
    const step = record.steps.find((one) => one.step === earlier.breakdownStep);
    if (
      record.state !== 'ended' ||
      earlier.breakdown.found === 'unknown' ||
      !step ||
      !(await isIntact(run, step))
    ) {
      suspicion = inDoubt(suspicion, earlier.breakdown);
      continue;
    }
    return {
      breakdown: withSuspicion(earlier.breakdown, suspicion),
      ...(earlier.measuredTo === undefined ? {} : { measuredTo: earlier.measuredTo }),
      from: run.id,
    };
  }
  return undefined;
}

async function readRecord({ path }: RunDirectory): Promise<RunRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(path, runFiles.record), 'utf8')) as RunRecord;
  } catch {
    // A run without a whole record is not intact: the one before it may be.
    return undefined;
  }
}

/** By serial number; by name only where neither has one. */
function isSame(a: RunModule, b: RunModule): boolean {
  return a.serialNumber !== undefined || b.serialNumber !== undefined
    ? a.serialNumber === b.serialNumber
    : a.name === b.name;
}

async function isIntact({ path }: RunDirectory, { state, artefacts }: StepRecord): Promise<boolean> {
  return state === 'completed' && artefacts.length > 0 && (await damageOf(path, artefacts)) === undefined;
}
