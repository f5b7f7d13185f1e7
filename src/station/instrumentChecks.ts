import type { Place, Problem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Volts } from '../base/units.ts';
import { classNames, instrumentClass } from './classes.ts';
import type { Declared } from './instrumentsFile.ts';
import { isFault, leadsToHardware, looksLikeResource, readResource, resourceKey } from './resource.ts';
import type { Instrument, Role } from './station.ts';

/** How the rest of the station uses an instrument. */
export interface Use {
  /** The roles that channels give it; none: nobody names it. */
  roles: ReadonlySet<Role>;
  /** The bias limits that hold on it, and the module that each comes from. */
  limits: readonly BiasLimit[];
  /** The most modules that stand on one lv channel of it: they are powered in series. */
  inSeries: number;
}

export interface BiasLimit {
  maxVoltage: Volts;
  because: string;
}

/** What is wrong with one instrument by itself, given how it is used. */
export function instrumentProblems(declared: Declared<Instrument>, use: Use, simulated: boolean): Problem[] {
  const { value } = declared;
  const known = instrumentClass(value.class);
  // One that nobody names yet is judged as what its class is for; one in a role that its class cannot play, not at all.
  const meant = use.roles.size > 0 ? [...use.roles] : known?.driver ? known.plays : [];
  const roles = new Set(meant.filter((role) => !known || known.plays.includes(role)));
  return [
    ...classProblems(declared, use.roles),
    ...resourceProblems(declared, simulated),
    ...(roles.has('hv') ? hvProblems(declared, use.limits) : []),
    ...(roles.has('lv') ? lvProblems(declared, Math.max(1, use.inSeries)) : []),
    ...(use.roles.size === 0 ? [namedByNoChannel(value)] : []),
  ];
}

function classProblems({ value, node }: Declared<Instrument>, roles: ReadonlySet<Role>): Problem[] {
  const where = placeOf(node, 'class');
  const known = instrumentClass(value.class);
  if (!known) {
    const meant = nearest(value.class, classNames);
    const remedy = `${meant ? `Did you mean "${meant}"? ` : ''}Known: ${classNames.join(', ')}.`;
    return [{ code: 'E2101', what: `"${value.class}" is not an instrument class.`, where, remedy }];
  }
  if (known.driver || roles.size === 0 || roles.has('hv') || roles.has('lv')) return [];
  return [
    {
      code: 'E2103',
      what: `Baton has no driver for ${value.class} ("${value.name}"): the calibrations get it, and Baton neither reads nor watches it.`,
      where,
      remedy: 'Nothing to do, if that is acceptable here.',
      severity: 'warning',
    },
  ];
}

function resourceProblems({ value, node }: Declared<Instrument>, simulated: boolean): Problem[] {
  const problems: Problem[] = [];
  if (value.sim && !simulated)
    problems.push({
      code: 'E2113',
      what: `"${value.name}" is set to icicle's own simulation ("sim": true), on a station that is real.`,
      where: placeOf(node, 'sim'),
      remedy: 'Set "sim" to false. For a whole simulated station use `--station simulated`.',
    });
  const where = placeOf(node, 'resource');
  const opened = instrumentClass(value.class)?.driver === true && !value.sim;
  const resource = readResource(value.resource);
  if (isFault(resource)) {
    if (opened || !looksLikeResource(value.resource))
      problems.push({
        code: 'E2114',
        what: `"${value.resource}" is no resource: ${resource.fault}.`,
        where,
        remedy: resource.remedy,
      });
  }
  if (simulated && !value.sim && (isFault(resource) ? !opened : leadsToHardware(resource)))
    problems.push({
      code: 'E2116',
      what: `station.json says that every instrument is simulated, but the resource of "${value.name}" leads to a real one.`,
      where,
      remedy: 'Remove "simulated" from station.json, or use a loopback address or a pseudo-terminal.',
    });
  return problems;
}

function hvProblems(declared: Declared<Instrument>, limits: readonly BiasLimit[]): Problem[] {
  const { value, node } = declared;
  const { defaultVoltage: bias, defaultRange: range } = value;
  const problems = [
    ...missing(declared, 'hv', 'default_voltage', 'the operating bias in volts, for example -60'),
    ...missing(declared, 'hv', 'default_current', 'the compliance in amperes, for example 10e-6'),
    ...positiveCurrent(declared, 'compliance'),
    ...implausible(declared, 'default_current', 1e-3, 'a compliance above 1 mA protects no sensor'),
    ...rampProblems(declared),
  ];
  if (bias === undefined) return problems;
  const where = placeOf(node, 'default_voltage');
  if (bias > 0)
    problems.push({
      code: 'E2110',
      what: `The bias of "${value.name}" is positive (${bias} V): a forward-biased sensor is destroyed.`,
      where,
      remedy: `A bias is negative. Did you mean ${-bias}?`,
    });
  if (bias === 0)
    problems.push({
      code: 'E2110',
      what: `The bias of "${value.name}" is 0 V: no sensor would be biased.`,
      where,
      remedy: 'Write the operating bias, for example -60.',
    });
  const weakest = limits.reduce<BiasLimit | undefined>(
    (low, limit) => (low === undefined || limit.maxVoltage > low.maxVoltage ? limit : low),
    undefined,
  );
  if (weakest && bias < weakest.maxVoltage)
    problems.push({
      code: 'E2110',
      what: `The bias of "${value.name}" is ${bias} V; ${weakest.because} allows ${weakest.maxVoltage} V at most.`,
      where,
      remedy:
        'Lower the bias. Or correct the sensor type or the limit in station.json, if the sensor really stands it.',
    });
  if (range !== undefined && Math.abs(range) < Math.abs(bias))
    problems.push({
      code: 'E2110',
      what: `The range of "${value.name}" is ${range} V, and does not cover its bias of ${bias} V.`,
      where: placeOf(node, 'default_range'),
      remedy: `Write ${bias} or beyond.`,
    });
  return problems;
}

