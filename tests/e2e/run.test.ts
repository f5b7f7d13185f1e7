import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/calibrations/action.ts';
import type { RunRecord } from '../../src/journal/record.ts';
import { expectSafe, readWitness } from '../witness.ts';
import { baton, type FinishedRun, type Item, scratch, sequence, simulatedRun } from './baton.ts';
import { config } from './config.ts';

const minute = 60_000;
const options = { timeout: minute };

describe.concurrent('a named sequence on the simulated station', () => {
  test('ends with exit 0, five finished steps, real data, and HV and LV at zero', options, async () => {
    const run = await simulatedRun();
    expect(run.stdout + run.stderr).toContain('PASS');
    expect(run.exitCode).toBe(0);
    expect(run.record.verdict).toBe('PASS');
    expect(run.record.steps.map(({ calibration, state }) => [calibration, state])).toEqual([
      ['sldo_vi_curves', 'completed'],
      ['voltage_trimming', 'completed'],
      ['iv_curve', 'completed'],
      ['calibrate_module', 'completed'],
      ['crosstalk_method', 'completed'],
    ]);
    expect(rows(run, '03_iv_curve/Module0_iv_curve.csv')).toBeGreaterThan(20);
    expect(rows(run, '01_sldo_vi_curves/Module0_full.csv')).toBeGreaterThan(20);

    const judgement = expectSafe(run.witness, { maxStep: 5 });
    expect(judgement.setpoints).toContain('hv_1:1 -60');
    expect(judgement.deepestBias).toBeLessThan(-59);

    const plan = run.journal.find((line) => line.event === 'plan.made')!;
    expect(ownSetpoints(run), 'outside of hand-overs what the plan says, in that order').toEqual(
      plannedSetpoints(plan.actions as unknown as Action[]),
    );

    const kept = run.record.files.map(({ path }) => path);
    expect(kept).toEqual(
      expect.arrayContaining([
        'config/station.json',
        'config/instruments.json',
        'config/channels.json',
        'config/modules.json',
        'config/dirigent.toml',
        'config/sequences/electrical-qc.scr',
        'config/criteria/iv_curve.json',
      ]),
    );
    for (const path of kept) expect(existsSync(join(run.directory!, path)), path).toBe(true);
    expect(run.record.versions.dirigent).toMatch(/\d/);
  });

  test('passes over pseudo-terminals as over TCP', options, async () => {
    const sequence = ['sldo_vi_curves', 'iv_curve', 'crosstalk_method'];
    const run = await simulatedRun({ sequence, args: ['--transport', 'pty'] });
    expect(run.exitCode).toBe(0);
    expect(run.record.steps).toHaveLength(3);
    expectSafe(run.witness, { maxStep: 5 });
  });

  test('is the same module for the same seed, and another for another', options, async () => {
    const seeded = async (seed: number) => {
      const { record } = await simulatedRun({
        sequence: ['get_module_info'],
        args: ['--seed', String(seed)],
      });
      return record.steps[0]!.results[0]!.measurements.map(({ name, value }) => [name, value]);
    };
    const [first, again, other] = await Promise.all([seeded(7), seeded(7), seeded(8)]);
    expect(first.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe.concurrent('two modules on one HV channel', () => {
  const pair = () => config(twoModules);
  const twin = (directory: string) => ['--config', directory, '--module', '0'];

  test('are tested together, and each has its own verdict', options, async () => {
    const sequence = ['sldo_vi_curves', 'voltage_trimming', 'iv_curve', 'crosstalk_method'];
    const run = await simulatedRun({ sequence, args: twin(pair()) });
    expect(run.stdout + run.stderr).toContain('PASS');
    expect(run.exitCode).toBe(0);
    expect(run.record.modules).toMatchObject([
      { index: '0', verdict: 'PASS' },
      { index: '1', verdict: 'PASS' },
    ]);
    for (const step of run.record.steps) expect(step.results.map(({ module }) => module)).toEqual(['0', '1']);
    const { deepestBias } = expectSafe(run.witness, { maxStep: 5, lv: ['lv_1', 'lv_2'] });
    expect(deepestBias).toBeLessThan(-59);
  });

  test('are not biased where the weaker of them breaks down', options, async () => {
    const run = await simulatedRun({
      sequence: sequence(['iv_curve', 'crosstalk_method'], { failFast: false }),
      faults: ['early-breakdown:V=-45,module=1'],
      args: twin(pair()),
    });
    expect(run.record.bias).toMatchObject([{ allowed: false, unknown: false }]);
    // One supply measures both, so nobody can tell which of them it was: both have it in their curve, and neither passes.
    expect(run.record.modules.map(({ breakdown }) => breakdown?.found)).toEqual(['at', 'at']);
    expect(run.record.modules.map(({ verdict }) => verdict)).toEqual(['FAIL', 'FAIL']);
    expect(run.record.steps[1]).toMatchObject({ state: 'skipped' });
    expect(run.exitCode).toBe(1);
    expect(ownSetpoints(run).filter((point) => point.startsWith('hv_1'))).toEqual([]);
    expectSafe(run.witness, { maxStep: 5, lv: ['lv_1', 'lv_2'] });
  });
});

test('a bare module without LV is measured: only its HV is ruled', options, async () => {
  const run = await simulatedRun({
    sequence: 'bare-module-iv',
    args: [
      '--config',
      config((files) => ({
        'channels.json': files['channels.json']!.replace(/"lv":\s*\{[^}]*\},?/, ''),
        'instruments.json': files['instruments.json']!,
      })),
    ],
  });
  expect(run.record.steps[0]).toMatchObject({ calibration: 'iv_curve', state: 'completed' });
  expect(
    readWitness(run.witness).filter(({ instrument, kind }) => instrument === 'lv_1' && kind === 'output'),
  ).toEqual([]);
  expectSafe(run.witness, { maxStep: 5 });
});

test(
  'without fail_fast the sequence goes on behind a failed step, from everything off, and the worst counts',
  options,
  async () => {
    const run = await simulatedRun({
      sequence: sequence(['voltage_trimming', 'get_module_info'], { failFast: false }),
      misbehaviour: 'voltage_trimming:crash',
    });
    expect(run.record.steps.map(({ state }) => state)).toEqual(['failed', 'completed']);
    expect(run.exitCode).toBe(3);
    expect(run.record.verdict).toBe('ERROR');
    expect(run.journal.filter(({ event }) => event === 'plan.made')).toHaveLength(2);
    expectSafe(run.witness, { maxStep: 5 });
  },
);

test('modules.json, which dirigent edits in place, is kept as it was before and after', options, async () => {
  const run = await simulatedRun({
    sequence: [{ id: 'get_module_info', args: { options: ['-r', 1, '-e', 1] } }],
  });
  expect(run.exitCode).toBe(0);
  const kept = (moment: string) =>
    JSON.parse(readFileSync(join(run.directory!, 'modules', `01_get_module_info.${moment}.json`), 'utf8'));
  expect(kept('before')).toEqual(JSON.parse(readFileSync('config/modules.json', 'utf8')));
  expect(kept('after').Hybrid['0'].RD53Bv2['0'].eFuseCode).not.toBe(
    kept('before').Hybrid['0'].RD53Bv2['0'].eFuseCode,
  );
});

test('a run whose runner was killed is listed, with the end that its guardian wrote', options, async () => {
  const runs = scratch();
  let pid = 0;
  const run = simulatedRun({
    sequence: ['voltage_trimming'],
    misbehaviour: 'voltage_trimming:hang',
    runs,
    onStart: (started) => {
      pid = started;
    },
    onOutput: (text) => text.includes('voltage_trimming  in') && process.kill(pid, 'SIGKILL'),
  });
  expect((await run).signal).toBe('SIGKILL');
  const shown = () => baton(['runs', 'show', '--directory', runs, '--json']);
  const state = async () => (JSON.parse((await shown()).stdout) as RunRecord).state;
  await expect.poll(state, { timeout: 30_000 }).toBe('ended');
  const record = JSON.parse((await shown()).stdout) as RunRecord;
  expect(record).toMatchObject({ exitCode: 3, safe: { verified: true } });
  expect(record.verdict).not.toBe('PASS');
  expect((await baton(['runs', 'list', '--directory', runs])).stdout).toContain(record.run);
  await expect.poll(() => existsSync(join(runs, record.run, 'report.html')), { timeout: 30_000 }).toBe(true);
});

describe.concurrent('a bad module ends with exit 1 and the criterion named:', () => {
  const tune = {
    id: 'calibrate_module',
    args: { tuning: ['PixelAlive_Analog', 'ThresholdAdjustment_2000', 'ThresholdEqualization'] },
  };
  const bad: [string, string[], string[], Item[]][] = [
    [
      'regulators that hold another voltage, and shunts that are too weak',
      ['bad-regulator:rail=VDDA,V=1.0,chip=2', 'bad-regulator:rail=VDDD,V=1.4,chip=1', 'bad-shunt'],
      ['VDDA_ROC2_min', 'VDDD_ROC1_max', 'VIN_slope'],
      ['sldo_vi_curves'],
    ],
    [
      'a regulator that cannot be trimmed, and a dead chip',
      ['bad-regulator:rail=VDDA,V=1.0,chip=2', 'dead-chip:chip=0'],
      ['chip2_VDDA', 'chip0_answers'],
      ['voltage_trimming'],
    ],
    ['a leaky sensor', ['high-leakage:factor=25'], ['leakage_at_operating_voltage_20C'], ['iv_curve']],
    ['a sensor that breaks down early', ['early-breakdown:V=-40'], ['breakdown_voltage'], ['iv_curve']],
    [
      'chips that cannot be tuned, are noisy, and have dead pixels',
      ['stuck-threshold:chip=0', 'dead-pixels:chip=1,pixels=1500', 'dead-trims:chip=2', 'high-noise:chip=3'],
      ['chip0_threshold_offset', 'chip1_dead_pixels', 'chip2_threshold_spread', 'chip3_noise_mean'],
      ['iv_curve', tune],
    ],
    [
      'open bumps and dead pixels',
      ['open-bumps:chip=3,pixels=1500', 'dead-pixels:chip=1,pixels=1500'],
      ['chip3_disconnected', 'chip1_electrical'],
      ['iv_curve', 'crosstalk_method'],
    ],
  ];
  test.each(bad)('%s', options, async (_what, faults, criteria, items) => {
    const run = await simulatedRun({ sequence: items, faults });
    const failing = run.record.steps.flatMap(({ results }) =>
      results.flatMap(({ measurements }) =>
        measurements.filter(({ verdict }) => verdict === 'FAIL').map(({ name }) => name),
      ),
    );
    for (const criterion of criteria) {
      expect(failing).toContain(criterion);
      expect(run.stdout).toContain(criterion);
    }
    expect(run.exitCode).toBe(1);
    expect(run.record.verdict).toBe('FAIL');
    expectSafe(run.witness, { maxStep: 5 });
  });
});

test(
  'a sensor that breaks down at −40 V, where dirigent’s own rule does not look, is never biased beyond it',
  options,
  async () => {
    const run = await simulatedRun({
      sequence: 'tests/fixtures/keep-going.scr',
      faults: ['early-breakdown:V=-40'],
    });
    expect(run.exitCode).toBe(1);
    expect(run.record.bias.map(({ allowed }) => allowed)).toEqual([false]);
    const skipped = run.record.steps.filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ calibration }) => calibration)).toEqual(['calibrate_module', 'crosstalk_method']);
    expect(skipped[0]?.reason).toContain('breaks down at');
    expect(run.record.modules[0]?.breakdown).toMatchObject({ found: 'at' });
    expectSafe(run.witness, { maxStep: 5 });
    // Outside of the IV, which stops at the compliance, no bias at all.
    expect(ownSetpoints(run).filter((point) => point.startsWith('hv_1'))).toEqual([]);
  },
);

