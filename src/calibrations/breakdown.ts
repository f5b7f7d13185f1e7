import { formatQuantity } from '../base/quantityText.ts';
import type { Amperes, Volts } from '../base/units.ts';
import type { Breakdown } from '../base/verdict.ts';
import type { SensorType } from '../station/station.ts';

/** One point of an IV curve, in the order of the measurement. Voltages ≤ 0 in reverse bias. */
export interface IVPoint {
  /** Set voltage; the measured one where the file has no set one. */
  set: Volts;
  voltage: Volts;
  current: Amperes;
  /** The supply held its compliance at this point. */
  compliance?: boolean;
}

/** What an IV curve tells of the sensor, by the three witnesses of safety rule 5. */
export interface SensorFindings {
  reported: Breakdown;
  recomputed: Breakdown;
  compliance: Breakdown;
  /** The lowest of the three. */
  breakdown: Breakdown;
  measuredTo?: Volts;
}

/** The constants of the rule, from config/criteria (dated, with their sources). */
export interface BreakdownRule {
  /** Relative rise of |I| from one step to the next that means breakdown: 0.2. */
  rise: number;
  /** |V| between two compared points, V. */
  step: Volts;
  /** |V| from which on the sensor counts as depleted, by type. Below, √V growth is no breakdown. */
  depletion: Record<SensorType, Volts>;
  /** |I| below which a rise is noise of the meter, A. */
  floor: Amperes;
}

/**
 * dirigent's own rule ("increases by more than 20 % compared to the previous measurement, in 5 V steps, above the full
 * depletion voltage"), with the depletion voltage of the sensor type: −60 V is a planar sensor's, and would make the
 * rule blind to a 3D sensor that breaks down at −40 V. Compared are points of the way up at least one step apart.
 */
export function recomputeBreakdown(
  points: readonly IVPoint[],
  rule: BreakdownRule,
  type: SensorType,
): Breakdown {
  let previous: IVPoint | undefined;
  let compared = false;
  for (const point of wayUp(points)) {
    if (Math.abs(point.set) < rule.depletion[type]) continue;
    if (previous && Math.abs(point.set) - Math.abs(previous.set) < rule.step * (1 - 1e-9)) continue;
    const before = previous && Math.max(Math.abs(previous.current), rule.floor);
    if (before !== undefined && Math.abs(point.current) > (1 + rule.rise) * before) {
      return { found: 'at', voltage: point.set, after: previous!.set };
    }
    compared ||= previous !== undefined;
    previous = point;
  }
  if (compared) return { found: 'none' };
  const why = `the curve has no two points ${rule.step} V apart from -${rule.depletion[type]} V on`;
  return { found: 'unknown', why };
}

/** The voltage at which the supply first held its compliance. */
export function complianceBreakdown(points: readonly IVPoint[], compliance: Amperes | undefined): Breakdown {
  if (points.length === 0) return { found: 'unknown', why: 'the curve has no points' };
  const up = wayUp(points);
  const first = up.findIndex((point) => isLimited(point, compliance));
  if (first < 0) return { found: 'none' };
  return { found: 'at', voltage: up[first]!.set, ...(first > 0 ? { after: up[first - 1]!.set } : {}) };
}

/** It says so, or measures well below what was set, or 99 % of the compliance: the supply limits. */
function isLimited(point: IVPoint, compliance: Amperes | undefined): boolean {
  if (point.compliance) return true;
  const atLimit = compliance !== undefined && Math.abs(point.current) >= 0.99 * Math.abs(compliance);
  return atLimit || Math.abs(point.set) - Math.abs(point.voltage) > Math.max(1, 0.05 * Math.abs(point.set));
}

/** The points in reverse bias on the way to the most negative voltage, in the order they were measured. */
export function wayUp(points: readonly IVPoint[]): readonly IVPoint[] {
  let farthest = 0;
  for (let i = 1; i < points.length; i++) if (points[i]!.set < points[farthest]!.set) farthest = i;
  return points.slice(0, farthest + 1).filter((point) => point.set <= 0);
}

/** The most negative voltage that was really reached at the module. */
export function measuredTo(points: readonly IVPoint[]): Volts | undefined {
  let lowest: Volts | undefined;
  for (const point of points) {
    // A supply in compliance gives less than was set, and a meter reads a little more: neither may widen the range.
    const reached = Math.max(point.set, point.voltage);
    if (lowest === undefined || reached < lowest) lowest = reached;
  }
  return lowest;
}

/** The lowest |V| of the witnesses. One that does not know makes the whole unknown; what the others say stays a suspicion. */
export function lowestBreakdown(...witnesses: readonly Breakdown[]): Breakdown {
  const unknown = witnesses.find((witness) => witness.found === 'unknown');
  const edges = witnesses.flatMap((witness) => edgeOf(witness) ?? []);
  if (unknown) return { ...unknown, ...(edges.length === 0 ? {} : { suspected: Math.max(...edges) }) };
  const voltages = witnesses.flatMap((witness) => (witness.found === 'at' ? witness.voltage : []));
  if (voltages.length === 0) return { found: 'none' };
  const [voltage, after] = [Math.max(...voltages), Math.max(...edges)];
  return { found: 'at', voltage, ...(after > voltage ? { after } : {}) };
}

/** From where on a witness does not vouch for the sensor: it breaks down, or may. */
function edgeOf(breakdown: Breakdown): Volts | undefined {
  if (breakdown.found === 'at') return breakdown.after ?? breakdown.voltage;
  return breakdown.found === 'unknown' ? breakdown.suspected : undefined;
}

/** What curves that do not count tell: nothing that allows a bias, and all that forbids one. */
export function inDoubt(...witnesses: readonly (Breakdown | undefined)[]): Breakdown {
  const unknown: Breakdown = { found: 'unknown', why: 'its IV was not completed' };
  return lowestBreakdown(unknown, ...witnesses.filter((one) => one !== undefined));
}

