import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One line of the simulated station's own log. It shares no code with what it judges. */
export interface WitnessLine {
  t: number;
  instrument: string;
  channel?: number;
  kind: string;
  value: string | number | boolean;
}

export interface Judgement {
  /** What was done to each output, in order, as `hv_1:1 -5` and `hv_1:1 on`. */
  setpoints: string[];
  outputs: string[];
  /** Broken rules, in words; the safe log has none. */
  violations: string[];
  /** The most negative voltage that a sensor had. */
  deepestBias: number;
  /** Whether every output is off and every sensor at 0 V at the end. */
  endsSafe: boolean;
  /** When the last sensor reached 0 V for good. */
  zeroSince?: number;
}

export interface WitnessRules {
  /** The largest allowed change of |V|, in volts. */
  maxStep: number;
  /** Names of the supplies. Default: those that begin with hv or lv. */
  hv?: readonly string[];
  lv?: readonly string[];
}

/** A torn last line, of a station that was killed, is left out. */
export function readWitness(path: string): WitnessLine[] {
  const text = readFileSync(path, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WitnessLine);
}

/** Judges what happened at the module by safety rules 1 to 3, from the log alone. */
export function judge(lines: readonly WitnessLine[], rules: WitnessRules): Judgement {
  // A level that a limit holds need not lie on the ramp's grid.
  const tolerance = 0.5;
  const is = (names: readonly string[] | undefined, prefix: string) => (instrument: string) =>
    names ? names.includes(instrument) : instrument.startsWith(prefix);
  const isHv = is(rules.hv, 'hv');
  const isLv = is(rules.lv, 'lv');
  const bias = new Map<string, number>();
  const on = new Set<string>();
  const judgement: Judgement = { setpoints: [], outputs: [], violations: [], deepestBias: 0, endsSafe: true };
  const anyLv = lines.some(({ instrument, channel }) => isLv(instrument) && channel !== undefined);
  // Named supplies must all be on; unnamed ones, at least one.
  const lvOn = () => {
    const supplying = new Set([...on].map((at) => at.split(':')[0]!).filter(isLv));
    return rules.lv ? rules.lv.every((name) => supplying.has(name)) : supplying.size > 0;
  };
  const hvUp = () => [...bias.values()].some((volts) => Math.abs(volts) >= 1);
  const broken = (line: WitnessLine, what: string) =>
    judgement.violations.push(`${line.t} ${line.instrument}:${line.channel} ${what}`);

  // A protection of the supply that switches its own output off is nobody's fault but the module's.
  let tripped: string | undefined;
  // And so is a bias that falls because the sensor draws more than the limit, without a command.
  let breaksDown = false;
  let commanded = false;
  for (const line of lines) {
    if (line.kind === 'fault' && /^(early-breakdown|compliance-trip):.* begins$/.test(String(line.value)))
      breaksDown = true;
    if (line.channel === undefined) continue;
    if (isHv(line.instrument) && (line.kind === 'setpoint' || line.kind === 'output')) commanded = true;
    const at = `${line.instrument}:${line.channel}`;
    if (line.kind === 'setpoint') judgement.setpoints.push(`${at} ${line.value}`);
    if (line.kind === 'bias') {
      const [before, after] = [bias.get(at) ?? 0, Number(line.value)];
      const fell = breaksDown && !commanded && Math.abs(after) < Math.abs(before);
      commanded = false;
      if (Math.abs(after - before) > rules.maxStep + tolerance && !fell)
        broken(line, `stepped from ${before} V to ${after} V`);
      bias.set(at, after);
      judgement.deepestBias = Math.min(judgement.deepestBias, after);
      if (hvUp()) delete judgement.zeroSince;
      else judgement.zeroSince ??= line.t;
    }
    if (line.kind === 'trip' && String(line.value).startsWith('over-')) tripped = at;
    if (line.kind !== 'output') continue;
    const byItself = tripped === at && line.value === false;
    tripped = undefined;
    judgement.outputs.push(`${at} ${line.value ? 'on' : 'off'}`);
    if (line.value) on.add(at);
    else on.delete(at);
    if (isHv(line.instrument) && line.value && anyLv && !lvOn()) broken(line, 'went on while LV was off');
    if (isHv(line.instrument) && !line.value && Math.abs(bias.get(at) ?? 0) >= 1)
      broken(line, `went off at ${bias.get(at)} V`);
    if (isLv(line.instrument) && !line.value && hvUp() && !byItself)
      broken(line, 'went off under a biased sensor');
  }
  judgement.endsSafe = on.size === 0 && [...bias.values()].every((volts) => Math.abs(volts) < 1);
  return judgement;
}

/** The whole of a run, start to end, kept every rule and left nothing powered. */
export function expectSafe(path: string, rules: WitnessRules): Judgement {
  const judgement = judge(readWitness(path), rules);
  expect(judgement.violations, 'rules broken at the module').toEqual([]);
  expect(judgement.endsSafe, 'every output off and every sensor at 0 V at the end').toBe(true);
  return judgement;
}