test(
  'an IV that fails and shows a breakdown forbids the bias that an earlier run would allow',
  options,
  async () => {
    const runs = scratch();
    const first = await simulatedRun({ sequence: ['iv_curve'], runs });
    expect(first.record.bias).toMatchObject([{ allowed: true }]);
    const run = await simulatedRun({
      sequence: sequence(['iv_curve', 'crosstalk_method'], { failFast: false }),
      faults: ['early-breakdown:V=-40'],
      misbehaviour: 'iv_curve:error-line',
      runs,
    });
    expect(run.exitCode).toBe(3);
    expect(run.record.steps.map(({ state }) => state)).toEqual(['failed', 'skipped']);
    expect(run.record.steps[0]?.results[0]?.verdict).toBe('ERROR');
    expect(run.record.bias).toMatchObject([
      { allowed: false, reason: expect.stringContaining('breaks down') },
    ]);
    expect(ownSetpoints(run).filter((point) => point.startsWith('hv_1'))).toEqual([]);
    expectSafe(run.witness, { maxStep: 5 });
  },
);

/** A second module on the HV channel of the first, with an LV supply and a needle card of its own. */
function twoModules(files: Record<string, string>): Record<string, string> {
  const [instruments, channels, modules, station] = [
    'instruments.json',
    'channels.json',
    'modules.json',
    'station.json',
  ].map((name) => JSON.parse(files[name]!));
  const { lv_1: lv, ab_1: ab } = instruments.instruments;
  Object.assign(instruments.instruments, {
    lv_2: { ...lv, resource: 'TCPIP::127.0.0.1::9222::SOCKET' },
    ab_2: { ...ab, resource: 'ASRL/dev/ttyUSB7::INSTR' },
  });
  channels.channels['1'] = {
    ...channels.channels['0'],
    lv: { instrument: 'lv_2', channel: 1 },
    ab: { instrument: 'ab_2' },
  };
  modules.Hybrid['1'] = structuredClone(modules.Hybrid['0']);
  modules.Hybrid['1'].RD53Bv2.info.module_name = 'Q2X2-0002';
  station.modules['Q2X2-0002'] = { serial_number: '20UPGM22110040', sensor_type: '3D' };
  // Two sensors leak twice as much.
  instruments.instruments.hv_1.default_current *= 2;
  return Object.fromEntries(
    Object.entries({
      'instruments.json': instruments,
      'channels.json': channels,
      'modules.json': modules,
      'station.json': station,
    }).map(([name, value]) => [name, JSON.stringify(value, null, 2)]),
  );
}

