import type { Problem } from '../base/errors.ts';
import type { Amperes, Seconds, Volts } from '../base/units.ts';

/** What iv_curve was asked to do. */
export interface IVSweep {
  start: Volts;
  max: Volts;
  /** Between two measurements; positive. */
  step: Volts;
  delay: Seconds;
  /** Measure on the way back, too. */
  bothWays: boolean;
  /** Extend the curve to +0.4 V. */
  positive: boolean;
}

/** `out`: away from zero. `back`: towards it. `forward`: the few points above zero. */
export type Leg = 'out' | 'back' | 'forward';

export interface IVSetpoint {
  voltage: Volts;
  leg: Leg;
}

/** The highest voltage that a sensor may see in forward direction (safety rule 6). */
export const forwardLimit: Volts = 0.4;
const forwardStep: Volts = 0.1;

/** The voltages to measure at, in order. The last of a leg is exactly its end, however the steps divide. */
export function ivSetpoints(sweep: IVSweep): IVSetpoint[] {
  const out = raster(sweep.start, sweep.max, sweep.step);
  const points: IVSetpoint[] = out.map((voltage) => ({ voltage, leg: 'out' }));
  if (sweep.bothWays)
    points.push(
      ...out
        .slice(0, -1)
        .reverse()
        .map((voltage): IVSetpoint => ({ voltage, leg: 'back' })),
    );
  if (sweep.positive)
    points.push(
      ...raster(0, forwardLimit, Math.min(sweep.step, forwardStep))
        .slice(1)
        .map((voltage): IVSetpoint => ({ voltage, leg: 'forward' })),
    );
  return points;
}

/** Everything that forbids the sweep; empty: go. `limit` is the most negative bias that the sensor may see. */
export function ivProblems(sweep: IVSweep, limit: Volts): Problem[] {
  const problems: Problem[] = [];
  const refuse = (what: string, remedy: string) => problems.push({ code: 'E9101', what, remedy });
  if (!(sweep.start <= 0))
    refuse(
      `The sweep would start at ${sweep.start} V, a forward bias.`,
      'Give --start-voltage as 0 or negative; --positive adds the few points up to +0.4 V.',
    );
  if (!(sweep.max <= 0))
    refuse(
      `The sweep would end at ${sweep.max} V, a forward bias that damages the sensor.`,
      'Give --max-voltage as a negative number, as -80.',
    );
  for (const [option, voltage] of [
    ['--start-voltage', sweep.start],
    ['--max-voltage', sweep.max],
  ] as const)
    if (voltage < limit)
      refuse(
        `${option} ${voltage} V is beyond the limit of ${limit} V.`,
        'Stay within the limit, or change it in station.json if the sensor allows more.',
      );
  if (!(Math.abs(sweep.max) > Math.abs(sweep.start)))
    refuse(
      `The sweep from ${sweep.start} V to ${sweep.max} V leads nowhere.`,
      'Give --max-voltage a larger magnitude than --start-voltage.',
    );
  problems.push(...stepProblems(sweep.step, 'V', Math.abs(sweep.max - sweep.start), sweep.delay));
  return problems;
}

/** What sldo_vi_curves was asked to do. */
export interface SLDOSweep {
  initial: Amperes;
  final: Amperes;
  /** Between two measurements; positive. */
  step: Amperes;
  delay: Seconds;
  voltageLimit: Volts;
  /** The module's own voltages are read from this current on. */
  monitorFrom: Amperes;
}

export interface SLDOSetpoint {
  current: Amperes;
  direction: 'up' | 'down';
}

/** Up to the final current, then down again; the top is measured once. */
export function sldoSetpoints(sweep: SLDOSweep): SLDOSetpoint[] {
  const up = raster(sweep.initial, sweep.final, sweep.step);
  return [
    ...up.map((current): SLDOSetpoint => ({ current, direction: 'up' })),
    ...up
      .slice(0, -1)
      .reverse()
      .map((current): SLDOSetpoint => ({ current, direction: 'down' })),
  ];
}

export function sldoProblems(sweep: SLDOSweep): Problem[] {
  const problems: Problem[] = [];
  const refuse = (what: string, remedy: string) => problems.push({ code: 'E9102', what, remedy });
  if (!(sweep.initial >= 0 && sweep.final > sweep.initial))
    refuse(
      `The sweep from ${sweep.initial} A to ${sweep.final} A leads nowhere.`,
      'Give --initial-current as 0 or more, and a larger --final-current.',
    );
  if (!(sweep.voltageLimit > 0))
    refuse(
      `The voltage limit is ${sweep.voltageLimit} V.`,
      'Give --voltage-limit as a positive number of volts.',
    );
  problems.push(...stepProblems(sweep.step, 'A', sweep.final - sweep.initial, sweep.delay));
  return problems;
}

const mostPoints = 10_000;

function stepProblems(step: number, unit: string, span: number, delay: Seconds): Problem[] {
  const problems: Problem[] = [];
  if (!(step > 0))
    problems.push({
      code: 'E9103',
      what: `The step size is ${step} ${unit}.`,
      remedy: 'Give --step-size as a positive number; the direction follows from start and end.',
    });
  else if (span / step > mostPoints)
    problems.push({
      code: 'E9103',
      what: `Steps of ${step} ${unit} make more than ${mostPoints} points.`,
      remedy: 'Give a larger --step-size.',
    });
  if (!(delay >= 0))
    problems.push({
      code: 'E9103',
      what: `The delay is ${delay} s.`,
      remedy: 'Give --delay as 0 or more seconds.',
    });
  return problems;
}

/** From one end to the other, both included, in equal steps but for the last. */
function raster(from: number, to: number, step: number): number[] {
  const sign = Math.sign(to - from);
  const span = Math.abs(to - from);
  const values: number[] = [];
  // A last step shorter than a thousandth of a step is the rounding of the one before it.
  for (let k = 0; k * step < span - step / 1000; k += 1) values.push(tidy(from + sign * k * step));
  return [...values, to];
}

/** Takes the last binary digits off: -0.30000000000000004 is no voltage that anybody set. */
function tidy(value: number): number {
  return Number(value.toFixed(9)) + 0;
}
