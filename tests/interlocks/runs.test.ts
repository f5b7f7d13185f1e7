import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, eventually, openBench } from '../runUnderTest.ts';
import { aftermath, isBiased, type LiveRun, runLive, shortIv, stepStarted } from './liveStation.ts';

const minute = 60_000;
let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** Its bias is held until it ends: on a busy machine its usual limit, in station time, would be over before. */
const held = { id: 'crosstalk_method', timeout: 600_000 };
const earlierIv = true;
/** In a second. */
const mostLooks = 20;
/** The calibration that the bias is held for goes on until it is ended. */
const hanging = { BATON_SIMULATED_FAULT: 'crosstalk_method:hang' };

const leaky = {
  name: 'leaky',
  reading: 'hv.current',
  condition: 'above',
  limit: 4,
  unit: 'µA',
  grace: 2,
  when: 'hvOn',
  action: 'hvOff',
  message: 'Look at its IV.',
};
const hot = {
  name: 'hot',
  reading: 'module.temperature',
  condition: 'above',
  limit: 45,
  unit: '°C',
  grace: 2,
  action: 'allOff',
  message: 'Cool it.',
};

async function heldAtBias(run: LiveRun): Promise<void> {
  await run.sees(stepStarted('crosstalk_method'));
  await run.sees(isBiased);
}

/** Tripped, said why, brought down in ramps, verified. */
async function expectTripped(run: LiveRun, words: RegExp, exitCode = 4) {
  const ended = await run.ended;
  const record = run.record();
  expect(record.trips.map(({ what }) => what).join('\n')).toMatch(words);
  expect(ended, `${run.process.stderr()}\n${run.path}`).toBe(exitCode);
  expect(record.end).toBe(exitCode === 4 ? 'tripped' : 'unsafe');
  expect(record.verdict).not.toBe('PASS');
  const after = aftermath(run.witness());
  expect(after.violations).toEqual([]);
  if (exitCode === 4) {
    expect(record.safe?.verified).toBe(true);
    expect(after.endsSafe).toBe(true);
  }
  return { record, after };
}

describe.concurrent('an interlock trips whatever the sequence does:', () => {
  test('while the bias is held for a calibration; the first step down comes within a second', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, { interlocks: [leaky], items: [shortIv, held], env: hanging });
    await heldAtBias(run);
    await run.station.setFault('high-leakage:factor=30');
    const { record, after } = await expectTripped(
      run,
      /^leaky: hv\.current at hv_1:1 is [\d.]+ µA, above 4 µA for 2 s$/,
    );
    expect(record.interlocks).toMatchObject([
      { name: 'leaky', reading: 'hv.current', limit: 4e-6, unit: 'A', action: 'hvOff', step: 2 },
    ]);
    expect(record.interlocks[0]?.value).toBeGreaterThan(4e-6);
    expect(record.problems).toMatchObject([{ code: 'E6101', remedy: 'Look at its IV.' }]);
    expect(after.looksBefore).toBeLessThanOrEqual(mostLooks);
    // What was measured before is kept.
    expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'failed']);
    expect(record.steps[0]?.artefacts.length).toBeGreaterThan(1);
  });

  test('while the runner ramps the bias up', { timeout: minute }, async () => {
    const run = await runLive(bench, { interlocks: [hot], items: [held], earlierIv, timeScale: 4 });
    await run.sees((line) => line.event === 'action.started' && line.do === 'ramp');
    await run.sees((line) => line.event === 'power' && line.role === 'hv' && (line.setpoint ?? 0) <= -10);
    await run.station.setFault('over-temperature:T=70');
    const { record, after } = await expectTripped(run, /^hot: module\.temperature at ab_1/);
    const reached = Math.min(
      ...run.witness().flatMap(({ kind, value }) => (kind === 'bias' ? [Number(value)] : [])),
    );
    expect(reached).toBeGreaterThan(-76);
    const ramps = run.journal().filter((line) => line.event === 'action.ended' && line.end === 'failed');
    expect(ramps).toHaveLength(1);
    expect(record.steps[0]).toMatchObject({ state: 'skipped', reason: 'an interlock tripped' });
    expect(after.looksBefore).toBeLessThanOrEqual(mostLooks);
  });

  test('while a calibration owns the supplies: it is asked to ramp down itself, and what it measured is kept', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, { interlocks: [hot], items: [shortIv], timeScale: 20 });
    await eventually(
      () => run.witness().find(({ kind, value }) => kind === 'bias' && Number(value) <= -30),
      () => 'a bias of -30 V',
    );
    await run.station.setFault('over-temperature:T=70');
    await expectTripped(run, /^hot: module\.temperature at ab_1/);
    expect(readFileSync(join(run.path, '01_iv_curve', 'stdout.log'), 'utf8')).toContain('Stopped on request');
    expect(
      readFileSync(join(run.path, '01_iv_curve', 'Module0_iv_curve.csv'), 'utf8').split('\n').length,
    ).toBeGreaterThan(5);
  });

  test('but not for readings that a calibration owns: they are handed over, neither stale nor missing', {
    timeout: minute,
  }, async () => {
    const stale = { ...leaky, name: 'stale', condition: 'stale', limit: 5, unit: 's' };
    const run = await runLive(bench, { interlocks: [stale], items: [shortIv] });
    expect(await run.ended).toBe(0);
    expect(run.record().interlocks).toEqual([]);
  });

  test('also when its reading repeats itself, or does not come', { timeout: minute }, async () => {
    const stale = { ...hot, name: 'stuck', condition: 'stale', limit: 20, unit: 's', action: 'hvOff' };
    const stuck = await runLive(bench, { interlocks: [stale], items: [held], earlierIv, env: hanging });
    await heldAtBias(stuck);
    await stuck.station.setFault('stale-sensor:instrument=ab_1');
    await expectTripped(stuck, /^stuck: module\.temperature at ab_1 has not changed for 20 s$/);

    const lost = await runLive(bench, { interlocks: [hot], items: [held], earlierIv, env: hanging });
    await heldAtBias(lost);
    await lost.station.setFault('port-vanished:instrument=ab_1');
    await expectTripped(lost, /^hot: module\.temperature at ab_1 does not come for 2 s/);
  });
});