function rows({ directory }: FinishedRun, path: string): number {
  return readFileSync(join(directory!, path), 'utf8').trim().split('\n').length - 1;
}

/** Set-points and outputs that the runner itself wrote: those between hand-overs, by the clock. */
function ownSetpoints({ journal, witness }: FinishedRun): string[] {
  const away: [number, number][] = [];
  let since: number | undefined;
  for (const line of journal) {
    if (line.event === 'step.started' && /iv_curve|sldo/.test(line.calibration)) since = line.t;
    if (line.event === 'action.started' && line.do === 'takeBack' && since !== undefined) {
      away.push([since, line.t]);
      since = undefined;
    }
  }
  return readWitness(witness)
    .filter(({ t }) => !away.some(([from, to]) => t >= from && t <= to))
    .filter(({ kind, channel }) => channel !== undefined && (kind === 'setpoint' || kind === 'output'))
    .map(({ instrument, channel, kind, value }) => `${instrument}:${channel} ${kind} ${value}`);
}

function plannedSetpoints(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.do === 'output') return [`${action.at} output ${action.on}`];
    if (action.do === 'level') return action.role === 'lv' ? [`${action.at} setpoint ${action.voltage}`] : [];
    if (action.do !== 'ramp') return [];
    const steps = Math.ceil(Math.abs(action.to - action.from) / action.stepSize);
    return Array.from(
      { length: steps },
      (_, k) => `${action.at} setpoint ${action.from + ((action.to - action.from) * (k + 1)) / steps}`,
    );
  });
}
