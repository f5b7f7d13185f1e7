import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulatedMark } from '../../src/itkdb/client/locality.ts';
import { getComponent, setComponentStage } from '../../src/itkdb/commands/components.ts';
import { getComponentType, listTestTypes } from '../../src/itkdb/commands/definitions.ts';
import { uploadTestRun } from '../../src/itkdb/commands/testRuns.ts';
import { checkComponent } from '../../src/itkdb/componentCheck.ts';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import { mirrorDefinitions } from '../../src/itkdb/definitions/mirror.ts';
import { prototypeOf } from '../../src/itkdb/definitions/prototype.ts';
import type { JsonObject } from '../../src/itkdb/json.ts';
import { missingTests } from '../../src/itkdb/missingTests.ts';
import { Outbox } from '../../src/itkdb/outbox/outbox.ts';
import { compareTestRuns, sameContent } from '../../src/itkdb/testRuns/compareTestRuns.ts';
import { documentsOfRun } from '../../src/itkdb/testRuns/runDocuments.ts';
import type { RunForUpload } from '../../src/itkdb/testRuns/runForUpload.ts';
import { checkTestRun } from '../../src/itkdb/testRuns/testRunCheck.ts';
import { readTestTypeMapping } from '../../src/itkdb/testRuns/testTypeMapping.ts';
import { conversion } from '../../src/itkdb/testRuns/unitConversion.ts';
import { closedPort } from './brokenServer.ts';
import { clientFor, module1, pixelFailureRun, startDatabase, temporaryFolder } from './localDatabase.ts';

async function testTypes() {
  return listTestTypes(clientFor(await startDatabase()), 'P', 'MODULE');
}

test('a prototype is refused until every sample is replaced, and then accepted', async () => {
  for (const type of await testTypes()) {
    const prototype = prototypeOf(type);
    const left = checkTestRun(prototype, type);
    expect(new Set(left.map(({ code }) => code)), type.code).toEqual(new Set(['E8041', 'E8044']));
    expect(left.filter(({ code }) => code === 'E8044').length).toBeGreaterThan(4);
  }
  const mass = (await testTypes()).find(({ code }) => code === 'MASS_MEASUREMENT')!;
  const filled = {
    ...prototypeOf(mass),
    component: module1,
    institution: 'CERN',
    runNumber: '1',
    date: '2026-01-31T14:05Z',
    passed: true,
    properties: { SCALE_ACCURACY: 0.1 },
    results: { MASS: 3100.5 },
  };
  expect(checkTestRun(filled, mass)).toEqual([]);
});

test('the DTO samples of the database are refused too', async () => {
  const client = clientFor(await startDatabase());
  const { dtoSample } = await client.get('generateTestTypeDtoSample', {
    project: 'P',
    componentType: 'MODULE',
    code: 'WIREBONDING',
  });
  expect(checkTestRun(dtoSample as JsonObject).map(({ code }) => code)).toContain('E8044');
});

test.each<[string, JsonObject, string, string]>([
  ['a missing component', { component: null }, 'E8040', 'component'],
  ['a missing required result', { results: {} }, 'E8040', 'results.PIXEL_FAILURE_DISCONNECTED_PIXELS'],
  ['an unknown key', { problem: false }, 'E8023', 'problem'],
  ['an unknown result', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [1], X: 1 } }, 'E8023', 'results.X'],
  ['text for a number', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: ['1'] } }, 'E8041', 'PIXELS[0]'],
  ['one value for a list', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: 1 } }, 'E8041', 'PIXELS'],
  ['a fraction of a pixel', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [1.5] } }, 'E8041', 'PIXELS[0]'],
  ['NaN', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [Number.NaN] } }, 'E8042', 'PIXELS[0]'],
  ['no date', { date: 'yesterday' }, 'E8041', 'date'],
  ['a stage that is not named', { isRetroactive: true }, 'E8040', 'stage'],
])('%s is found before the network', async (_what, change, code, path) => {
  const type = (await testTypes()).find((entry) => entry.code === 'PIXEL_FAILURE_ANALYSIS')!;
  const document = { ...pixelFailureRun(module1, 'r-1'), ...change } as unknown as JsonObject;
  const problems = checkTestRun(document, type);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(problems.find((problem) => problem.code === code)!.what).toContain(path);
});

