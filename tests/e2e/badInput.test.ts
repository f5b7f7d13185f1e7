import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SerialPort } from 'serialport';
import { describe, expect, test } from 'vitest';
import { expectSafe, readWitness } from '../witness.ts';
import { baton, type Item, readRun, scratch, sequence, simulatedRun } from './baton.ts';
import { config } from './config.ts';

const minute = 60_000;

/** Pseudo-terminals are made by socat: a loud line without it, and no way around it in CI. */
function hasSocat(): boolean {
  const found = spawnSync('socat', ['-V']).status === 0;
  if (!found && process.env.CI) throw new Error('CI needs socat');
  if (!found) console.warn('SKIPPED: the test with a busy serial port needs socat (apt-get install socat)');
  return found;
}

/** Refused: exit 2, the words, no run that switched anything. */
async function refused(args: string[], words: RegExp): Promise<void> {
  const runs = scratch();
  const result = await baton(['run', ...args, '--yes', '--directory', runs]);
  expect(result.stderr + result.stdout).toMatch(words);
  expect(result.exitCode).toBe(2);
  const { directory, witness } = readRun(runs);
  // A real station has no witness, and its instruments were never opened.
  if (directory === undefined || !existsSync(witness)) return;
  expect(readWitness(witness).filter(({ kind, value }) => kind === 'output' && value === true)).toEqual([]);
}

describe.concurrent('refused before anything is powered:', () => {
  const item = (id: string, args: object = {}) => ({ id, args });
  const twin = (directory: string, name: string) => [name, '--config', directory, '--station', 'simulated'];

  test('an unknown calibration', async () => {
    const directory = config();
    await refused(twin(directory, sequence([item('iv_curv')])), /iv_curv/);
  });

  test('a tuning step without its list', async () => {
    const directory = config();
    await refused(twin(directory, sequence([item('calibrate_module')])), /tuning/);
  });

  test('a role that the module has no channel for', async () => {
    const directory = config((files) => ({
      'channels.json': files['channels.json']!.replace(/,\s*"ab":\s*\{[^}]*\}/, ''),
    }));
    await refused(twin(directory, 'electrical-qc'), /E4102.*sldo_vi_curves needs the role "ab"/s);
  });

  test('a channel that does not exist', async () => {
    const directory = config((files) => ({
      'channels.json': files['channels.json']!.replace(/("lv_1",\s*"channel":\s*)1/, '$13'),
    }));
    await refused(twin(directory, 'electrical-qc'), /channels\.json:\d+:\d+ .*channel/);
  });

  test('a positive bias', async () => {
    const directory = config((files) => ({
      'instruments.json': files['instruments.json']!.replace(
        /"default_voltage": -\d+/,
        '"default_voltage": 60',
      ),
    }));
    await refused(twin(directory, 'electrical-qc'), /instruments\.json:\d+:\d+ .*positive/i);
  });

  test('a voltage over the limit of the sensor, in the station and in the arguments', async () => {
    const directory = config((files) => ({
      'instruments.json': files['instruments.json']!.replace(
        /"default_voltage": -\d+/,
        '"default_voltage": -120',
      ),
    }));
    await refused(twin(directory, 'electrical-qc'), /instruments\.json:\d+:\d+ .*-120 V/);
    const other = config();
    await refused(
      twin(other, sequence([item('iv_curve', { options: ['-f', -100] })])),
      /E4013.*-100 V is beyond the limit of -80 V/,
    );
  });

  test('a malformed and a truncated station file, with its place', async () => {
    const malformed = config((files) => ({ 'modules.json': files['modules.json']!.replace('{', '{,') }));
    await refused(twin(malformed, 'electrical-qc'), /modules\.json:1:\d+/);
    const truncated = config((files) => ({ 'instruments.json': files['instruments.json']!.slice(0, 200) }));
    await refused(twin(truncated, 'electrical-qc'), /instruments\.json:\d+:\d+/);
  });

  test('an instrument that answers something else than its class', { timeout: minute }, async () => {
    await refused(
      ['electrical-qc', '--station', 'simulated', '--fault', 'other-class:instrument=hv_1'],
      /E3\d\d\d .*hv_1/,
    );
  });

  test('a driver of the site’s own that does not start', async () => {
    const path = sequence([item('iv_curve')], { drivers: ['station', './jig.mjs'] });
    writeFileSync(
      join(dirname(path), 'jig.mjs'),
      'export const start = () => { throw new Error("no USB"); };',
    );
    await refused([path, '--station', 'simulated'], /E7401.*no USB/);
  });

  test('a program that is not there', async () => {
    await refused(['electrical-qc'], /E4021 .*dirigent/);
  });

  test('an instrument that does not answer', { timeout: minute }, async () => {
    await refused(
      ['electrical-qc', '--station', 'simulated', '--fault', 'silent:instrument=lv_1'],
      /E3\d\d\d .*lv_1/,
    );
  });

  test.skipIf(!hasSocat())('a serial port that another program holds', { timeout: minute }, async () => {
    const directory = scratch();
    const simulated = spawn(process.execPath, [
      'dist/baton.js',
      'simulate',
      '--dir',
      directory,
      '--transport',
      'pty',
      '--time-scale',
      '100',
      '--json',
    ]);
    try {
      await once(simulated.stdout, 'data');
      const holder = new SerialPort({ path: join(directory, 'ports', 'hv_1'), baudRate: 9600, lock: true });
      await once(holder, 'open');
      await refused(['electrical-qc', '--station', directory], /E3003 .*hv_1/);
      await new Promise((resolve) => holder.close(resolve));
    } finally {
      simulated.kill('SIGTERM');
      await once(simulated, 'exit');
    }
  });

  test('all of it at once', async () => {
    const directory = config();
    const name = sequence([
      item('iv_curv'),
      item('calibrate_module'),
      item('iv_curve', { options: ['-f', 20] }),
    ]);
    const result = await baton(['run', ...twin(directory, name), '--yes', '--directory', scratch()]);
    expect(result.stderr).toMatch(/iv_curv/);
    expect(result.stderr).toMatch(/calibrate_module/);
    expect(result.exitCode).toBe(2);
  });
});