/** icicle's own ramp: 5 V a step, 1 s a step. Smaller steps may follow faster, but the bias never moves faster. */
const fastestRamp = 5;

function rampProblems({ value, node }: Declared<Instrument>): Problem[] {
  const { defaultStepSize: step, defaultDelay: delay } = value;
  const speed = step / delay;
  // Steps and delays that are out of their own bounds are the schema's to report.
  if (!(step > 0 && step <= 5 && delay > 0 && speed > fastestRamp * (1 + 1e-9))) return [];
  return [
    {
      code: 'E2112',
      what: `"${value.name}" would ramp ${step} V every ${delay} s, which is ${Number(speed.toPrecision(3))} V/s; the bias may move ${fastestRamp} V/s at most.`,
      where: placeOf(node, node.member('default_delay') ? 'default_delay' : 'default_step_size'),
      remedy: `With steps of ${step} V, "default_delay" is at least ${step / fastestRamp} s.`,
    },
  ];
}

/**
 * What a module is powered with. Sites set 1.8 V, or up to 4 V where the drop of the cables lies behind the same limit
 * [instruments.json of two sites]; SLDO sweeps end at 2.98 V [Ph2_ACF_GUI]. With shunt regulators a supply stands at its
 * current limit, and this voltage is what is left between it and a module whose shunts do not take the current: so
 * a slip is no warning. Ten volts is out of reach of all of them, and below the smallest with its point lost (18 V).
 */
const usualLowVoltage = 5;
const mostLowVoltage = 10;

function lvProblems(declared: Declared<Instrument>, inSeries: number): Problem[] {
  const { value, node } = declared;
  const problems = [
    ...missing(declared, 'lv', 'default_voltage', 'the module voltage in volts, for example 1.8'),
    ...missing(declared, 'lv', 'default_current', 'the current limit in amperes, for example 3'),
    ...positiveCurrent(declared, 'current limit'),
  ];
  const voltage = value.defaultVoltage;
  const most = mostLowVoltage * inSeries;
  if (voltage !== undefined && voltage <= 0)
    problems.push({
      code: 'E2111',
      what: `The voltage of "${value.name}" is ${voltage} V, and must be above 0.`,
      where: placeOf(node, 'default_voltage'),
      remedy: 'Write the module voltage, for example 1.8.',
    });
  else if (voltage !== undefined && voltage > most)
    problems.push({
      code: 'E2111',
      what: `The voltage of "${value.name}" is ${voltage} V; ${inSeries > 1 ? `${inSeries} modules in series stand` : 'a module stands'} ${most} V at most.`,
      where: placeOf(node, 'default_voltage'),
      remedy: 'Check the number and its point: sites power a module with 1.8 V to 4 V.',
    });
  else
    problems.push(
      ...implausible(
        declared,
        'default_voltage',
        usualLowVoltage * inSeries,
        'sites power a module with 1.8 V to 4 V',
      ),
    );
  return problems;
}

type Level = 'default_voltage' | 'default_current';

function missing({ value, node }: Declared<Instrument>, role: Role, key: Level, meaning: string): Problem[] {
  if (node.member(key)) return [];
  const what = `"${value.name}" is used as ${role} and has no "${key}".`;
  return [{ code: 'E2111', what, where: node.keyPlace, remedy: `Add it: ${meaning}.` }];
}

function positiveCurrent({ value, node }: Declared<Instrument>, meaning: string): Problem[] {
  const current = value.defaultCurrent;
  if (current === undefined || current > 0) return [];
  return [
    {
      code: 'E2111',
      what: `The ${meaning} of "${value.name}" is ${current} A, and must be above 0.`,
      where: placeOf(node, 'default_current'),
      remedy: `Write the ${meaning} in amperes, without a sign.`,
    },
  ];
}

/** A value that is allowed and looks like a slip of the finger. */
function implausible(
  { value, node }: Declared<Instrument>,
  key: Level,
  most: number,
  because: string,
): Problem[] {
  const found = key === 'default_voltage' ? value.defaultVoltage : value.defaultCurrent;
  if (found === undefined || found <= most) return [];
  return [
    {
      code: 'E2119',
      what: `"${key}" of "${value.name}" is ${found}: ${because}.`,
      where: placeOf(node, key),
      remedy: 'Check the number and its exponent.',
      severity: 'warning',
    },
  ];
}

function namedByNoChannel(value: Instrument): Problem {
  return {
    code: 'E2108',
    what: `No channel names "${value.name}": it is neither used nor handed on.`,
    where: value.where,
    remedy: 'Add it to a module in channels.json, or ignore this.',
    severity: 'warning',
  };
}

/** A port has one owner: two instruments that a run uses cannot share a resource. */
export function sharedResources(
  instruments: readonly Declared<Instrument>[],
  used: (name: string) => boolean,
): Problem[] {
  const owners = new Map<string, Instrument>();
  return instruments.flatMap(({ value, node }): Problem[] => {
    const key = resourceKey(value.resource);
    const owner = owners.get(key);
    if (!owner) {
      owners.set(key, value);
      return [];
    }
    const problem: Problem = {
      code: 'E2115',
      what: `"${value.name}" and "${owner.name}" have the same resource.`,
      where: placeOf(node, 'resource'),
      remedy: 'Correct one of them. Several outputs of one supply are channels of one instrument.',
    };
    return [used(value.name) && used(owner.name) ? problem : { ...problem, severity: 'warning' }];
  });
}

function placeOf(node: Declared<Instrument>['node'], key: string): Place {
  return (node.member(key) ?? node).place;
}