test('two runs are compared field by field, with their change and their cuts', () => {
  const older = {
    passed: true,
    problems: false,
    properties: { OPERATOR: 'A' },
    results: { MEAN: 8, MIN: 5, N: null },
  };
  const newer = { passed: true, problems: false, properties: {}, results: { MEAN: 6.5, MIN: '5', NEW: [1] } };
  const found = Object.fromEntries(
    compareTestRuns(older, newer, { MEAN: { min: 7 } }).map(({ field, ...rest }) => [field, rest]),
  );
  expect(found['results.MEAN']).toMatchObject({ state: 'changed', change: -1.5, cut: { kept: false } });
  expect(found['results.MIN']).toMatchObject({ state: 'same' });
  expect(found['results.NEW']).toMatchObject({ state: 'added' });
  expect(found['properties.OPERATOR']).toMatchObject({ state: 'missing' });
  expect(found['results.N']).toBeUndefined();
  expect(sameContent(older, { ...older, runNumber: 'other', date: '2026-01-01' })).toBe(true);
  expect(sameContent(older, newer)).toBe(false);
});

test('what is missing at a stage is what has no passed run since the module came there', async () => {
  const client = clientFor(await startDatabase());
  const type = await getComponentType(client, 'P', 'MODULE');
  const missing = async () => missingTests(await getComponent(client, module1), type);
  expect((await missing()).map(({ testType }) => testType)).toEqual([
    'IV_MEASURE',
    'SLDO',
    'TUNING',
    'PIXEL_FAILURE_ANALYSIS',
  ]);
  await uploadTestRun(client, { ...pixelFailureRun(module1, 'r-1'), passed: false });
  expect((await missing()).at(-1)).toEqual({ testType: 'PIXEL_FAILURE_ANALYSIS', why: 'failed' });
  await uploadTestRun(client, pixelFailureRun(module1, 'r-2'));
  expect((await missing()).map(({ testType }) => testType)).not.toContain('PIXEL_FAILURE_ANALYSIS');
  await setComponentStage(client, module1, 'MODULE/FINAL_WARM');
  expect((await missing()).at(-1)).toEqual({ testType: 'PIXEL_FAILURE_ANALYSIS', why: 'not at this stage' });
});

test('the pre-flight says if the module exists, is here, at this stage, what it misses, and if the token lasts', async () => {
  const database = await startDatabase({ tokenLifetime: 600 });
  const client = clientFor(database);
  const definitions = new Definitions({ client, database: client.name, folder: temporaryFolder() });
  const run = { serialNumber: module1, institution: 'CERN', testTypes: ['IV_MEASURE'], duration: 300 };
  const good = await checkComponent(client, definitions, run);
  expect(good).toMatchObject({ exists: true, location: 'CERN', stage: 'MODULE/INITIAL_WARM', problems: [] });
  expect(good.missing).toHaveLength(4);

  const bad = await checkComponent(client, definitions, {
    serialNumber: module1,
    institution: 'BONN',
    stage: 'MODULE/WIREBONDING',
    testTypes: ['IV_MEASURE'],
    duration: 7200,
  });
  expect(bad.problems.map(({ code }) => code)).toEqual(['E8003', 'E8022', 'E8021', 'E8021']);
  const none = await checkComponent(client, definitions, { ...run, serialNumber: '20UPGM29999999' });
  expect(none).toMatchObject({ exists: false, problems: [{ code: 'E8020' }] });
});

test('definitions are kept with their age and serve offline, but never for another database', async () => {
  const database = await startDatabase();
  const folder = temporaryFolder();
  const client = clientFor(database);
  let now = 1_000_000_000_000;
  const options = { folder, database: client.name, now: () => now };
  await new Definitions({ ...options, client }).testTypes('P', 'MODULE');

  now += 3 * 86_400_000;
  const offline = await new Definitions({ ...options, client: undefined }).testTypes('P', 'MODULE');
  expect(offline.fetched).toBe(1_000_000_000_000);
  expect(offline.value.map(({ code }) => code)).toContain('IV_MEASURE');

  const away = clientFor(database, { settings: { apiUrl: `http://127.0.0.1:${await closedPort()}/` } });
  const unreachable = new Definitions({ ...options, client: away });
  expect((await unreachable.testTypes('P', 'MODULE')).fetched).toBe(1_000_000_000_000);

  const other = new Definitions({ ...options, database: 'elsewhere', client: undefined });
  await expect(other.testTypes('P', 'MODULE')).rejects.toMatchObject({ code: 'E8050' });
});

