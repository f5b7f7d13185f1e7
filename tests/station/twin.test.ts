import { expect, test } from 'vitest';
import { stationTwin, type TwinSetup } from '../../src/station/twin.ts';
import { assemble, brief, stationOf, texts } from './stationTexts.ts';

const setup: TwinSetup = { timeScale: 100, seed: 7, dirigentCommand: ['/usr/bin/node', '/x/dirigent.js'] };
const everywhere = new Map([
  ['hv_1', 'ASRL/dev/pts/7::INSTR'],
  ['lv_1', 'TCPIP::127.0.0.1::40001::SOCKET'],
  ['ab_1', 'TCPIP::127.0.0.1::40002::SOCKET'],
]);

const filesOf = (twin: ReturnType<typeof stationTwin>) =>
  Object.fromEntries(twin.files.map(({ name, text }) => [name, text]));

test('the twin is the station with other resources, and is itself a station without problems', () => {
  const original = stationOf({});
  const twin = stationTwin(original, everywhere, setup);
  expect(twin.warnings).toEqual([]);
  const { station, problems } = assemble(filesOf(twin));
  expect(problems).toEqual([]);
  expect(station).toMatchObject({
    id: 'example-1-simulated',
    timeScale: 100,
    simulated: { timeScale: 100, seed: 7 },
    runsDirectory: original.runsDirectory,
    limits: original.limits,
    dirigent: { command: ['/usr/bin/node', '/x/dirigent.js'], config: original.dirigent.config },
  });
  for (const [name, { entry }] of original.instruments)
    expect(station?.instruments.get(name)?.entry).toEqual({ ...entry, resource: everywhere.get(name) });
  const bare = (modules = original.modules) =>
    modules.map(({ where: _, channels, ...module }) => ({
      ...module,
      channels: Object.fromEntries(Object.entries(channels).map(([role, { entry }]) => [role, entry])),
    }));
  expect(bare(station?.modules)).toEqual(bare());
});

test('the twin of a twin keeps its id', () => {
  const files = filesOf(stationTwin(stationOf({}), everywhere, setup));
  const again = stationTwin(assemble(files).station!, everywhere, setup);
  expect(assemble(filesOf(again)).station?.id).toBe('example-1-simulated');
});

test('an instrument that cannot be simulated is left out: its own resource would lead to the real one', () => {
  const original = stationOf({
    'instruments.json': texts()['instruments.json']!.replace('"AdcBoard"', '"ETHProbecard"'),
  });
  const twin = stationTwin(original, new Map([...everywhere].filter(([name]) => name !== 'ab_1')), setup);
  expect(twin.warnings.map(brief)).toEqual(['E2302 instruments.json:21:5 warning']);
  const { station, problems } = assemble(filesOf(twin));
  expect(problems).toEqual([]);
  expect([...station!.instruments.keys()]).toEqual(['lv_1', 'hv_1']);
  expect(JSON.stringify(twin.files)).not.toContain('/dev/serial');
});

test('without a simulated HV or LV there is no twin', () => {
  expect(() => stationTwin(stationOf({}), new Map(), setup)).toThrow(/E2301.*E2301/s);
});

test('a time scale never comes with a resource that leads to hardware', () => {
  const simulated = '{ "id": "s", "simulated": { "time_scale": 100 } }';
  for (const resource of [
    'TCPIP::192.168.0.22::9221::SOCKET',
    'TCPIP::example.org::5025::SOCKET',
    'ASRL/dev/ttyUSB0::INSTR',
    'ASRL/dev/serial/by-id/x::INSTR',
    'GPIB::24::INSTR@TCPIP::10.0.0.1::1234::SOCKET',
  ]) {
    const files = filesOf(stationTwin(stationOf({}), new Map([...everywhere, ['hv_1', resource]]), setup));
    const { station, problems } = assemble({ ...files, 'station.json': simulated });
    expect(station).toBeUndefined();
    expect(problems.map(({ code }) => code)).toContain('E2116');
  }
});
