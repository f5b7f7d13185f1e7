import type { Seconds } from '../base/units.ts';
import type { Action } from '../calibrations/action.ts';
import type { Category } from '../calibrations/category.ts';
import { tells } from '../station/interlockChecks.ts';
import type { PoweringGroup, Role, Station } from '../station/station.ts';
import { PowerPlan } from './powerPlan.ts';
import { type CalibrationStep, type ChecksStep, isChecks, type Step } from './step.ts';

/** Everything that will be done to the hardware, in order, before the first volt. Plain data: printed, timed, checked. */
export interface Plan {
  title: string;
  steps: readonly Step[];
  actions: readonly Action[];
  /** Station seconds. */
  estimate: Seconds;
}

/**
 * Lays the steps out as actions. A plan begins with everything off, whatever was found on having been adopted and
 * brought down, and ends with everything off; between steps the power goes from what one leaves to what the next wants.
 */
export function layOut(title: string, steps: readonly Step[], station: Station, group: PoweringGroup): Plan {
  const power = new PowerPlan(station, group);
  const roles = rolesOf(steps, station, group);
  power.add({ do: 'open', roles });
  power.add({ do: 'adopt' });
  for (const step of steps) layOutStep(power, step);
  power.reach('hv off');
  power.reach('lv off');
  power.warmUp();
  return { title, steps, actions: power.actions, estimate: sum(power.actions.map(duration)) };
}

function layOutStep(power: PowerPlan, step: Step): void {
  power.step = step.number;
  if (isChecks(step)) power.add(checkAction(step));
  else layOutCalibration(power, step);
  delete power.step;
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
  const { category, temperature, compliance } = step;
  if (temperature !== undefined) power.reachTemperature(temperature);
  power.limitCurrent(compliance);
  for (const state of category.before) power.reach(state);
  for (let attempt = 0; attempt <= step.repeatOnBreakdown; attempt += 1)
    for (const action of attemptAt(step, attempt, power.hasHv)) power.add(action);
  power.tookBack(step.handOver);
  if (category.findsBreakdown) power.readBreakdowns();
  power.limitCurrent(undefined);
  for (const state of category.after) if (state !== 'hv biased' || power.hasLv) power.reach(state);
}

/** One measurement of a step. The first is always made, each further one if the one before shows a breakdown. */
function attemptAt(step: CalibrationStep, attempt: number, hasHv: boolean): Action[] {
  const { category, calibration, handOver: roles, maxVoltage, estimate, timeLimit } = step;
  const needsBias = category.before.includes('hv biased') && hasHv;
  const when = attempt > 0 ? 'breakdown found' : needsBias ? 'bias allowed' : undefined;
  const folder = attempt === 0 ? step.folder : `${step.folder}_again${attempt}`;
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
function rolesOf(steps: readonly Step[], station: Station, group: PoweringGroup): Role[] {
  const roles = new Set<Role>();
  if (group.hv) roles.add('hv');
  if (group.lv.length > 0) roles.add('lv');
  for (const role of ['ab', 'cb'] as const) if (isWatched(role, station, group)) roles.add(role);
  for (const step of steps) {
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
    case 'readBreakdowns':
      return 0.2;
  }
}

/** What the coolers of a coldbox take, roughly. */
const secondsPerKelvin = 4;

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, one) => total + one, 0) * 10) / 10;
}
