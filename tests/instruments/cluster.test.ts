import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Pace } from '../../src/base/time.ts';
import type { PowerReading } from '../../src/instruments/cluster.ts';
import { type ClusterOptions, openCluster } from '../../src/instruments/openCluster.ts';
import type { Instrument, Module, PoweringGroup, Station } from '../../src/station/station.ts';
import { anInstrument, quickTiming } from './exchange.ts';
import { FakeInstrument, FakeKeithley, FakeTsx } from './fakeSupplies.ts';

let hv: FakeKeithley;
let lv: FakeTsx;

beforeEach(async () => {
  hv = await new FakeKeithley().start();
  lv = await new FakeTsx().start();
});

afterEach(async () => {
  await hv.stop();
  await lv.stop();
});

const where = { file: 'channels.json' };

function aModule(more: Partial<Module> = {}): Module {
  return {
    index: '0',
    name: 'M0',
    chips: [],
    channels: {
      hv: { instrument: 'hv_1', channel: 1, entry: {}, where },
      lv: { instrument: 'lv_1', channel: 1, entry: {}, where },
    },
    where,
    ...more,
  };
}

function aStation(modules: readonly Module[], others: readonly Instrument[] = []): Station {
  const place = { file: 'instruments.json', line: 3, column: 5 };
  const instruments = [
    anInstrument('Keithley2410', hv.resource, { name: 'hv_1', where: place }),
    anInstrument('TTITSX', lv.resource, { name: 'lv_1', where: place }),
    ...others,
  ];
  return {
    directory: '.',
    id: 'bench',
    site: 'here',
    dirigent: { command: ['dirigent'], flags: [] },
    runsDirectory: 'runs',
    limits: { '3D': { maxVoltage: -80 }, planar: { maxVoltage: -350 } },
    renderer: 'auto',
    language: 'en',
    timeScale: 1,
    interlocks: [],
    instruments: new Map(instruments.map((instrument) => [instrument.name, instrument])),
    modules,
    files: [],
  };
}

function aCluster(options: ClusterOptions = {}, modules = [aModule()], others: readonly Instrument[] = []) {
  const group: PoweringGroup = { hv: 'hv_1:1', lv: ['lv_1:1'], modules };
  return openCluster(aStation(modules, others), group, {
    pace: new Pace(1_000),
    timing: quickTiming,
    ...options,
  });
}

const ramp = { step: 5, delay: 1 };

/** LV on, HV on at 0 V. */
async function poweredCluster(options: ClusterOptions = {}) {
  lv.on = true;
  hv.on = true;
  const cluster = aCluster(options);
  await cluster.open(['hv', 'lv']);
  return cluster;
}