describe.concurrent('what an interlock does:', () => {
  test('a warning changes nothing but what is told', { timeout: minute }, async () => {
    const warning = { ...leaky, name: 'warm', limit: 0.01, action: 'warn' };
    const run = await runLive(bench, { interlocks: [warning], items: [held], earlierIv });
    expect(await run.ended).toBe(0);
    // On the way down the current may fall below the limit, and be above it once more.
    expect(run.record().interlocks).toContainEqual(
      expect.objectContaining({ name: 'warm', action: 'warn', step: 1 }),
    );
    expect(run.record().trips).toEqual([]);
  });

  test('one that asks for a person lets the step end, and without anybody there ends the run safely before the next', {
    timeout: minute,
  }, async () => {
    const pausing = { ...leaky, name: 'pausing', limit: 0.01, when: ['openbumps'], action: 'pauseAfterStep' };
    const run = await runLive(bench, { interlocks: [pausing], items: [held, held], earlierIv });
    const { record } = await expectTripped(run, /^pausing: /);
    expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'skipped']);
    const asked = run.journal().find((line) => line.event === 'step.prompted');
    expect(asked).toMatchObject({ step: 2, text: expect.stringContaining('Look at its IV.') });
  });

  test('LV goes off under an HV that cannot be switched off where something overheats, and stays on otherwise', {
    timeout: minute,
  }, async () => {
    const lastOutput = (run: LiveRun, instrument: string) =>
      run.witness().findLast((line) => line.instrument === instrument && line.kind === 'output')?.value;
    for (const [action, lv] of [
      ['allOff', false],
      ['hvOff', true],
    ] as const) {
      const run = await runLive(bench, {
        interlocks: [{ ...hot, action }],
        items: [held],
        earlierIv,
        env: hanging,
      });
      await heldAtBias(run);
      await run.station.setFault('output-stuck:instrument=hv_1');
      await run.station.setFault('over-temperature:T=70');
      // Its process may be ended by the guardian, which goes on trying, before it has ended itself.
      expect([5, 'SIGKILL']).toContain(await run.ended);
      expect(run.record()).toMatchObject({ exitCode: 5, safe: { verified: false } });
      expect(lastOutput(run, 'hv_1')).toBe(true);
      expect(lastOutput(run, 'lv_1')).toBe(lv);
    }
  });
});

