import type { Seconds, Volts } from '../base/units.ts';
import type { Action } from '../calibrations/action.ts';
import type { Category, PowerState } from '../calibrations/category.ts';
import { resolveChannel } from '../station/channelAddress.ts';
import { tells } from '../station/interlockChecks.ts';
import type { Instrument, PoweringGroup, Role, Station } from '../station/station.ts';
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

function layOutCalibration(power: PowerPlan, step: CalibrationStep): void {
  const { category } = step;
  for (const state of category.before) power.reach(state);
  const needsBias = category.before.includes('hv biased') && power.hasHv;
  const when = needsBias ? ({ when: 'bias allowed' } as const) : {};

  if (step.handOver.length > 0) power.handOver(step.handOver);
  power.add({
    do: 'calibrate',
    calibration: step.calibration,
    argv: step.argv,
    folder: step.folder,
    owns: step.handOver,
    maxVoltage: step.maxVoltage,
    estimate: step.estimate,
    timeLimit: step.timeLimit,
    ...when,
  });
  if (step.handOver.length > 0) power.takeBack(step.handOver);
  power.add({ do: 'readResults', ...when });
  if (category.findsBreakdown) power.readBreakdowns();
  for (const state of category.after) power.reach(state);
}

/** Roles that Baton opens: the supplies of the group, what any step hands over, and what an interlock watches. */
function rolesOf(steps: readonly Step[], station: Station, group: PoweringGroup): Role[] {
  const roles = new Set<Role>();
  if (group.hv) roles.add('hv');
  if (group.lv.length > 0) roles.add('lv');
  for (const role of ['ab', 'cb'] as const) if (isWatched(role, station, group)) roles.add(role);
  for (const step of steps) if (!isChecks(step)) for (const role of step.handOver) roles.add(role);
  return [...roles];
}

function isWatched(role: Role, { interlocks, instruments }: Station, group: PoweringGroup): boolean {
  return group.modules.some(({ channels: { [role]: channel } }) =>
    tells(role, channel && instruments.get(channel.instrument)).some((name) =>
      interlocks.some(({ reading }) => reading === name),
    ),
  );
}

/** The actions so far, and the power as they leave it. */
class PowerPlan {
  readonly actions: Action[] = [];
  step?: number;
  readonly #group: PoweringGroup;
  readonly #hv: Instrument | undefined;
  readonly #station: Station;
  #hvState: 'off' | 'biased' = 'off';
  #lvState: 'off' | 'on' = 'off';

  constructor(station: Station, group: PoweringGroup) {
    this.#station = station;
    this.#group = group;
    this.#hv = group.hv ? resolveChannel(station, group.hv).instrument : undefined;
  }

  get hasHv(): boolean {
    return this.#hv !== undefined;
  }

  add(action: Action): void {
    this.actions.push(this.step === undefined ? action : { ...action, step: this.step });
  }

  reach(state: PowerState): void {
    switch (state) {
      case 'hv off':
        this.#hvOff();
        return;
      case 'lv off':
        this.#lvOff();
        return;
      case 'lv on':
        this.#lvOn();
        return;
      case 'hv biased':
        this.#hvBiased();
        return;
    }
  }

  handOver(roles: readonly Role[]): void {
    this.add({ do: 'handOver', roles });
  }

  takeBack(roles: readonly Role[]): void {
    this.add({ do: 'takeBack', roles });
    if (roles.includes('hv')) this.#hvState = 'off';
    if (roles.includes('lv')) this.#lvState = 'off';
  }

  readBreakdowns(): void {
    if (this.#group.hv && this.#hv)
      this.add({ do: 'readBreakdowns', at: this.#group.hv, target: this.#target });
  }

  #hvOff(): void {
    if (!this.#group.hv || this.#hvState === 'off') return;
    this.#ramp(this.#target, 0);
    this.add({ do: 'output', role: 'hv', at: this.#group.hv, on: false });
    this.#hvState = 'off';
  }

  #lvOff(): void {
    if (this.#lvState === 'off') return;
    for (const at of this.#group.lv) this.add({ do: 'output', role: 'lv', at, on: false });
    this.#lvState = 'off';
  }

  #lvOn(): void {
    if (this.#lvState === 'on') return;
    for (const at of this.#group.lv) {
      const { defaultVoltage, defaultCurrent } = resolveChannel(this.#station, at).instrument;
      this.add({ do: 'level', role: 'lv', at, voltage: defaultVoltage ?? 0, current: defaultCurrent ?? 0 });
      this.add({ do: 'output', role: 'lv', at, on: true });
    }
    this.#lvState = 'on';
  }

  /** All of it only if rule 5 allows the bias; what follows copes with either. */
  #hvBiased(): void {
    if (!this.#group.hv || !this.#hv || this.#hvState === 'biased') return;
    const { defaultCurrent, defaultRange } = this.#hv;
    const at = this.#group.hv;
    const range =
      Math.abs(defaultRange ?? this.#target) > Math.abs(this.#target) ? defaultRange : this.#target;
    this.add({
      do: 'level',
      role: 'hv',
      at,
      current: defaultCurrent ?? 0,
      range: range ?? 0,
      when: 'bias allowed',
    });
    this.add({ do: 'output', role: 'hv', at, on: true, when: 'bias allowed' });
    this.#ramp(0, this.#target, 'bias allowed');
    this.#hvState = 'biased';
  }

  #ramp(from: Volts, to: Volts, when?: 'bias allowed'): void {
    const { defaultStepSize, defaultDelay } = this.#hv!;
    const at = this.#group.hv!;
    const ramp = {
      do: 'ramp',
      role: 'hv',
      at,
      from,
      to,
      stepSize: defaultStepSize,
      delay: defaultDelay,
    } as const;
    this.add(when ? { ...ramp, when } : ramp);
  }

  get #target(): Volts {
    return this.#hv?.defaultVoltage ?? 0;
  }
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
      return action.estimate;
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

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, one) => total + one, 0) * 10) / 10;
}