/** What somebody else tells holds only as far as curves that do not count say nothing worse. */
export function withSuspicion(told: Breakdown, doubt: Breakdown | undefined): Breakdown {
  const voltage = doubt?.found === 'unknown' ? doubt.suspected : undefined;
  return voltage === undefined ? told : lowestBreakdown(told, { found: 'at', voltage });
}

/** Whether the sensors of a group may be biased to a target, and why. */
export interface BiasDecision {
  allowed: boolean;
  /** The answer is no because nobody knows where the sensor breaks down. */
  unknown: boolean;
  /** The answer is no because it breaks down too early: the module is bad, whether a step needs the bias or not. */
  breaksDown: boolean;
  reason: string;
}

/** What is known of one sensor when a bias is to be decided. */
export interface SensorKnowledge {
  name: string;
  /** Absent: no IV was measured. */
  breakdown?: Breakdown;
  measuredTo?: Volts;
}

/**
 * Safety rule 5 for all modules on one HV channel: the weakest decides. The target's magnitude must be below the
 * breakdown and within what was measured; what is not known allows nothing.
 */
export function decideBias(target: Volts, sensors: readonly SensorKnowledge[]): BiasDecision {
  const refusals = sensors.flatMap((sensor) => refusal(target, sensor));
  const first = refusals.find((one) => one.breaksDown) ?? refusals.find((one) => one.unknown) ?? refusals[0];
  if (first) return first;
  if (sensors.length === 0)
    return {
      allowed: false,
      unknown: true,
      breaksDown: false,
      reason: 'nobody says which sensors are biased',
    };
  return {
    allowed: true,
    unknown: false,
    breaksDown: false,
    reason: `${target} V is below the breakdown and within the measured range`,
  };
}

function refusal(target: Volts, sensor: SensorKnowledge): BiasDecision[] {
  const { name, breakdown, measuredTo: reached } = sensor;
  const no = (reason: string, why: 'breaks down' | 'unknown' | 'out of range'): BiasDecision[] => [
    {
      allowed: false,
      unknown: why === 'unknown',
      breaksDown: why === 'breaks down',
      reason: `${name}: ${reason}`,
    },
  ];
  const broken = breakdown && breaksDownBy(target, breakdown);
  if (broken !== undefined) return no(`breaks down ${broken}; ${target} V is not below that`, 'breaks down');
  if (!breakdown) return no('no IV curve tells where it breaks down', 'unknown');
  if (breakdown.found === 'unknown') return no(`the breakdown is unknown: ${breakdown.why}`, 'unknown');
  if (reached === undefined) return no('it is not known how far the IV curve was measured', 'unknown');
  if (Math.abs(target) > Math.abs(reached) + 0.5)
    return no(
      `the IV curve was measured to ${formatQuantity(reached, 'V')} only; ${target} V is beyond`,
      'out of range',
    );
  return [];
}

/** In which words, if at the target it does, or may for all that is known. */
function breaksDownBy(target: Volts, breakdown: Breakdown): string | undefined {
  const [to, after] =
    breakdown.found === 'at' ? [breakdown.voltage, breakdown.after] : [edgeOf(breakdown), undefined];
  if (to === undefined) return undefined;
  const shown = formatQuantity(to, 'V');
  if (Math.abs(target) >= Math.abs(to)) return `at ${shown}`;
  return after !== undefined && Math.abs(target) > Math.abs(after)
    ? `between ${formatQuantity(after, 'V')} and ${shown}`
    : undefined;
}

/**
 * What breakdowns.json says of one module, in the shapes that are known or likely (facts: number, list, null, −999,
 * keyed by module name or index). A missing entry and an unreadable one are unknown, never none.
 */
export function reportedBreakdown(json: unknown, module: { name: string; index: string }): Breakdown {
  if (!isObject(json)) return readShape(json);
  const entries = entriesOf(json, module);
  return entries.length === 0 ? readShape(undefined) : lowestBreakdown(...entries.map(readShape));
}

/** More than one where a module is called by the index of another: which is meant nobody knows, so the worst counts. */
function entriesOf(
  json: Readonly<Record<string, unknown>>,
  { name, index }: { name: string; index: string },
): unknown[] {
  const keys = new Set([name, index, `Module${index}`, `module_${index}`, `module${index}`]);
  return [...keys].filter((key) => Object.hasOwn(json, key)).map((key) => json[key]);
}

function readShape(value: unknown): Breakdown {
  if (value === undefined) return { found: 'unknown', why: 'breakdowns.json has no entry for the module' };
  if (value === null || value === -999) return { found: 'none' };
  if (typeof value === 'number') return readNumber(value);
  if (Array.isArray(value)) {
    // A list is one entry a sensor or a repetition; an empty one tells nothing.
    if (value.length === 0)
      return { found: 'unknown', why: 'breakdowns.json has an empty list for the module' };
    return lowestBreakdown(...value.map(readShape));
  }
  if (isObject(value)) {
    const told = ['breakdown', 'breakdown_voltage', 'voltage', 'V'].filter((key) =>
      Object.hasOwn(value, key),
    );
    if (told.length > 0) return lowestBreakdown(...told.map((key) => readShape(value[key])));
  }
  return {
    found: 'unknown',
    why: `breakdowns.json has ${JSON.stringify(value)?.slice(0, 60)} for the module`,
  };
}

function readNumber(value: number): Breakdown {
  if (!Number.isFinite(value) || value === 0)
    return { found: 'unknown', why: `breakdowns.json has ${value} for the module` };
  // Some tools write the magnitude.
  return { found: 'at', voltage: -Math.abs(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
