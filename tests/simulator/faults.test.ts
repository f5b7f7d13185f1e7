import { expect, test } from 'vitest';
import { StationClock } from '../../src/simulator/clock.ts';
import { FaultBoard } from '../../src/simulator/faultBoard.ts';
import { type FaultName, faultKinds, parseFaults } from '../../src/simulator/faults.ts';
import { readWitness } from '../witness.ts';
import { oneModule, opened, soon, talkTo } from './stationUnderTest.ts';

const one = (text: string) => {
  const { faults, problems } = parseFaults([text]);
  expect(problems).toEqual([]);
  return faults[0]!;
};

test('a fault is a kind with parameters, defaults and a window', () => {
  expect(one('early-breakdown:V=-40')).toMatchObject({
    kind: 'early-breakdown',
    parameters: { V: -40 },
    window: {},
  });
  expect(one('silent:instrument=hv_1,after=20')).toMatchObject({
    parameters: { instrument: 'hv_1', acts: 'no' },
    window: { after: 20 },
  });
  expect(one('bad-regulator').parameters).toEqual({ chip: 0, rail: 'VDDA', V: 1 });
});

test('every kind can be set as it stands, with what it needs and no more', () => {
  for (const [kind, { parameters }] of Object.entries(faultKinds)) {
    const needed = Object.entries(parameters).filter(([, parameter]) => 'required' in parameter);
    one(`${kind}:${needed.map(([key]) => `${key}=-40`).join(',')}`);
  }
});

test('what is wrong with a fault is said with its code, and all of it at once', () => {
  const { faults, problems } = parseFaults([
    'no-such:V=1',
    'early-breakdown',
    'early-breakdown:V=soon,colour=red',
    'silent:after=1.5',
    'bad-regulator:rail=VDDX',
    'slow:delay=-1',
  ]);
  expect(faults).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(['E9501', ...Array(6).fill('E9502')]);
  expect(problems.map(({ what }) => what).join('\n')).toMatch(
    /needs V.*V=soon.*"colour".*after=1\.5.*rail=VDDX.*delay=-1/s,
  );
});

test('a fault of an instrument or module that is not there is refused, at the start and later', async () => {
  await expect(
    opened(oneModule({ faults: ['silent:instrument=hv_9', 'high-leakage:module=7'] })),
  ).rejects.toThrow(/no instrument hv_9[\s\S]*no module 7/);
  const station = await opened(oneModule());
  expect(() => station.setFault('silent:instrument=hv_9')).toThrow(/E9502/);
  expect(() => station.setFault('open-bumps')).toThrow(/E9506/);
});

const board = (scale = 1) => new FaultBoard(new StationClock(scale));
const active = (of: FaultBoard, kind: FaultName) => of.find(kind, { instrument: 'hv_1' }) !== undefined;

test('a fault begins with the Nth command of its instrument, and lasts for as many as it says', () => {
  const faults = board();
  faults.set(one('silent:instrument=hv_1,after=3,count=2'));
  const seen = [1, 2, 3, 4, 5, 6].map(() => {
    faults.commandArrived('lv_1');
    faults.commandArrived('hv_1');
    return active(faults, 'silent');
  });
  expect(seen).toEqual([false, false, true, true, false, false]);
  expect(faults.list()).toEqual([]);
});

test('a fault begins when a bias passes its voltage, and not before', () => {
  const faults = board();
  const changes: boolean[] = [];
  faults.onChange((_, now) => changes.push(now));
  const id = faults.set(one('silent:bias=-30'));
  faults.biasIs(-29);
  expect(active(faults, 'silent')).toBe(false);
  faults.biasIs(-31);
  expect(active(faults, 'silent')).toBe(true);
  expect(faults.end(id)).toBe(1);
  expect(changes).toEqual([true, false]);
});