describe('opening', () => {
  test('says who is there and writes nothing', async () => {
    const cluster = aCluster();
    const opened = await cluster.open(['hv', 'lv', 'ab']);
    expect(opened.map(({ name, identity }) => [name, identity.simulated])).toEqual([
      ['hv_1', true],
      ['lv_1', true],
    ]);
    expect([...hv.told, ...lv.told]).toEqual([]);
    await cluster.close(['hv', 'lv']);
  });

  test('opens what is already open only once', async () => {
    const cluster = aCluster();
    await cluster.open(['hv', 'lv']);
    expect(await cluster.open(['hv', 'lv'])).toEqual([]);
    expect(hv.clients).toBe(1);
    await cluster.close(['hv', 'lv']);
  });

  test('reports every instrument that does not fit, with its place, and holds none', async () => {
    const stranger = await new FakeInstrument((line) =>
      line === '*IDN?' ? 'ACME,Toaster,1,1' : undefined,
    ).start();
    await hv.stop();
    const cluster = openCluster(
      aStation([aModule()], [anInstrument('TTITSX', stranger.resource, { name: 'lv_1' })]),
      { hv: 'hv_1:1', lv: ['lv_1:1'], modules: [aModule()] },
      { timing: quickTiming },
    );
    const refused = cluster.open(['hv', 'lv']);
    await expect(refused).rejects.toThrow(/E3002.*instruments\.json:3:5.*hv_1.*refuses connections/s);
    await expect(refused).rejects.toThrow(/E3006.*lv_1.*Toaster/s);
    await expect.poll(() => stranger.clients).toBe(0);
    expect(stranger.told).toEqual([]);
    await stranger.stop();
  });

  test('says which output is on, where another instrument keeps the group from being used', async () => {
    [hv.on, hv.setpoint] = [true, -10];
    lv.silent = true;
    await expect(aCluster().open(['hv', 'lv'])).rejects.toThrow(/E3005.*lv_1.*E3020.*hv_1:1.*-10 V/s);
    expect([hv.on, hv.setpoint]).toEqual([true, -10]);
  });

  test('a class without a driver cannot serve as lv; in ab it is left to the calibrations', async () => {
    const probe = anInstrument('ETHProbecard', 'ASRL/dev/nowhere::INSTR', { name: 'ab_1' });
    const caen = anInstrument('CaenDT8033N', lv.resource, { name: 'lv_1' });
    const module = aModule();
    const withProbe = {
      ...module,
      channels: { ...module.channels, ab: { instrument: 'ab_1', entry: {}, where } },
    };
    const cluster = aCluster({}, [withProbe], [probe]);
    expect((await cluster.open(['hv', 'lv', 'ab'])).map(({ name }) => name)).toEqual(['hv_1', 'lv_1']);
    await cluster.close(['hv', 'lv', 'ab']);
    await expect(aCluster({}, [module], [caen]).open(['lv'])).rejects.toThrow(/E3012.*CaenDT8033N.*lv/s);
  });

  test('a supply for LV cannot serve as hv', async () => {
    const wrong = anInstrument('TTITSX', hv.resource, { name: 'hv_1' });
    await expect(aCluster({}, [aModule()], [wrong]).open(['hv'])).rejects.toThrow(/E3012.*TTITSX.*hv/s);
  });

  test('a time scale is refused unless every instrument says that it is simulated', async () => {
    const real = await new FakeTsx('512345').start();
    const cluster = aCluster({}, [aModule()], [anInstrument('TTITSX', real.resource, { name: 'lv_1' })]);
    await expect(cluster.open(['hv', 'lv'])).rejects.toThrow(/E3015.*1000.*lv_1/s);
    await expect.poll(() => hv.clients + real.clients).toBe(0);
    await real.stop();
  });
});

describe('order', () => {
  test('HV goes on only while LV is on, and only at a set-point of 0 V', async () => {
    const cluster = aCluster();
    await cluster.open(['hv', 'lv']);
    await expect(cluster.switchOutput('hv_1:1', true)).rejects.toThrow(/E3014.*LV lv_1:1 is off/s);
    await cluster.writeLevel('lv_1:1', { voltage: 1.8, current: 3 });
    expect(await cluster.switchOutput('lv_1:1', true)).toMatchObject({
      output: true,
      voltage: 1.8,
      current: 1.5,
    });
    hv.setpoint = -50;
    await expect(cluster.switchOutput('hv_1:1', true)).rejects.toThrow(/E3014.*-50 V/s);
    expect(hv.on).toBe(false);
    await cluster.ramp('hv_1:1', 0, ramp);
    expect(await cluster.switchOutput('hv_1:1', true)).toMatchObject({ output: true, setpoint: 0 });
    await cluster.close(['hv', 'lv']);
  });

  test('HV goes off only below 1 V measured, LV only with HV off', async () => {
    const cluster = await poweredCluster();
    await cluster.ramp('hv_1:1', -20, ramp);
    await expect(cluster.switchOutput('hv_1:1', false)).rejects.toThrow(/E3014.*-20 V/s);
    await expect(cluster.switchOutput('lv_1:1', false)).rejects.toThrow(/E3014.*HV hv_1:1 is on/s);
    expect([hv.on, lv.on]).toEqual([true, true]);
    await cluster.ramp('hv_1:1', 0, ramp);
    expect((await cluster.switchOutput('hv_1:1', false)).output).toBe(false);
    expect((await cluster.switchOutput('lv_1:1', false)).output).toBe(false);
    await cluster.close(['hv', 'lv']);
  });

  test('LV stays on when HV cannot be asked', async () => {
    const cluster = await poweredCluster();
    await cluster.close(['hv']);
    await expect(cluster.switchOutput('lv_1:1', false)).rejects.toThrow(/E3016.*hv_1:1/s);
    expect(lv.on).toBe(true);
    await cluster.close(['lv']);
  });

  test('the level of LV is written while it is off, compliance of HV while it is at 0 V', async () => {
    const cluster = await poweredCluster();
    await expect(cluster.writeLevel('lv_1:1', { voltage: 5, current: 1 })).rejects.toThrow(/E3014/);
    expect((await cluster.writeLevel('hv_1:1', { current: 2e-6, range: -80 })).output).toBe(true);
    expect(hv.compliance).toBe(2e-6);
    await cluster.ramp('hv_1:1', -10, ramp);
    await expect(cluster.writeLevel('hv_1:1', { current: 1e-3 })).rejects.toThrow(/E3014.*-10 V/s);
    await expect(cluster.writeLevel('hv_1:1', { voltage: -10, current: 1e-6 })).rejects.toThrow(/E3010/);
    expect(hv.compliance).toBe(2e-6);
    await cluster.close(['hv', 'lv']);
  });

  test('a voltage that was left set on an output that is off goes to 0 V before its compliance is written', async () => {
    hv.setpoint = -50;
    const cluster = aCluster();
    await cluster.open(['hv', 'lv']);
    expect(await cluster.writeLevel('hv_1:1', { current: 2e-6 })).toMatchObject({
      output: false,
      setpoint: 0,
    });
    expect(hv.biases).toEqual([]);
    await cluster.close(['hv', 'lv']);
  });

  test('an output that belongs to another group is not touched', async () => {
    const cluster = await poweredCluster();
    await expect(cluster.switchOutput('lv_1:2', false)).rejects.toThrow(/E3016/);
    await cluster.close(['hv', 'lv']);
  });
});

