import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalLine } from '../../src/journal/event.ts';
import { foldJournal, type RunRecord } from '../../src/journal/record.ts';
import { judge, type WitnessLine } from '../witness.ts';
import type { Fate } from './fault.ts';
import { measured } from './scene.ts';

/** What a run left behind, as files alone. */
export interface Remains {
  path: string;
  journal: readonly JournalLine[];
  witness: readonly WitnessLine[];
  /** When the fault happened. */
  struck: number;
  timeScale: number;
}

/** All that is not as it should be after a fault, in words. */
export function findings(remains: Remains, fate: Fate): string[] {
  return [
    ...atTheModule(remains, fate),
    ...ofTheJournal(remains, fate),
    ...ofItsTruth(remains),
    ...ofTheArtefacts(remains),
    ...(fate.spoils ? [] : ofTheCurve(remains)),
  ];
}

/**
 * From the fault until the bias was below 1 V for good, ms; undefined where the module was not biased any more. An
 * instrument that nobody can reach cannot be brought down: there it counts from when it can be reached again.
 */
export function timeToSafe({ witness, struck }: Pick<Remains, 'witness' | 'struck'>): number | undefined {
  const { zeroSince } = judge(witness, { maxStep: measured.step });
  if (zeroSince === undefined || zeroSince <= struck) return undefined;
  const well = witness.find(({ kind, value }) => kind === 'fault' && String(value).endsWith(' ends'))?.t;
  return zeroSince - (well !== undefined && well < zeroSince ? well : struck);
}

/** Seconds of the station that a way down may take: from the limit in the smallest steps, and some to unwind. */
const rampDown = 80 / measured.step + 10;
/** What opening, asking and a busy machine add, ms on the wall. */
const machine = 15_000;

/** Wherever it was hit: the rules that hold on every path. */
export function atTheModule(remains: Remains, { comesDown, allowanceMs = 0 }: Fate): string[] {
  const { violations, endsSafe } = judge(remains.witness, { maxStep: measured.step });
  const budget = (rampDown * 1000) / remains.timeScale + machine + allowanceMs;
  const took = timeToSafe(remains);
  return [
    ...violations.map((rule) => `at the module: ${rule}`),
    ...(endsSafe ? [] : ['at the module: it is still powered']),
    ...(comesDown && took !== undefined && took > budget
      ? [`at the module: biased for ${took} ms after the fault, and ${budget} ms were allowed`]
      : []),
  ];
}

function ofTheJournal({ path, journal }: Remains, { exit, endedBy }: Fate): string[] {
  const found: string[] = [];
  const gap = journal.findIndex(({ n }, at) => n !== at);
  if (gap >= 0) found.push(`journal: line ${gap} is number ${journal[gap]?.n}`);
  const record = foldJournal(journal);
  if (!record) return [...found, 'journal: it has no beginning'];
  if (endedBy === 'nobody') {
    // Nothing could be written any more: then nothing may be claimed either.
    if (record.state === 'ended' && record.verdict === 'PASS') found.push('journal: a PASS on a full disk');
    return found;
  }
  const at = journal.findIndex(({ event }) => event === 'run.ended');
  const last = journal[at];
  if (last?.event !== 'run.ended') return [...found, `journal: it ends with ${journal.at(-1)?.event}`];
  if (!exit.includes(last.exitCode))
    found.push(`journal: exit code ${last.exitCode} where ${exit.join(' or ')} is right`);
  if ((last.exitCode === 0) !== (last.verdict === 'PASS'))
    found.push(`journal: ${last.verdict} with exit code ${last.exitCode}`);
  const takenOver = journal.slice(0, at).find((line) => line.event === 'guardian.tookOver');
  const by = takenOver?.event === 'guardian.tookOver' ? takenOver.by : undefined;
  if (by !== endedBy) found.push(`journal: ended by ${by ?? 'the runner'}`);
  const told = record.problems.map(({ what, remedy }) => `${what} ${remedy}`).join(' ');
  if (last.exitCode === 5 && !/by hand/i.test(told))
    found.push('journal: a person is needed, and is not told what for');
  // Only where a person was called does somebody go on after the end.
  if (at < journal.length - 1 && last.exitCode !== 5) found.push('journal: lines behind the end');
  for (const { step, state, exitCode } of record.steps)
    if (state === 'completed' && exitCode !== 0)
      found.push(`journal: step ${step} completed, and its calibration ended with ${exitCode}`);
    else if (state === 'running' || state === 'waiting') found.push(`journal: step ${step} is left ${state}`);
  if (!existsSync(join(path, 'record.json'))) return [...found, 'record.json is missing'];
  const written = JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as RunRecord;
  if (JSON.stringify(written.steps) !== JSON.stringify(record.steps) || written.exitCode !== record.exitCode)
    found.push('record.json is not the journal folded');
  return found;
}

/** What the journal says of the outputs is what the station knows of them. */
function ofItsTruth({ journal, witness }: Remains): string[] {
  const safe = journal.findLast((line) => line.event === 'safe.ended');
  if (safe?.event !== 'safe.ended') return [];
  const then = judge(
    witness.filter(({ t }) => t <= safe.t),
    { maxStep: measured.step },
  );
  return safe.verified && !then.endsSafe ? ['journal: verified as off, and it was not'] : [];
}

/** What the journal lists is on disk as it was. */
function ofTheArtefacts({ path, journal }: Remains): string[] {
  const listed = journal.flatMap((line) => (line.event === 'step.ended' ? line.artefacts : []));
  return listed
    .filter(({ path: name, sha256 }) => hashOf(join(path, name)) !== sha256)
    .map(({ path: name }) => `${name} is not what the journal says`);
}

/** Every voltage that was reached before the fault stands in the curve; the last may not have been measured yet. */
function ofTheCurve({ path, witness, struck }: Remains): string[] {
  const curve = join(path, `01_${measured.calibration}`, 'Module0_iv_curve.csv');
  if (!existsSync(curve)) return [];
  const reached = witness.filter(
    ({ t, kind, instrument }) => kind === 'setpoint' && instrument === 'hv_1' && t <= struck,
  );
  const points = new Set(reached.map(({ value }) => Number(value)).filter((volts) => volts < 0)).size;
  const rows = readFileSync(curve, 'utf8').split('\n').length - 2;
  return rows < points - 1 ? [`the curve has ${rows} rows, and ${points} voltages were reached`] : [];
}

function hashOf(file: string): string {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
}
