import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BatonError } from '../../src/base/errors.ts';
import { runComponents } from '../../src/cli/sensors/components.ts';
import type { UploadServices } from '../../src/cli/sensors/database.ts';
import { runDirect } from '../../src/cli/sensors/direct.ts';
import { runList } from '../../src/cli/sensors/list.ts';
import { runReport } from '../../src/cli/sensors/report.ts';
import { runUpload } from '../../src/cli/sensors/upload.ts';
import { analyse } from '../../src/sensors/analyses/analyse.ts';
import type { TestRun } from '../../src/sensors/database/testRun.ts';
import { sensorTestOf } from '../../src/sensors/database/testRun.ts';
import type { SensorUpload, TestTypeDefinition } from '../../src/sensors/database/upload.ts';
import { ivRows, ivText, kekText, readOne, stripRows, stripText } from './samples.ts';
import { temporaryFolder } from './shared.ts';

/** A database of two sensors with one IV test, and a queue that keeps what it is given. */
function services(runs: TestRun[] = [ivRun()]) {
  const queued: SensorUpload[] = [];
  const definitions: TestTypeDefinition[] = [
    {
      code: 'ATLAS18_IV_TEST_V1',
      properties: [
        { code: 'COMMENTS', dataType: 'string' },
        { code: 'ALGORITHM_VERSION' },
        { code: 'RSERIES', dataType: 'float' },
      ],
      parameters: [
        { code: 'VOLTAGE', required: true },
        { code: 'CURRENT', required: true },
        { code: 'TEMPERATURE', dataType: 'float', required: true },
        { code: 'I_500V', dataType: 'float' },
        { code: 'RMS_STABILITY', dataType: 'float' },
        { code: 'HUMIDITY', dataType: 'float' },
      ],
    },
    {
      code: 'ATLAS18_FULLSTRIP_STD_V1',
      properties: [],
      parameters: [
        { code: 'LIST_PINHOLES' },
        { code: 'LIST_IMPLANT_BREAKS' },
        { code: 'SEGMENTNO', dataType: 'integer' },
      ],
    },
    {
      code: 'ATLAS18_KEKTEST_NEW_V1',
      properties: [{ code: 'VTEST_DC', dataType: 'float' }, { code: 'CIRCUIT' }],
      parameters: [{ code: 'PROBEINDEX' }, { code: 'CURRENT' }],
    },
  ];
  const given: UploadServices = {
    database: async () => ({
      components: async () => [
        {
          serialNumber: '20USBSL0000042',
          code: 'code42',
          alternativeIdentifier: 'VPX77001-W00042',
          type: 'ATLAS18LS',
        },
        {
          serialNumber: '20USBSL0000043',
          code: 'code43',
          alternativeIdentifier: 'VPX77001-W00043',
          type: 'ATLAS18LS',
        },
      ],
      async *testRuns({ components }) {
        for (const run of runs) if (components.includes(run.components?.[0]?.code ?? '')) yield run;
      },
      testType: async (code) => definitions.find((definition) => definition.code === code),
    }),
    queue: {
      queue: async (upload) => {
        queued.push(upload);
        return { id: `entry${queued.length}`, already: false };
      },
    },
  };
  return { given, queued };
}

function ivRun(wafer = 42): TestRun {
  const rows = ivRows();
  return {
    id: `run${wafer}`,
    state: 'ready',
    runNumber: '1',
    date: '2021-03-05T10:11:12.000Z',
    testType: { code: 'ATLAS18_IV_TEST_V1' },
    institution: { code: 'LAB' },
    components: [
      {
        code: `code${wafer}`,
        serialNumber: `20USBSL00000${wafer}`,
        alternativeIdentifier: `VPX77001-W000${wafer}`,
        type: { code: 'ATLAS18LS' },
      },
    ],
    properties: [{ code: 'RSERIES', value: '10' }],
    results: [
      { code: 'VOLTAGE', value: rows.map(([volts]) => Number(volts)) },
      { code: 'CURRENT', value: rows.map(([, current]) => Number(current)) },
      { code: 'SHUNT_VOLTAGE', value: rows.map(() => 0) },
      { code: 'TEMPERATURE', value: 20 },
      { code: 'HUMIDITY', value: 10 },
    ],
  };
}