describe('ramps', () => {
  test('reach the target in equal steps, measured at each', async () => {
    const cluster = await poweredCluster();
    const seen: PowerReading[] = [];
    const result = await cluster.ramp('hv_1:1', -12, { ...ramp, onStep: (reading) => seen.push(reading) });
    expect(result).toMatchObject({ end: 'reached', reading: { setpoint: -12, voltage: -12 } });
    expect(hv.biases).toEqual([-4, -8, -12]);
    expect(seen.map(({ voltage }) => voltage)).toEqual([-4, -8, -12]);
    await cluster.close(['hv', 'lv']);
  });

  test('beyond the limit of the weakest sensor of the group are refused before the first step', async () => {
    const modules = [aModule({ sensorType: 'planar' }), aModule({ index: '1', sensorType: '3D' })];
    hv.on = true;
    const cluster = aCluster({}, modules);
    await cluster.open(['hv', 'lv']);
    await expect(cluster.ramp('hv_1:1', -81, ramp)).rejects.toThrow(/E3010.*-80 V/s);
    expect(hv.told).toEqual([]);
    await cluster.close(['hv', 'lv']);
  });

  test('a module of unknown sensor type has the 3D limit, one of planar type its own', async () => {
    hv.on = true;
    const unknown = aCluster();
    await unknown.open(['hv']);
    await expect(unknown.ramp('hv_1:1', -100, ramp)).rejects.toThrow(/E3010/);
    await unknown.close(['hv']);
    const planar = aCluster({}, [aModule({ sensorType: 'planar' })]);
    await planar.open(['hv']);
    expect((await planar.ramp('hv_1:1', -100, ramp)).end).toBe('reached');
    await planar.close(['hv']);
  });

  test('with a step above the one of the instrument are refused', async () => {
    const cluster = await poweredCluster();
    await expect(cluster.ramp('hv_1:1', -20, { step: 6, delay: 1 })).rejects.toThrow(/E3011/);
    await expect(cluster.ramp('lv_1:1', 1, ramp)).rejects.toThrow(/E3010/);
    await cluster.close(['hv', 'lv']);
  });

  test('end at compliance with the output on where it is', async () => {
    hv.breakdown = -13;
    const cluster = await poweredCluster();
    const { end, reading } = await cluster.ramp('hv_1:1', -50, ramp);
    expect(end).toBe('tripped');
    expect(reading).toMatchObject({ trip: 'compliance', setpoint: -15, voltage: -13, output: true });
    await cluster.close(['hv', 'lv']);
  });

  test('end at a garbled reading', async () => {
    const cluster = await poweredCluster();
    hv.garble = { question: /READ/, reply: '-5.0E' };
    const { end, reading } = await cluster.ramp('hv_1:1', -50, ramp);
    expect(end).toBe('tripped');
    expect(reading.problem).toContain('E3007');
    await cluster.close(['hv', 'lv']);
  });
});