describe.concurrent('a calibration that misbehaves ends with exit 3, HV and LV off, and what was measured kept:', () => {
  const untilIV: Item[] = ['voltage_trimming', 'iv_curve'];
  const cases: [string, string, RegExp, Item[]?][] = [
    ['crashes', 'iv_curve:crash', /Traceback|exit code/, untilIV],
    ['dies of a signal and leaves its supplies on', 'iv_curve:segfault', /signal|left on/, untilIV],
    ['prompts', 'iv_curve:prompt', /asks|exit code/],
    ['leaves no artefact', 'iv_curve:no-artefact', /E4303/],
    ['leaves half an artefact', 'iv_curve:half-artefact', /E431\d/],
    ['exits 0 with an error line', 'iv_curve:error-line', /E4302/],
    ['exits with another code', 'iv_curve:exit-code=3', /E4301/],
    ['leaves HV on', 'iv_curve:leave-hv-on', /E4308/],
    [
      'crashes while the runner holds the bias',
      'calibrate_module:crash',
      /E430\d/,
      [...untilIV, 'calibrate_module'],
    ],
  ];
  test.each(cases)('%s', { timeout: minute }, async (_what, misbehaviour, words, items = ['iv_curve']) => {
    const run = await simulatedRun({ sequence: items, misbehaviour });
    expect(run.stdout + run.stderr).toMatch(words);
    expect(run.exitCode).toBe(3);
    expect(run.record.safe?.verified).toBe(true);
    expect(run.record.verdict).not.toBe('PASS');
    if (items.length > 1)
      expect(run.record.steps[0]).toMatchObject({ calibration: 'voltage_trimming', state: 'completed' });
    const witness = readWitness(run.witness);
    const last = new Map(
      witness
        .filter(({ kind }) => kind === 'output')
        .map(({ instrument, channel, value }) => [`${instrument}:${channel}`, value]),
    );
    expect([...last.values()]).not.toContain(true);
  });

  test('hangs', { timeout: minute }, async () => {
    const run = await simulatedRun({
      sequence: [{ id: 'iv_curve', timeout: 200, args: { options: ['-t'] } }],
      misbehaviour: 'iv_curve:hang',
    });
    expect(run.stdout).toContain('E4307');
    expect(run.exitCode).toBe(3);
    expect(run.record.safe?.verified).toBe(true);
  });

  test('leaves an empty breakdowns.json: the step is not done, and nothing is biased', {
    timeout: minute,
  }, async () => {
    const run = await simulatedRun({
      sequence: ['iv_curve', 'crosstalk_method'],
      misbehaviour: 'iv_curve:breakdowns=empty',
    });
    expect(run.stdout).toContain('E4304');
    expect(run.exitCode).toBe(3);
    expect(run.record.steps.map(({ state }) => state)).toEqual(['failed', 'skipped']);
    expect(readWitness(run.witness).some(({ kind, value }) => kind === 'bias' && Number(value) < -1)).toBe(
      true,
    );
    expectSafe(run.witness, { maxStep: 5 });
  });

  test('floods, and what it prints goes through without being held in memory', {
    timeout: minute,
  }, async () => {
    let largest = 0;
    const run = await simulatedRun({
      sequence: ['voltage_trimming'],
      misbehaviour: 'voltage_trimming:flood=4',
      onStart: (pid) => {
        const status = `/proc/${pid}/status`;
        const timer = setInterval(() => {
          if (!existsSync(status)) return clearInterval(timer);
          largest = Math.max(largest, Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
        }, 100);
      },
    });
    expect(run.exitCode).toBe(0);
    const { size } = statSync(join(run.directory!, '01_voltage_trimming', 'stdout.log'));
    expect(size).toBeGreaterThan(1e6);
    expect(largest, 'kB').toBeGreaterThan(1000);
    expect(largest * 1024).toBeLessThan(300e6);
  });

  // The shapes themselves are those of tests/calibrations/breakdown; here one of each kind goes the whole way.
  test.each(['truncated'])(
    'a breakdowns.json that is %s is unknown: no bias, exit 3',
    { timeout: minute },
    async (shape) => {
      const run = await simulatedRun({
        sequence: ['iv_curve', 'crosstalk_method'],
        misbehaviour: `iv_curve:breakdowns=${shape}`,
      });
      expect(run.record.bias).toMatchObject([{ allowed: false, unknown: true }]);
      expect(run.exitCode).toBe(3);
      expect(run.record.steps[1]).toMatchObject({ state: 'skipped' });
    },
  );

  test.each(['list', 'minus-999'])(
    'breakdowns.json in the shape "%s" is understood',
    { timeout: minute },
    async (shape) => {
      const run = await simulatedRun({
        sequence: ['iv_curve'],
        misbehaviour: `iv_curve:breakdowns=${shape}`,
      });
      expect(run.record.bias).toMatchObject([{ allowed: true }]);
    },
  );
});