/** Nobody has logged in. */
const noServices: UploadServices = {
  ...services().given,
  database: async () => {
    throw new BatonError({ code: 'E9307', what: 'Nobody is logged in.', remedy: 'Log in.' });
  },
};

const common = { config: '/nowhere', json: false, local: false };
let out: string;
beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('a test run reads as the file that it was made from', () => {
  const fromFile = readOne(ivText());
  const fromDatabase = sensorTestOf(ivRun());
  expect(fromDatabase).toMatchObject({
    source: 'database',
    testType: 'IV',
    batch: 'VPX77001',
    wafer: 42,
    timestamp: fromFile.timestamp,
    temperature_C: 20,
    componentCode: 'code42',
  });
  expect(fromDatabase.columns).toEqual(fromFile.columns);
  expect(analyse(fromDatabase)).toEqual(analyse(fromFile));
});

test('the maker’s curves come in amperes', () => {
  const run = { ...ivRun(), testType: { code: 'MANUFACTURING18' } };
  const test = sensorTestOf({
    ...run,
    results: [
      ...run.results!.filter(({ code }) => code !== 'CURRENT'),
      { code: 'IV_CURRENT', value: [-1e-7] },
    ],
  });
  expect(test.testType).toBe('manufacturing');
  expect(test.columns.current_nA?.[0]).toBeCloseTo(-100, 9);
});

test('upload queues what passes and is not there, with its file and by the test type’s own definition', async () => {
  const folder = folderWith({
    'there.dat': ivText(),
    'new.dat': ivText({ Wafer: '43', Component: '' }),
    'wet.dat': ivText({ Time: '11:00:00', Humidity: '50' }),
    'strip.dat': stripText(
      {},
      stripRows().map((row, i) => (i === 9 ? [10, '5000.00', '130', '1.4'] : row)),
    ),
  });
  const { given, queued } = services();
  expect(await runUpload({ ...common, paths: [folder], yes: true, dryRun: false }, given, undefined)).toBe(0);
  expect(queued.map(({ attachment }) => attachment.title).sort()).toEqual(['new.dat', 'strip.dat']);
  expect(queued.find(({ attachment }) => attachment.title === 'new.dat')).toMatchObject({
    component: 'code43',
    testType: 'ATLAS18_IV_TEST_V1',
    institution: 'LAB',
    runNumber: '1',
    date: '2021-03-05T10:11:12.000Z',
    passed: true,
    problems: false,
    properties: { COMMENTS: 'ours: a sample', RSERIES: 10 },
    results: { TEMPERATURE: 20, HUMIDITY: 10, RMS_STABILITY: null, I_500V: expect.closeTo(120 / 93.6269, 9) },
    attachment: { path: join(folder, 'new.dat') },
  });
  expect(queued.find(({ attachment }) => attachment.title === 'strip.dat')?.results).toEqual({
    LIST_PINHOLES: ['1-10'],
    LIST_IMPLANT_BREAKS: [],
    SEGMENTNO: 1,
  });
});

test('a person changes decisions and uploads, and the reason goes with them', async () => {
  const folder = folderWith({
    'wet.dat': ivText({ Humidity: '50', Wafer: '43', Component: '' }),
    'dry.dat': ivText({ Time: '12:00:00' }),
  });
  const { given, queued } = services();
  const answers = ['d', '1: SoSo', 'broken hygrometer', 'u', '1: yes; 0: no', 'nonsense', 'c', 'yes'];
  const asked: string[] = [];
  const code = await runUpload(
    { ...common, paths: [folder], yes: false, dryRun: false },
    given,
    async (prompt) => {
      asked.push(prompt);
      return answers.shift();
    },
  );
  expect([code, answers, asked.at(-1)]).toEqual([0, [], 'Queue 1 test? [y/N] ']);
  expect(queued).toHaveLength(1);
  expect(queued[0]).toMatchObject({
    passed: true,
    problems: true,
    properties: { COMMENTS: expect.stringContaining('Decided SoSo by hand: broken hygrometer') },
  });
});

