import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatonError } from '../../src/base/errors.ts';
import { classNames } from '../../src/station/classes.ts';
import { handOver } from '../../src/station/handOver.ts';
import { loadStation } from '../../src/station/load.ts';
import { poweringGroup } from '../../src/station/poweringGroup.ts';
import { sharedFiles } from '../sharedFiles.ts';
import { brief } from './stationTexts.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'baton-station-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** A copy of the shipped station with some files written anew, or removed. */
async function folder(name: string, changes: Record<string, string | Uint8Array | null>): Promise<string> {
  const path = join(scratch, name);
  await cp('config', path, { recursive: true });
  for (const [file, content] of Object.entries(changes))
    await (content === null ? rm(join(path, file)) : writeFile(join(path, file), content));
  return path;
}

async function refusal(directory: string): Promise<BatonError> {
  const outcome = await loadStation(directory).catch((error: unknown) => error);
  if (outcome instanceof BatonError) return outcome;
  throw new Error('The station was not refused.', { cause: outcome });
}

test('the station that ships is whole and raises no warning', async () => {
  const { station, warnings } = await loadStation('config');
  expect(warnings).toEqual([]);
  expect(station).toMatchObject({
    id: 'example-1',
    directory: resolve('config'),
    runsDirectory: resolve('runs'),
    dirigent: { command: ['dirigent'], config: resolve('config/dirigent.toml'), flags: [] },
    limits: { '3D': { maxVoltage: -80 }, planar: { maxVoltage: -350 } },
    renderer: 'auto',
    language: 'en',
    timeScale: 1,
  });
  expect(station.simulated).toBeUndefined();
  expect(station.instruments.get('hv_1')).toMatchObject({
    class: 'Keithley2410',
    defaultVoltage: -60,
    defaultCurrent: 1e-5,
    defaultStepSize: 5,
    defaultDelay: 1,
    where: { file: 'config/instruments.json', line: 11, column: 5 },
  });
  expect(station.modules).toHaveLength(1);
  expect(station.modules[0]).toMatchObject({
    index: '0',
    name: 'Q2X2-0001',
    serialNumber: '20UPGM22110039',
    sensorType: '3D',
    type: '2x2',
    chipType: 'RD53Bv2',
    chips: ['0', '1', '2', '3'],
  });
});

test('every file that ships links to its schema, and the files are kept as they were read', async () => {
  const { station } = await loadStation('config');
  for (const { name, path, text } of station.files) {
    expect(text).toBe(await readFile(path, 'utf8'));
    const link = (JSON.parse(text) as { $schema: string }).$schema;
    const schema = JSON.parse(await readFile(join('config', link), 'utf8')) as { title: string };
    expect(schema.title).toBe(name);
  }
  expect(station.files).toHaveLength(5);
});

test('the schema offers exactly the classes that the checks know', async () => {
  const schema = JSON.parse(await readFile('schemas/instruments.schema.json', 'utf8'));
  expect(schema.definitions.instrument.properties.class.enum).toEqual(classNames);
});

test('what is not written has its default', async () => {
  const directory = await folder('defaults', { 'station.json': '{ "id": "bare" }' });
  const { station } = await loadStation(directory);
  expect(station).toMatchObject({
    site: '',
    renderer: 'auto',
    language: 'en',
    timeScale: 1,
    runsDirectory: join(directory, 'runs'),
  });
  expect(station.dirigent).toEqual({ command: ['dirigent'], flags: [] });
  expect(station.institution).toBeUndefined();
  expect(station.limits).toEqual({ '3D': { maxVoltage: -80 }, planar: { maxVoltage: -350 } });
});

test('a byte order mark and Windows line ends change nothing, nor the places of problems', async () => {
  const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
  const text = await readFile('config/instruments.json', 'utf8');
  const directory = await folder('windows', { 'instruments.json': windows(text) });
  expect((await loadStation(directory)).warnings).toEqual([]);
  await writeFile(join(directory, 'instruments.json'), windows(text.replace('-60', '60')));
  const [problem] = (await refusal(directory)).problems;
  expect(problem?.where).toMatchObject({ line: 15, column: 26 });
});