describe.concurrent('without any interlock, the supplies themselves are watched:', () => {
  const cases: [string, string, RegExp][] = [
    ['compliance while the bias is held', 'compliance-trip:V=-55', /^hv_1:1 tripped: compliance$/],
    ['an LV that trips while the bias is held', 'lv-trip', /^lv_1:1 /],
  ];
  test.each(cases)(
    '%s ramps down at once, and names the step',
    { timeout: minute },
    async (_what, fault, words) => {
      const run = await runLive(bench, { interlocks: [], items: [held], earlierIv, env: hanging });
      await heldAtBias(run);
      await run.station.setFault(fault);
      const ended = await run.ended;
      const record = run.record();
      expect(record.trips).toMatchObject([{ what: expect.stringMatching(words), step: 1 }]);
      expect(ended).toBe(4);
      expect(record.safe?.verified).toBe(true);
      const { looksBefore, endsSafe, violations } = aftermath(run.witness());
      expect(endsSafe).toBe(true);
      expect(looksBefore).toBeLessThanOrEqual(mostLooks);
      // LV that went off by itself did so under bias: that is the fault, and the only thing that was not in order.
      expect(violations.filter((what) => !what.includes('lv_1'))).toEqual([]);
    },
  );

  test('compliance on the way up ends the ramp, names the step, and the way down goes on in spite of it', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, { interlocks: [], items: [shortIv, held], timeScale: 25 });
    await run.sees((line) => line.event === 'bias.decided');
    await run.station.setFault('compliance-trip:V=-33');
    const { record, after } = await expectTripped(run, /hv_1:1 tripped/);
    expect(record.trips[0]?.step).toBe(1);
    expect(after.setpoints.filter((point) => point.startsWith('hv_1')).at(-1)).toMatch(/ -?0$/);
    expect(existsSync(join(run.path, '01_iv_curve', 'Module0_iv_curve.csv'))).toBe(true);
  });

  test('an LV that cannot be read any more is a trip; HV comes down under it', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, { interlocks: [], items: [held], earlierIv, env: hanging });
    await heldAtBias(run);
    await run.station.setFault('garbled:instrument=lv_1,count=3');
    await expectTripped(run, /^lv_1:1 could not be read/);
  });
});

describe.concurrent('with a coldbox', () => {
  const files = 'examples/coldbox';
  const cold = { id: 'iv_curve', args: { temperature: -10, options: ['-t', '-f', -75, '-s', 5] } };

  test('it is cold before LV comes on, LV before HV, and warm again after both are off', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, { files, items: [cold] });
    expect(await run.ended, run.process.stderr()).toBe(0);
    const witness = run.witness();
    const first = (what: (line: (typeof witness)[number]) => boolean) => witness.findIndex(what);
    const set = first(({ kind, value }) => kind === 'temperature' && value === -10);
    const lvOn = first(
      ({ instrument, kind, value }) => instrument === 'lv_1' && kind === 'output' && value === true,
    );
    const hvOn = first(
      ({ instrument, kind, value }) => instrument === 'hv_1' && kind === 'output' && value === true,
    );
    const hvOff = witness.findLastIndex(({ instrument, kind }) => instrument === 'hv_1' && kind === 'output');
    const lvOff = witness.findLastIndex(({ instrument, kind }) => instrument === 'lv_1' && kind === 'output');
    const warm = first(({ kind, value }) => kind === 'temperature' && value === 20);
    const off = first(({ kind, value }) => kind === 'cooling' && value === false);
    const order = [set, lvOn, hvOn, hvOff, lvOff, warm, off];
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    // It was cold: the chips say so, and the leakage is far below that at room temperature.
    const rows = readFileSync(join(run.path, '01_iv_curve', 'Module0_iv_curve.csv'), 'utf8')
      .trim()
      .split('\n');
    const temperatures = rows.slice(1).flatMap((row) => Number(row.split(',')[4]) || []);
    expect(temperatures[0]).toBeLessThan(0);
  });

  test('a temperature that is not reached ends the run with exit 3, with nothing ever powered', {
    timeout: minute,
  }, async () => {
    const run = await runLive(bench, {
      files,
      interlocks: [],
      items: [cold],
      timeScale: 1000,
      faults: ['over-temperature:T=30'],
    });
    expect(await run.ended).toBe(3);
    expect(run.record().problems.map(({ code }) => code)).toContain('E6203');
    expect(run.witness().filter(({ kind, value }) => kind === 'output' && value === true)).toEqual([]);
    // The coolers do not stay on behind a run that is over.
    expect(run.witness().findLast(({ kind }) => kind === 'cooling')?.value).toBe(false);
  });

  test('humid air and a broker that goes away trip during a calibration that owns the supplies', {
    timeout: minute,
  }, async () => {
    for (const [fault, words] of [
      ['humid-air:dewpoint=19', /^at the dew point: climate\.dewPointMargin at cb:1 is/],
      ['port-vanished:instrument=cb', /climate\.\w+ at cb:1 does not come/],
    ] as const) {
      const run = await runLive(bench, { files, items: [shortIv], timeScale: 20 });
      await eventually(
        () => run.witness().find(({ kind, value }) => kind === 'bias' && Number(value) <= -20),
        () => 'a bias of -20 V',
      );
      await run.station.setFault(fault);
      const { after } = await expectTripped(run, words);
      expect(after.endsSafe).toBe(true);
    }
  });
});

test('the interlocks that held are kept with the run, with their hash', { timeout: minute }, async () => {
  const run = await runLive(bench, { interlocks: [hot], items: [shortIv] });
  expect(await run.ended).toBe(0);
  expect(readdirSync(join(run.path, 'config'))).toContain('interlocks.json');
  expect(run.record().files.map(({ path }) => path)).toContain('config/interlocks.json');
});