describe('hand-over', () => {
  test('closing frees the port and leaves the outputs; taking back identifies and reads before anything is written', async () => {
    const cluster = await poweredCluster();
    await cluster.ramp('hv_1:1', -20, ramp);
    await cluster.close(['hv', 'lv']);
    await expect.poll(() => hv.clients + lv.clients).toBe(0);
    expect([hv.on, lv.on, hv.setpoint]).toEqual([true, true, -20]);

    // The calibration leaves another bias behind.
    hv.setpoint = -35;
    hv.heard.length = 0;
    await cluster.open(['hv', 'lv']);
    const readings = await cluster.read();
    expect(readings).toMatchObject([
      { at: 'hv_1:1', role: 'hv', output: true, setpoint: -35, voltage: -35 },
      { at: 'lv_1:1', role: 'lv', output: true },
    ]);
    expect(hv.heard[0]).toBe('*IDN?');
    expect(hv.told.filter((line) => /OUTP|LEV/.test(line))).toEqual([]);
    await cluster.close(['hv', 'lv']);
  });

  test('only open outputs are read', async () => {
    const cluster = await poweredCluster();
    await cluster.close(['hv']);
    expect((await cluster.read()).map(({ at }) => at)).toEqual(['lv_1:1']);
    await cluster.close(['lv']);
  });
});

