import type { Seconds } from '../../base/units.ts';
import type { Action, Identify } from '../../calibrations/action.ts';
import type { Category } from '../../calibrations/category.ts';
import { tells } from '../../station/interlockChecks.ts';
import type { PoweringGroup, Role, Station } from '../../station/station.ts';
import { attemptFolder, attemptOf, type KeptStep, type Resumption } from '../resume/kept.ts';
import { type CalibrationStep, type ChecksStep, isChecks, type Step } from '../step.ts';
import { PowerPlan, type Standing } from './powerPlan.ts';

/** Everything that will be done to the hardware, in order, before the first volt. Plain data: printed, timed, checked. */
export interface Plan {
  title: string;
  /** Those that are run. */
  steps: readonly Step[];
  /** Those whose results are there from before the run was interrupted. */
  kept: readonly Step[];
  actions: readonly Action[];
  /** Station seconds. */
  estimate: Seconds;
}

/**
 * Lays the steps out as actions. A plan begins with everything off, whatever was found on having been adopted and
 * brought down, and ends with everything off; between steps the power goes from what one leaves to what the next wants.
 */
export function layOut({ title, steps, from = 1, station, group, resumed }: Layout): Plan {
  const power = new PowerPlan(station, group);
  const standing = standings(steps, station, group);
  const ahead = steps.filter(({ number }) => number >= from);
  const isKept = ({ number }: Step) => resumed?.kept.has(number) === true;
  const run = ahead.filter((step) => !isKept(step));
  power.add({ do: 'open', roles: rolesOf(ahead, standing, station, group) });
  power.add({ do: 'adopt' });
  if (resumed?.identify && from === 1 && run[0]) identifyFirst(power, resumed.identify, run[0], standing);
  for (const step of ahead) {
    power.step = step.number;
    const kept = resumed?.kept.get(step.number);
    if (kept) layOutKept(power, step, kept);
    else layOutStep(power, step, standing.get(step.number)!);
    delete power.step;
  }
  power.reach('hv off');
  power.reach('lv off');
  power.warmUp();
  const estimate = sum(power.actions.map(duration));
  return { title, steps: run, kept: ahead.filter(isKept), actions: power.actions, estimate };
}

interface Layout {
  title: string;
  /** All of the sequence. */
  steps: readonly Step[];
  /** The first that is laid out. */
  from?: number;
  station: Station;
  group: PoweringGroup;
  /** The run goes on after an interruption. */
  resumed?: Pick<Resumption, 'kept'> & { identify?: Omit<Identify, 'ahead'> };
}

/** How the power stands before each step when all of the sequence is run: what the steps before it leave. */
function standings(
  steps: readonly Step[],
  station: Station,
  group: PoweringGroup,
): ReadonlyMap<number, Standing> {
  const power = new PowerPlan(station, group);
  const standing = new Map<number, Standing>();
  for (const step of steps) {
    standing.set(step.number, power.standing);
    layOutStep(power, step, power.standing);
  }
  return standing;
}

/** At the temperature at which the first step will find the module, with LV and without HV. */
function identifyFirst(
  power: PowerPlan,
  identify: Omit<Identify, 'ahead'>,
  first: Step,
  standing: ReadonlyMap<number, Standing>,
): void {
  const own = isChecks(first) ? undefined : first.temperature;
  const temperature = own ?? standing.get(first.number)?.temperature;
  power.stand({ hv: 'off', lv: 'on', temperature });
  power.add({ ...identify, ahead: first.number });
}

/** The power is as the steps before leave it, also where they are not run again. */
function layOutStep(power: PowerPlan, step: Step, standing: Standing): void {
  if (isChecks(step)) {
    power.stand(standing);
    power.add(checkAction(step));
    return;
  }
  if (standing.temperature !== undefined && step.temperature === undefined)
    power.reachTemperature(standing.temperature);
  layOutCalibration(power, step);
}

/** Its results are read again. A curve that was to be measured again, and was not, is. */
function layOutKept(power: PowerPlan, step: Step, { folder, adopt }: KeptStep): void {
  const recall = {
    do: 'recall',
    calibration: step.calibration,
    folder,
    ...(adopt ? { adopt } : {}),
  } as const;
  if (isChecks(step)) {
    power.add(recall);
    return;
  }
  const attempt = attemptOf(folder);
  const left = step.repeatOnBreakdown - attempt;
  power.add(left > 0 ? { ...recall, again: true } : recall);
  if (!step.category.findsBreakdown) return;
  if (left > 0) measure(power, step, attempt + 1);
  power.readBreakdowns();
  power.limitCurrent(undefined);
}

function checkAction({ checks, estimate }: ChecksStep): Action {
  const items = checks.items.filter(({ enable }) => enable).map(({ id }) => id);
  return { do: 'check', module: checks.module, items, estimate };
}