test('mirroring copies the definitions of a database into the local one, whole or not at all', async () => {
  const real = await startDatabase();
  const changed = { ...real.store.definition('testType', 'SLDO', 'P', 'MODULE')!, name: 'The real SLDO' };
  real.store.define('testType', changed, 'P', 'MODULE');
  const local = await startDatabase();
  const counted = await mirrorDefinitions(clientFor(real), local.store, { projects: ['P'] });
  expect(counted).toMatchObject({ institutions: 7, testTypes: 8 });
  expect(local.store.definition('testType', 'SLDO', 'P', 'MODULE')).toMatchObject({ name: 'The real SLDO' });

  let asked = 0;
  const failing = await startDatabase({
    faults: ({ command }) => (command === 'listTestTypes' && ++asked > 2 ? 'server error' : undefined),
  });
  failing.store.define('testType', { ...changed, name: 'half' }, 'P', 'MODULE');
  await expect(mirrorDefinitions(clientFor(failing), local.store, { projects: ['P'] })).rejects.toMatchObject(
    {
      code: 'E8012',
    },
  );
  expect(local.store.definition('testType', 'SLDO', 'P', 'MODULE')).toMatchObject({ name: 'The real SLDO' });
});

const mapping = readTestTypeMapping(readFileSync('config/test-types.json', 'utf8'), 'config/test-types.json');

const run: RunForUpload = {
  runId: '20260102T030405Z_clean-room_QC_20UPGM22110001',
  title: 'QC',
  station: 'clean-room',
  simulated: true,
  unnumbered: [],
  operator: 'Jo',
  software: 'baton 0.1.0',
  modules: [
    {
      serialNumber: module1,
      steps: [
        {
          index: 1,
          count: 5,
          breakdown: { found: 'none' },
          calibration: 'iv_curve',
          verdict: 'PASS',
          ended: Date.UTC(2026, 0, 2),
          measurements: {
            temperature: { value: 21.5, unit: 'C' },
            leakage_at_operating_voltage: { value: 2.5e-7, unit: 'A' },
            measured_to: { value: -80, unit: 'V' },
          },
          curves: {
            voltage: { unit: 'V', values: [0, -5, -80] },
            current: { unit: 'A', values: [0, -1e-7, -2.5e-7] },
          },
          files: [{ path: '/nowhere/iv.csv', title: 'iv.csv' }],
        },
        {
          index: 2,
          count: 5,
          calibration: 'crosstalk_method',
          verdict: 'FAIL',
          ended: Date.UTC(2026, 0, 2),
          measurements: {
            chip12_disconnected: { value: 7, unit: 'pixels' },
            chip2_disconnected: { value: 3, unit: 'pixels' },
          },
          curves: {},
          files: [],
        },
        {
          index: 3,
          count: 5,
          calibration: 'voltage_trimming',
          verdict: 'PASS',
          ended: Date.UTC(2026, 0, 2),
          measurements: {},
          curves: {},
          files: [{ path: '/nowhere/trim.json', title: 'trim.json' }],
        },
        {
          index: 4,
          count: 5,
          calibration: 'calibrate_module',
          verdict: 'ERROR',
          ended: Date.UTC(2026, 0, 2),
          measurements: {},
          curves: {},
          files: [],
        },
      ],
    },
  ],
};