describe('making safe', () => {
  test('ramps HV from what is found to zero, switches it off, then LV, each verified', async () => {
    lv.on = true;
    hv.on = true;
    hv.setpoint = -18;
    const cluster = aCluster();
    expect(await cluster.makeSafe()).toEqual([
      { at: 'hv_1:1', role: 'hv', off: true },
      { at: 'lv_1:1', role: 'lv', off: true },
    ]);
    expect(hv.biases).toEqual([-13.5, -9, -4.5, 0]);
    expect([hv.on, lv.on]).toEqual([false, false]);
    await cluster.close(['hv', 'lv']);
  });

  test('comes down from beyond the limit as well', async () => {
    hv.on = true;
    hv.setpoint = -120;
    const cluster = aCluster();
    expect((await cluster.makeSafe()).every(({ off }) => off)).toBe(true);
    expect(hv.biases[0]).toBe(-115);
    await cluster.close(['hv', 'lv']);
  });

  test('comes down from a positive voltage as well', async () => {
    hv.on = true;
    hv.setpoint = 12;
    hv.breakdown = -1_000;
    const cluster = aCluster();
    expect((await cluster.makeSafe()).every(({ off }) => off)).toBe(true);
    expect(hv.biases).toEqual([8, 4, 0]);
    await cluster.close(['hv', 'lv']);
  });

  test('ends a ramp that is under way, and waits for it', async () => {
    const cluster = await poweredCluster({ pace: new Pace(20) });
    let safe: Promise<unknown> | undefined;
    const up = cluster.ramp('hv_1:1', -80, {
      ...ramp,
      onStep: ({ setpoint }) => {
        if (setpoint === -15) safe = cluster.makeSafe();
      },
    });
    expect((await up).end).toBe('stopped');
    await safe;
    expect(hv.biases.slice(0, 3)).toEqual([-5, -10, -15]);
    expect(Math.min(...hv.biases)).toBeGreaterThanOrEqual(-20);
    expect([hv.on, lv.on, hv.setpoint]).toEqual([false, false, 0]);
    await cluster.close(['hv', 'lv']);
  });

  test('LV stays on under an HV that does not answer, and says what to do by hand', async () => {
    const cluster = await poweredCluster();
    await cluster.ramp('hv_1:1', -20, ramp);
    hv.silent = true;
    const [bias, supply] = await cluster.makeSafe();
    expect(bias).toMatchObject({ off: false, problem: expect.stringMatching(/E3005.*By hand, at hv_1/s) });
    expect(supply).toMatchObject({ off: false, problem: expect.stringMatching(/left on.*by hand/s) });
    expect(lv.on).toBe(true);
    await cluster.close(['hv', 'lv']);
  });

  test('an HV that keeps its charge is left on at 0 V, and LV with it', async () => {
    hv.on = true;
    lv.on = true;
    hv.stuckAt = -30;
    const cluster = aCluster();
    const [bias] = await cluster.makeSafe();
    expect(bias).toMatchObject({ off: false, problem: expect.stringContaining('-30 V are measured') });
    expect([hv.on, hv.setpoint, lv.on]).toEqual([true, 0, true]);
    await cluster.close(['hv', 'lv']);
  });

  test('an HV whose output does not go off is not off', async () => {
    hv.on = true;
    lv.on = true;
    hv.deafTo = /^:OUTP 0/;
    const cluster = aCluster();
    const made = await cluster.makeSafe();
    expect(made.map(({ off }) => off)).toEqual([false, false]);
    expect(made[0]!.problem).toContain('E3009');
    expect(lv.on).toBe(true);
    await cluster.close(['hv', 'lv']);
  });

  test('an LV that does not go off is said so', async () => {
    lv.on = true;
    lv.deafTo = /^OP1 0/;
    const cluster = aCluster();
    expect(await cluster.makeSafe()).toMatchObject([
      { off: true },
      { off: false, problem: expect.stringMatching(/E3009.*Switch output 1 of lv_1 off by hand/s) },
    ]);
    await cluster.close(['hv', 'lv']);
  });

  test('never throws, not even when every instrument is gone', async () => {
    await hv.stop();
    await lv.stop();
    const made = await aCluster({ timing: { ...quickTiming, reopenMs: 100 } }).makeSafe();
    expect(made.map(({ at, off }) => [at, off])).toEqual([
      ['hv_1:1', false],
      ['lv_1:1', false],
    ]);
  });

  test('finds an instrument again that vanished and came back', async () => {
    const cluster = await poweredCluster();
    await cluster.ramp('hv_1:1', -20, ramp);
    await hv.stop();
    await hv.start();
    expect((await cluster.makeSafe()).every(({ off }) => off)).toBe(true);
    expect([hv.on, lv.on]).toEqual([false, false]);
    await cluster.close(['hv', 'lv']);
  });

  test('somebody who watches and throws does not stop it', async () => {
    hv.on = true;
    hv.setpoint = -18;
    const cluster = aCluster();
    const made = await cluster.makeSafe(() => {
      throw new Error('the terminal is gone');
    });
    expect(made.every(({ off }) => off)).toBe(true);
    expect(hv.on).toBe(false);
    await cluster.close(['hv', 'lv']);
  });

  test('a module without LV has its HV made safe alone', async () => {
    hv.on = true;
    hv.setpoint = -10;
    const modules = [aModule()];
    const cluster = openCluster(
      aStation(modules),
      { hv: 'hv_1:1', lv: [], modules },
      { pace: new Pace(1_000), timing: quickTiming },
    );
    expect(await cluster.makeSafe()).toEqual([{ at: 'hv_1:1', role: 'hv', off: true }]);
    await cluster.close(['hv']);
  });
});

describe('adopting', () => {
  test('an output found on is brought down from what is read', async () => {
    hv.on = true;
    lv.on = true;
    hv.setpoint = -10;
    const cluster = aCluster();
    const { found, made } = await cluster.adopt();
    expect(found).toMatchObject([{ output: true, setpoint: -10 }, { output: true }]);
    expect(made.map(({ off }) => off)).toEqual([true, true]);
    expect(hv.biases).toEqual([-5, 0]);
    await cluster.close(['hv', 'lv']);
  });

  test('outputs that are off are left alone, and nothing is written', async () => {
    const cluster = aCluster();
    expect((await cluster.adopt()).made).toEqual([]);
    expect([...hv.told, ...lv.told]).toEqual([]);
    await cluster.close(['hv', 'lv']);
  });
});

test('the wire log has everything that was said, both ways', async () => {
  const said: string[] = [];
  const cluster = aCluster({
    onWire: ({ instrument, direction, text }) => said.push(`${instrument} ${direction} ${text}`),
  });
  await cluster.open(['lv']);
  expect(said).toEqual(['lv_1 sent *IDN?', 'lv_1 received THURLBY THANDAR, TSX1820P, SIM0002, 1.21']);
  await cluster.close(['lv']);
});