/**
 * Cold first, then LV, then HV: where the temperature changes, both go off before. A bare module has no step that wants a
 * bias, and is left without.
 */
function layOutCalibration(power: PowerPlan, step: CalibrationStep): void {
  const { category } = step;
  measure(power, step, 0);
  if (category.findsBreakdown) power.readBreakdowns();
  power.limitCurrent(undefined);
  for (const state of category.after) if (state !== 'hv biased' || power.hasLv) power.reach(state);
}

/** The attempts at a step from that one on. */
function measure(power: PowerPlan, step: CalibrationStep, from: number): void {
  const { category, temperature, compliance, repeatOnBreakdown, handOver } = step;
  if (temperature !== undefined) power.reachTemperature(temperature);
  power.limitCurrent(compliance);
  for (const state of category.before) power.reach(state);
  for (let attempt = from; attempt <= repeatOnBreakdown; attempt += 1)
    for (const action of attemptAt(step, attempt, power.hasHv)) power.add(action);
  power.tookBack(handOver);
}

/** One measurement of a step. The first is always made, each further one if the one before shows a breakdown. */
function attemptAt(step: CalibrationStep, attempt: number, hasHv: boolean): Action[] {
  const { category, calibration, handOver: roles, maxVoltage, estimate, timeLimit } = step;
  const needsBias = category.before.includes('hv biased') && hasHv;
  const when = attempt > 0 ? 'breakdown found' : needsBias ? 'bias allowed' : undefined;
  const folder = attempt === 0 ? step.folder : attemptFolder(step.folder, attempt);
  const directoryAt = step.argv.indexOf('--directory') + 1;
  const argv = step.argv.map((word, i) =>
    i === directoryAt && attempt > 0 ? word.slice(0, -step.folder.length) + folder : word,
  );
  const power = attempt > 0 ? { when } : {};
  const actions: Action[] = [
    ...(roles.length > 0 ? [{ do: 'handOver', roles, ...power } as Action] : []),
    {
      do: 'calibrate',
      calibration,
      argv,
      folder,
      owns: roles,
      maxVoltage,
      estimate,
      timeLimit,
      ...(when ? { when } : {}),
    },
    ...(roles.length > 0 ? [{ do: 'takeBack', roles, ...power } as Action] : []),
    {
      do: 'readResults',
      ...(attempt < step.repeatOnBreakdown ? { again: true } : {}),
      ...(when ? { when } : {}),
    },
  ];
  return actions;
}

/** Roles that Baton opens: the supplies of the group, what any step hands over, and what an interlock watches. */
function rolesOf(
  steps: readonly Step[],
  standing: ReadonlyMap<number, Standing>,
  station: Station,
  group: PoweringGroup,
): Role[] {
  const roles = new Set<Role>();
  if (group.hv) roles.add('hv');
  if (group.lv.length > 0) roles.add('lv');
  for (const role of ['ab', 'cb'] as const) if (isWatched(role, station, group)) roles.add(role);
  for (const step of steps) {
    if (standing.get(step.number)?.temperature !== undefined) roles.add('cb');
    if (isChecks(step)) continue;
    for (const role of step.handOver) roles.add(role);
    if (step.temperature !== undefined) roles.add('cb');
  }
  return [...roles];
}

function isWatched(role: Role, { interlocks, instruments }: Station, group: PoweringGroup): boolean {
  return group.modules.some(({ channels: { [role]: channel } }) =>
    tells(role, channel && instruments.get(channel.instrument)).some((name) =>
      interlocks.some(({ reading }) => reading === name),
    ),
  );
}

/** Whether the category wants the sensor biased while its calibrations run. */
export function wantsBias(category: Category): boolean {
  return category.before.includes('hv biased');
}

/** Station seconds of one action, roughly. */
export function duration(action: Action): Seconds {
  switch (action.do) {
    case 'calibrate':
    case 'check':
    case 'identify':
      return action.when === 'breakdown found' ? 0 : action.estimate;
    case 'setTemperature':
      return Math.ceil(Math.abs(action.to - action.from) * secondsPerKelvin + action.validationTime);
    case 'warmUp':
      return Math.ceil(Math.abs(action.to - action.from) * secondsPerKelvin);
    case 'ramp':
      return Math.ceil(Math.abs(action.to - action.from) / action.stepSize) * action.delay;
    case 'open':
    case 'takeBack':
      return 1;
    case 'output':
      return 0.5;
    case 'adopt':
    case 'level':
    case 'handOver':
    case 'readResults':
    case 'recall':
    case 'readBreakdowns':
      return 0.2;
  }
}

/** What the coolers of a coldbox take, roughly. */
const secondsPerKelvin = 4;

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, one) => total + one, 0) * 10) / 10;
}
