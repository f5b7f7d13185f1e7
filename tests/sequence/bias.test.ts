import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Breakdown } from '../../src/base/verdict.ts';
import type { SensorFindings } from '../../src/calibrations/breakdown.ts';
import type { Event } from '../../src/journal/event.ts';
import type { BiasSource } from '../../src/scripts/script.ts';
import { biasAllowed, doubtBreakdowns, readBreakdowns, suspectBreakdowns } from '../../src/sequence/bias.ts';
import type { EarlierBreakdown, RunContext } from '../../src/sequence/runContext.ts';
import { RunState } from '../../src/sequence/runState.ts';
import { smallStation } from './stations.ts';

const none: Breakdown = { found: 'none' };
const at = (voltage: number): Breakdown => ({ found: 'at', voltage });
const curve = (breakdown: Breakdown, measuredTo = -80): SensorFindings => ({
  reported: breakdown,
  recomputed: breakdown,
  compliance: none,
  breakdown,
  measuredTo,
});

interface Elsewhere {
  earlier?: Readonly<Record<string, EarlierBreakdown>>;
  answer?: string;
}

/** A run of two modules on one HV channel, whose bias is -60 V. */
function biasOfTwo({ earlier, answer }: Elsewhere = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'bias-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const events: Event[] = [];
  const asked: string[] = [];
  const { station, group } = smallStation({ modules: 2 });
  const context = {
    directory,
    station,
    group,
    sequence: {},
    journal: { append: async (event: Event) => void events.push(event) },
    ask: async ({ text }: { text: string }) => {
      asked.push(text);
      return answer;
    },
    ...(earlier ? { earlierBreakdown: async (module: string) => earlier[module] } : {}),
  } as unknown as RunContext;
  const state = new RunState(context);
  return {
    state,
    events,
    asked,
    told: () => JSON.parse(readFileSync(join(directory, 'breakdowns.json'), 'utf8')) as object,
    decisions: () => events.filter(({ event }) => event === 'bias.decided'),
    found: () => events.flatMap((event) => (event.event === 'breakdown.found' ? [event] : [])),
    read: async (findings: Readonly<Record<string, SensorFindings>>) => {
      state.findings = new Map(Object.entries(findings));
      return readBreakdowns({ do: 'readBreakdowns', at: group.hv!, target: -60, step: 3 }, context, state);
    },
    doubt: () => doubtBreakdowns(context, state),
    suspect: (findings: Readonly<Record<string, SensorFindings>>) => {
      state.findings = new Map(Object.entries(findings));
      return suspectBreakdowns(3, context, state);
    },
    allowed: (sources: readonly BiasSource[] = ['earlier_iv']) =>
      biasAllowed({ step: 4, sources }, context, state, new AbortController().signal),
  };
}

test('curves of all modules that allow the bias are written down, and asked of nobody again', async () => {
  const bias = biasOfTwo({ answer: '-80 -10' });
  expect(await bias.read({ 0: curve(none), 1: curve(at(-70)) })).toEqual({ end: 'done' });
  expect(await bias.allowed(['earlier_iv', 'operator'])).toMatchObject({ allowed: true });
  expect(bias.asked).toEqual([]);
  expect(bias.found()).toMatchObject([
    { step: 3, module: '0', breakdown: none, measuredTo: -80 },
    { step: 3, module: '1', breakdown: at(-70), measuredTo: -80 },
  ]);
  expect(bias.decisions()).toMatchObject([{ at: 'hv_1:1', target: -60, allowed: true, unknown: false }]);
  expect(bias.told()).toEqual({ M0: { step: 3, ...curve(none) }, M1: { step: 3, ...curve(at(-70)) } });
  expect(bias.state.exitCode).toBe(0);
});

test('the weakest sensor decides for both: one that breaks down fails its module, one that nobody knows the step', async () => {
  const bad = biasOfTwo();
  await bad.read({ 0: curve(none), 1: curve(at(-40)) });
  expect(bad.decisions()).toMatchObject([{ allowed: false, unknown: false, reason: /M1.*-40 V/ }]);
  expect(bad.state.exitCode).toBe(1);
  const unknown = biasOfTwo();
  await unknown.read({ 0: curve(none) });
  expect(unknown.decisions()).toMatchObject([
    { allowed: false, unknown: true, reason: /M1.*the calibration left no curve of it/ },
  ]);
  expect(unknown.state.exitCode).toBe(3);
  const short = biasOfTwo();
  await short.read({ 0: curve(none), 1: curve(none, -50) });
  expect(short.decisions()).toMatchObject([{ allowed: false, unknown: false, reason: /M1.*-50 V only/ }]);
  expect(short.state.exitCode, 'only the steps that want it count that').toBe(0);
});