test('the problems of all files come in one error with exit code 2', async () => {
  const error = await refusal(
    await folder('many', {
      'station.json': '{ "id": "x", "colour": 1, "dirigent": { "config": "missing.toml" } }',
      'instruments.json': '{ "instruments": ',
      'channels.json': '{ "channels": { "0": { "hv": {} } } }',
      'modules.json': null,
    }),
  );
  expect(error.exitCode).toBe(2);
  expect(error.problems.map(({ code }) => code)).toEqual(['E2001', 'E2004', 'E2002', 'E2005', 'E2005']);
});

test('files that station.json names must be there', async () => {
  const text = '{ "id": "x",\n"dirigent": { "config": "a.toml", "environment": "../b.sh" } }';
  const error = await refusal(await folder('named', { 'station.json': text }));
  expect(error.problems.map(brief).map((line) => line.replace(/ .*\//, ' '))).toEqual([
    'E2001 station.json:2:25',
    'E2001 station.json:2:50',
  ]);
});

test('a file that is not UTF-8 is refused', async () => {
  const error = await refusal(await folder('latin1', { 'station.json': Uint8Array.of(0x7b, 0xff, 0x7d) }));
  expect(error.problems.map(({ code }) => code)).toEqual(['E2001']);
  expect(error.message).toContain('not UTF-8');
});

test('a folder without a station says which files it lacks', async () => {
  const error = await refusal(join(scratch, 'nowhere'));
  expect(error.problems.map(({ where }) => where?.file.split('/').at(-1))).toEqual([
    'station.json',
    'instruments.json',
    'modules.json',
  ]);
});

test("dirigent's own dialect with its channels beside it needs no channels.json", async () => {
  const { instruments } = JSON.parse(await readFile('config/instruments.json', 'utf8'));
  const { channels } = JSON.parse(await readFile('config/channels.json', 'utf8'));
  const one = await folder('beside', {
    'instruments.json': JSON.stringify({ instruments, channels }),
    'channels.json': null,
  });
  const { station } = await loadStation(one);
  expect(poweringGroup(station).hv).toBe('hv_1:1');
  // The same thing said twice is no contradiction.
  await cp('config/channels.json', join(one, 'channels.json'));
  expect((await loadStation(one)).warnings).toEqual([]);
});

test('channels.json may be the channels dict itself', async () => {
  const { channels } = JSON.parse(await readFile('config/channels.json', 'utf8'));
  const { station } = await loadStation(await folder('dict', { 'channels.json': JSON.stringify(channels) }));
  expect(poweringGroup(station).lv).toEqual(['lv_1:1']);
});

const { path: shared, there } = sharedFiles('the instrument files of a real site', 'instruments');

describe.runIf(there)('the instruments.json of a real site loads unchanged', () => {
  test.each([
    // Its probe card is not wired: nothing can use it.
    ['instruments_osu_adcboardsldo.json', ['M0'], ['lv_1:1'], ['E2108', 'E2117']],
    ['instruments_osu_twoLV.json', ['M0', 'M1'], ['lv_1:1', 'lv_2:1'], ['E2117', 'E2117']],
  ])('%s', async (file, names, lv, warned) => {
    const hybrids = names.map((module_name, index) => [index, { RD53Bv1: { info: { module_name }, 0: {} } }]);
    const text = await readFile(join(shared, file), 'utf8');
    const directory = await folder(file, {
      'instruments.json': text,
      'channels.json': null,
      // The shipped limits are those of the shipped station.
      'interlocks.json': null,
      'modules.json': JSON.stringify({ Hybrid: Object.fromEntries(hybrids) }),
    });
    const { station, warnings } = await loadStation(directory);
    expect(warnings.map(({ code }) => code).sort()).toEqual(warned);

    const group = poweringGroup(station);
    expect(group).toMatchObject({ hv: 'hv:1', lv });
    expect(group.modules.map(({ name }) => name)).toEqual(names);

    const { adc_board: _, ...used } = JSON.parse(text).instrument_dict;
    expect(handOver(station, group, ['lv', 'hv'])).toEqual({
      instruments: used,
      channels: JSON.parse(text).channels_dict,
    });
  });
});