test('a fault begins at its time and ends after its duration, in station seconds', async () => {
  const faults = board(100);
  const changes: boolean[] = [];
  faults.onChange((_, now) => changes.push(now));
  faults.set(one('silent:at=3,for=4'));
  expect(active(faults, 'silent')).toBe(false);
  await soon(() => expect(changes).toEqual([true, false]));
  expect(active(faults, 'silent')).toBe(false);
});

test('an output that is stuck stays on, and may claim not to', async () => {
  const station = await opened(oneModule({ faults: ['output-stuck:instrument=lv_1'] }));
  const lv = await talkTo(station, 'lv_1');
  lv.tell('V 1.8;I 3.7;OP1 1;OP1 0');
  expect(await lv.ask('OP1?')).toBe('1');
  station.endFault('output-stuck');
  lv.tell('OP1 0');
  expect(await lv.ask('OP1?')).toBe('0');

  station.setFault('output-stuck:instrument=hv_1,says=off');
  const hv = await talkTo(station, 'hv_1');
  hv.tell(':OUTP 1;:SOUR:VOLT -4');
  expect(await hv.ask(':OUTP?')).toBe('1');
  hv.tell(':OUTP 0');
  expect(await hv.ask(':OUTP?')).toBe('0');
  expect(station.live).toBe(true);
  expect(
    readWitness(station.addresses.witness)
      .filter(({ kind }) => kind === 'output')
      .at(-1),
  ).toMatchObject({
    instrument: 'hv_1',
    value: true,
  });
});

test('a protection of the supply trips when the fault says so', async () => {
  const station = await opened(oneModule());
  const lv = await talkTo(station, 'lv_1');
  lv.tell('V 1.8;I 3.7;OP1 1');
  expect(await lv.ask('OP1?')).toBe('1');
  station.setFault('lv-trip:instrument=lv_1,protection=over-voltage');
  expect(await lv.ask('OP1?')).toBe('0');
  expect(Number(await lv.ask('LSR1?')) & 4).toBe(4);
});

test('a hot module and a stale sensor are read as such', async () => {
  const station = await opened(oneModule());
  const probe = await talkTo(station, 'ab_1');
  const read = async () => {
    probe.write(Buffer.from([0x5a, 0x5a, 1, 1, 0x11, 0x11, 0, 0]));
    return (await probe.bytes(98)).readFloatLE(8 + 4 * 8);
  };
  const before = await read();
  expect(before).toBeLessThan(30);
  station.setFault('stale-sensor:instrument=ab_1');
  station.setFault('over-temperature:T=55');
  expect(await read()).toBe(before);
  station.endFault('stale-sensor');
  expect(await read()).toBeCloseTo(55, 0);
});

test('modules on one HV channel add their currents, and the leaky one can be found by its fault alone', async () => {
  const description = oneModule();
  description.modules.push({ ...description.modules[0]!, index: '1', name: 'M2' });
  const station = await opened(description);
  const hv = await talkTo(station, 'hv_1');
  hv.tell(':FORM:ELEM CURR;:SENS:CURR:PROT 1e-3;:SOUR:VOLT:RANG 100;:SOUR:DEL 1;:OUTP 1;:SOUR:VOLT -40');
  const both = Number(await hv.ask(':READ?'));
  station.setFault('high-leakage:module=1,factor=100');
  expect(Number(await hv.ask(':READ?')) / both).toBeGreaterThan(20);
});

test('a spark limits the supply at the voltage where it begins', async () => {
  const station = await opened(oneModule({ faults: ['compliance-trip:V=-35'] }));
  const hv = await talkTo(station, 'hv_1');
  hv.tell(':SENS:FUNC "VOLT","CURR";:SENS:CURR:PROT 1e-5;:SOUR:VOLT:RANG 100;:OUTP 1;:SOUR:VOLT -30');
  expect(await hv.ask(':SENS:CURR:PROT:TRIP?')).toBe('0');
  hv.tell(':SOUR:VOLT -50');
  expect(await hv.ask(':SENS:CURR:PROT:TRIP?')).toBe('1');
  expect(Number((await hv.ask(':READ?')).split(',')[0])).toBeCloseTo(-35, 1);
});