test('an IV that begins makes what was known doubtful, and what it leaves unfinished can forbid alone', async () => {
  const bias = biasOfTwo();
  await bias.read({ 0: curve(none), 1: curve(at(-70)) });
  bias.doubt();
  expect(bias.state.findings.size).toBe(0);
  expect(bias.state.sensors.get('0')).toEqual({
    name: 'M0',
    breakdown: { found: 'unknown', why: expect.stringContaining('not completed') as string },
  });
  expect(bias.state.sensors.get('1')?.breakdown).toMatchObject({ found: 'unknown', suspected: -70 });
  expect(await bias.allowed(), 'what nobody tells stays a suspicion').toMatchObject({
    allowed: false,
    unknown: true,
  });

  // Measured again: the curve before was read, and not yet written down.
  const again = biasOfTwo();
  again.state.findings = new Map([['0', curve(at(-40))]]);
  again.state.sensors.set('1', { name: 'M1', breakdown: at(-30) });
  again.doubt();
  expect(['0', '1'].map((index) => again.state.sensors.get(index)?.breakdown)).toMatchObject([
    { found: 'unknown', suspected: -40 },
    { found: 'unknown', suspected: -30 },
  ]);
  expect(await again.allowed(), 'a suspicion forbids, also where nobody tells').toMatchObject({
    breaksDown: true,
  });

  const hurt = biasOfTwo({
    earlier: {
      0: { breakdown: none, measuredTo: -80, from: 'a run' },
      1: { breakdown: none, measuredTo: -80, from: 'a run' },
    },
  });
  await hurt.suspect({ 0: curve(none), 1: curve(at(-40)) });
  expect(hurt.found()[1]?.breakdown).toMatchObject({ found: 'unknown', suspected: -40 });
  expect(hurt.told()).toMatchObject({ M1: { breakdown: { found: 'unknown', suspected: -40 } } });
  expect(await hurt.allowed(), 'an earlier run that saw nothing is not believed').toMatchObject({
    allowed: false,
    breaksDown: true,
  });
  const seen = biasOfTwo();
  await seen.read({ 0: curve(none), 1: curve(at(-70)) });
  seen.doubt();
  await seen.suspect({ 0: curve(none) });
  expect(seen.found().at(-1)?.breakdown, 'a suspicion outlives a curve that says less').toMatchObject({
    suspected: -70,
  });
});

test('where no IV of the run tells, an earlier one does, and then the operator, each for its module', async () => {
  const bias = biasOfTwo({
    earlier: { 0: { breakdown: none, measuredTo: -80, from: 'run 7' } },
    answer: '-75 none',
  });
  expect(await bias.allowed(['earlier_iv', 'operator'])).toMatchObject({ allowed: true });
  expect(bias.asked).toHaveLength(1);
  expect(bias.asked[0]).toContain('M1, is known here, and it is to be biased at -60 V');
  const unread = { found: 'unknown', why: 'not measured in this run' };
  expect(bias.found()).toEqual([
    {
      ...{ event: 'breakdown.found', module: '0', reported: none, recomputed: unread, compliance: unread },
      ...{ breakdown: none, measuredTo: -80, from: 'run 7' },
    },
    {
      ...{ event: 'breakdown.found', module: '1', reported: none, recomputed: unread, compliance: unread },
      ...{ breakdown: none, measuredTo: -75, from: 'the operator' },
    },
  ]);
  expect(bias.state.sensors.get('1')).toEqual({ name: 'M1', breakdown: none, measuredTo: -75 });
});

test('who is not to be asked is not, and what nobody knows allows nothing', async () => {
  const bias = biasOfTwo({ answer: '-80 none' });
  expect(await bias.allowed(['earlier_iv'])).toMatchObject({ allowed: false, unknown: true });
  expect(bias.asked).toEqual([]);
  expect(bias.state.sensors.get('0')).toEqual({ name: 'M0' });
  expect(bias.state.exitCode).toBe(3);
  const silent = biasOfTwo();
  expect(await silent.allowed(['operator'])).toMatchObject({ allowed: false, unknown: true });
  expect(silent.asked).toHaveLength(2);
  const far = biasOfTwo({
    earlier: Object.fromEntries(['0', '1'].map((k) => [k, { breakdown: none, from: 'x' }])),
  });
  expect(await far.allowed(), 'how far it was measured must be told, too').toMatchObject({ allowed: false });
  expect(far.state.sensors.get('0')).toEqual({ name: 'M0', breakdown: none });
});