test('the results of a run become documents under its title, in the units of the test types', async () => {
  const { testRuns, componentFiles, notes } = documentsOfRun(run, mapping);
  const [iv, bumps] = testRuns.map(({ draft }) => draft);
  expect(iv).toMatchObject({
    component: module1,
    testType: 'IV_MEASURE',
    runNumber: `${run.runId}-1`,
    comments: ['QC 1/5', simulatedMark],
    passed: true,
    problems: false,
    results: {
      BREAKDOWN_VOLTAGE: -999,
      LEAK_CURRENT: 0.25,
      MAXIMUM_VOLTAGE: 80,
      IV_ARRAY: { voltage: [0, 5, 80], current: [0, 0.1, 0.25], temperature: [21.5, 21.5, 21.5] },
    },
  });
  expect(bumps).toMatchObject({
    passed: false,
    problems: true,
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [3, 7] },
  });
  expect(testRuns[0]!.files).toHaveLength(1);
  expect(componentFiles).toEqual([expect.objectContaining({ component: module1 })]);
  expect(notes.map(({ code }) => code)).toEqual(['E8093']);
  const type = (await testTypes()).find(({ code }) => code === 'IV_MEASURE');
  expect(checkTestRun({ ...iv, institution: 'CERN' } as unknown as JsonObject, type)).toEqual([]);
});

test('files of a calibration that the mapping does not know are attached, and that is said', () => {
  const { componentFiles, notes } = documentsOfRun(run, { ...mapping, filesOnly: new Set() });
  expect(componentFiles).toEqual([expect.objectContaining({ component: module1 })]);
  expect(notes.map(({ code }) => code)).toEqual(['E8091', 'E8093']);
});

test('the same record always gives the same documents', () => {
  expect(JSON.stringify(documentsOfRun(run, mapping))).toBe(
    JSON.stringify(documentsOfRun(structuredClone(run), mapping)),
  );
});

test('an unknown breakdown or temperature is left out, never made up, and the document is held', async () => {
  const [module] = run.modules;
  const [step] = module!.steps;
  const { temperature: _gone, ...measurements } = step!.measurements;
  const changed = {
    ...run,
    modules: [{ ...module!, steps: [{ ...step!, measurements, breakdown: { found: 'unknown' as const } }] }],
  };
  const [document] = documentsOfRun(changed, mapping).testRuns;
  expect(document!.hold!.map(({ code, what }) => `${code} ${what.split(' ')[0]}`)).toEqual([
    'E8094 IV_ARRAY.temperature',
    'E8094 BREAKDOWN_VOLTAGE',
  ]);
  const outbox = await Outbox.open(join(temporaryFolder(), 'outbox.sqlite'));
  const queued = await outbox.addTestRuns([{ ...document!, files: [] }], { database: 'x', simulated: false });
  outbox.close();
  expect(queued[0]).toMatchObject({ state: 'held', problems: [{ code: 'E8094' }, { code: 'E8094' }] });
  const type = (await testTypes()).find(({ code }) => code === 'IV_MEASURE');
  const problems = checkTestRun({ ...document!.draft, institution: 'CERN' } as unknown as JsonObject, type);
  expect(problems.map(({ what }) => what.split(' ')[0])).toEqual([
    'results.IV_ARRAY.temperature',
    'results.BREAKDOWN_VOLTAGE',
  ]);
});

test('a verdict that nobody gave is not a pass', () => {
  const [module] = run.modules;
  const changed = {
    ...run,
    modules: [{ ...module!, steps: [{ ...module!.steps[0]!, verdict: 'NONE' as const }] }],
  };
  const [document] = documentsOfRun(changed, mapping).testRuns;
  expect(document!.draft).toMatchObject({ passed: false, problems: false });
  expect(document!.draft.comments).toContain('Not judged: there are no criteria for it.');
});

test.each([
  ['A', 'uA', 2.5e-7, 0.25],
  ['µA', 'A', 1, 1e-6],
  ['V', 'mV', 1.2, 1200],
  ['kOhm', 'Ω', 2, 2000],
  ['°C', 'C', 20, 20],
])('%s to %s', (from, to, value, wanted) => {
  expect(conversion(from, to)!(value)).toBeCloseTo(wanted, 12);
});

test('units that do not measure the same do not convert, and a mapping says what is wrong in it', () => {
  expect(conversion('V', 'A')).toBeUndefined();
  expect(conversion('furlong', 'V')).toBeUndefined();
  const broken = JSON.stringify({
    calibrations: { a: {}, b: { testType: 'B', results: { X: { nothing: 1 } } } },
  });
  expect(() => readTestTypeMapping(broken, 'm.json')).toThrow(
    /a must be an object with "testType"[\s\S]*b\.results\.X/,
  );
  expect(() => readTestTypeMapping('{', 'm.json')).toThrow(/E8090/);
});
