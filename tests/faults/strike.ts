import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJournal } from '../../src/journal/read.ts';
import type { Bench } from '../runUnderTest.ts';
import { type Blow, begin } from './begin.ts';
import { atTheModule, findings, timeToSafe } from './findings.ts';
import { goesOn } from './goesOn.ts';
import { type Phase, phaseOf } from './phase.ts';
import { sceneAt } from './scene.ts';

export interface Outcome {
  blow: Blow;
  /** The phase in which it was really hit. */
  hitIn: Phase | undefined;
  violations: readonly string[];
  /** Until the module was at 0 V, ms on the wall; absent where it was not biased, or the run went on. */
  safeMs?: number;
  exitCode?: number;
  /** Kept where something was violated. */
  directory?: string;
}

export interface StrikeOptions {
  timeScale: number;
  /** Where a run is kept in which something was violated. */
  keepIn: string;
  /** Whether it is resumed afterwards, which takes as long again. */
  resumes: boolean;
}

/** Carries out one run, does to it what is to be done, and judges what is left by the witness and the files. */
export async function strike(
  bench: Bench,
  blow: Blow,
  { timeScale, keepIn, resumes }: StrikeOptions,
): Promise<Outcome> {
  const { fault, aim, number } = blow;
  const { hit } = fault;
  const run = await begin(bench, blow, timeScale);
  const { live } = run;
  let struck = 0;
  try {
    if (await run.reaches(hit, fault.byItself ? { ...aim, depth: 0 } : aim)) {
      await fault.strike(run);
      struck = Date.now();
    }
    await Promise.all([fault.meanwhile?.(run), run.runnerEnded()]);
    await fault.afterwards?.(run);
    await run.guardianEnded();
    for (const left of run.leftBehind()) run.broken.push(`left running: ${left}`);
  } catch (error) {
    run.broken.push((error as Error).message);
  }
  const { lines: journal } = await readJournal(join(live.path, 'journal.jsonl'));
  const witness = live.witness();
  const fate = fault.fate(aim);
  const remains = { path: live.path, journal, witness, struck, timeScale };
  const hitIn = struck === 0 ? undefined : phaseOf(sceneAt(struck, journal, witness), hit);
  const isHit = hitIn === aim.phase;
  const found = isHit ? findings(remains, fate) : atTheModule(remains, { ...fate, comesDown: false });
  const violations = [...run.broken, ...found];
  // What is wrong already would only be wrong twice.
  if (resumes && isHit && violations.length === 0)
    violations.push(...(await goesOn(run, journal).catch((error: Error) => [`resumed: ${error.message}`])));
  const last = journal.find(({ event }) => event === 'run.ended');
  const safeMs = fate.comesDown && struck > 0 ? timeToSafe(remains) : undefined;
  await live.station.end();
  return {
    blow,
    hitIn,
    violations,
    ...(safeMs === undefined ? {} : { safeMs }),
    ...(last?.event === 'run.ended' ? { exitCode: last.exitCode } : {}),
    ...put(dirname(dirname(live.path)), violations.length > 0 ? join(keepIn, `run-${number}`) : undefined),
  };
}

/** Away with it, or to where somebody can look at it. */
function put(directory: string, to: string | undefined): { directory?: string } {
  if (to === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  else {
    rmSync(to, { recursive: true, force: true });
    renameSync(directory, to);
  }
  return to === undefined ? {} : { directory: to };
}