test.each([[['q']], [['c', 'n', 'q']], [[undefined]]])('answering %j queues nothing', async (answers) => {
  const { given, queued } = services();
  const folder = folderWith({ 'a.dat': ivText({ Time: '12:00:00' }) });
  const code = await runUpload({ ...common, paths: [folder], yes: false, dryRun: false }, given, async () =>
    answers.shift(),
  );
  expect([code, queued]).toEqual([130, []]);
});

test('without a person or --yes nothing is queued', async () => {
  const { given, queued } = services();
  const folder = folderWith({ 'a.dat': ivText({ Time: '12:00:00' }) });
  await expect(
    runUpload({ ...common, paths: [folder], yes: false, dryRun: false }, given, undefined),
  ).rejects.toThrow(/E9311/);
  expect(queued).toEqual([]);
});

test('direct upload takes its values from the template’s codes', async () => {
  const folder = folderWith({ 'kek.dat': kekText(), 'iv.dat': ivText({ Time: '12:00:00' }) });
  const { given, queued } = services();
  expect(await runDirect({ ...common, paths: [folder], yes: true, decision: 'Pass' }, given, undefined)).toBe(
    0,
  );
  expect(queued).toMatchObject([
    {
      testType: 'ATLAS18_KEKTEST_NEW_V1',
      passed: true,
      properties: { VTEST_DC: 1, CIRCUIT: 'RC' },
      results: { PROBEINDEX: [1, 2], CURRENT: [2, null] },
    },
  ]);
  expect(
    await runDirect({ ...common, paths: [folder], yes: false, decision: 'Pass' }, given, async () => 'no'),
  ).toBe(130);
});

test('a report shows files beside the database, and a test of both once', async () => {
  const folder = folderWith({ 'a.dat': ivText(), 'b.dat': ivText({ Time: '12:00:00' }) });
  const page = join(folder, 'page.html');
  const args = { ...common, paths: [folder], out: page, open: false };
  await runReport(args, services([ivRun(), ivRun(43)]).given);
  const html = readFileSync(page, 'utf8');
  expect(html.match(/class="block local/g)).toHaveLength(1);
  expect(html.match(/class="block db/g)).toHaveLength(2);
  await runReport(
    { ...args, paths: [], batch: 'vpx77001', wafers: '43' },
    services([ivRun(), ivRun(43)]).given,
  );
  expect(readFileSync(page, 'utf8').match(/class="block/g)).toHaveLength(1);
});

test('without a database files are compared alone, unless it was asked for', async () => {
  const folder = folderWith({ 'a.dat': ivText() });
  const args = { ...common, paths: [folder], out: join(folder, 'page.html'), open: false };
  expect(await runReport(args, noServices)).toBe(0);
  expect(readFileSync(args.out, 'utf8')).toContain('without the database');
  await expect(runReport({ ...args, database: true }, noServices)).rejects.toThrow(/E9307/);
  await expect(runReport({ ...args, paths: [] }, noServices)).rejects.toThrow(/E9310/);
});

test('questions go to the database’s tests and wafers as well', async () => {
  const { given } = services([ivRun(), ivRun(43)]);
  await runList({ ...common, json: true, paths: [], where: 'wafer=43', csv: false, database: true }, given);
  expect(JSON.parse(out)).toMatchObject([{ source: 'database', wafer: 43, decision: 'Pass' }]);
  out = '';
  await runComponents({ ...common, json: true, paths: [], where: 'serialNumber~0042' }, given);
  expect(JSON.parse(out)).toEqual([
    {
      batch: 'VPX77001',
      wafer: 42,
      serialNumber: '20USBSL0000042',
      componentCode: 'code42',
      sensorType: 'ATLAS18LS',
    },
  ]);
});

test('a list as CSV quotes what it must, and starts no formula', async () => {
  const folder = folderWith({ 'a.dat': ivText({ Comments: '=1+1, "x"' }) });
  await runList({ ...common, paths: [folder], csv: true, database: false }, noServices);
  expect(out).toContain(`"'=1+1, ""x"""`);
  expect(out.split('\r\n')).toHaveLength(3);
});
