import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestRun } from '../../src/itkdb/model.ts';
import type { RunRecord, StepRecord } from '../../src/journal/record.ts';
import { person } from './person.ts';

const run = '20260102T030405Z_bench-simulated_QC_20UPGM22110039';

const contents: Record<string, string> = {
  'Module0_iv_curve.csv': 'Voltage (V),Current (A)\n0,0\n-30,-1e-7\n-60,-3e-7\n-65,-9e-6\n',
  'trim.json': '{}',
};

function step(
  number: number,
  calibration: string,
  category: string,
  files: readonly string[],
  more: Partial<StepRecord>,
): StepRecord {
  const folder = `0${number}_${calibration}`;
  return {
    step: number,
    calibration,
    category,
    folder,
    estimate: 1,
    state: 'completed',
    ended: Date.UTC(2026, 0, 2, 3, 5),
    artefacts: files.map((name) => ({
      path: `${folder}/${name}`,
      bytes: contents[name]!.length,
      sha256: createHash('sha256').update(contents[name]!).digest('hex'),
    })),
    problems: [],
    prompts: [],
    items: [],
    results: [],
    ...more,
  };
}

const record = {
  schema: 1,
  run,
  title: 'Morning QC',
  sequence: { name: 'qc', sha256: '', substitutions: {} },
  station: { id: 'bench-simulated', site: 'here', simulated: true, timeScale: 1 },
  operator: 'Jo',
  versions: { baton: '0.1.0', node: '20' },
  failFast: true,
  upload: true,
  started: Date.UTC(2026, 0, 2, 3, 4),
  ended: Date.UTC(2026, 0, 2, 3, 6),
  state: 'ended',
  exitCode: 1,
  verdict: 'FAIL',
  modules: [
    {
      index: '0',
      name: 'Q2X2-0001',
      serialNumber: '20UPGM22110039',
      chips: [],
      verdict: 'FAIL',
      breakdown: { found: 'at', voltage: -61 },
      breakdownStep: 1,
    },
  ],
  plan: { steps: [], estimate: 3 },
  steps: [
    step(1, 'iv_curve', 'ivcurve', ['Module0_iv_curve.csv'], {
      results: [
        {
          module: '0',
          verdict: 'FAIL',
          measurements: [{ name: 'temperature', value: 20.5, unit: 'C', verdict: 'NONE' }],
        },
      ],
    }),
    step(2, 'voltage_trimming', 'general', ['trim.json'], {}),
    step(3, 'calibrate_module', 'tuning', [], { state: 'failed' }),
  ],
  instruments: [],
  readings: {},
  bias: [],
  trips: [],
  problems: [],
  stops: [],
  files: [],
} as unknown as RunRecord;

test('a simulated run is uploaded to the local database under its title, once however often, and `get` shows it', {
  timeout: 120_000,
}, async () => {
  const {
    folder,
    baton: said,
    program,
  } = person({ ITKDB_ACCESS_CODE1: 'real', ITKDB_ACCESS_CODE2: 'codes' });
  const directory = join(folder, 'runs', run);
  for (const { folder: name } of record.steps) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'record.json'), JSON.stringify(record));
  for (const { artefacts } of record.steps)
    for (const { path } of artefacts) writeFileSync(join(directory, path), contents[basename(path)]!);
  const baton = async (...args: string[]) => (await said(args)).out;
  // The module is made known by the first look with a serial number that no station file names here.
  writeFileSync(
    join(folder, 'module.csv'),
    'institution,componentType,type,serialNumber,stage,FECHIP_VERSION,ORIENTATION\nCERN,MODULE,OUTER_SYSTEM_QUAD_MODULE,20UPGM22110039,MODULE/INITIAL_WARM,2,yes\n',
  );
  await baton('itkdb', 'register', 'module.csv', '--local');

  expect((await said(['queue', '--local'])).err, 'a run that was cut off before it queued is seen').toContain(
    `not in the queue: \`baton upload ${run}\``,
  );
  expect(await baton('upload', run), 'although somebody has codes of a real database').toContain(
    '1 test run and 1 file of components: 2 in the database, 0 waiting, 0 held',
  );
  await baton('upload', run);
  const shown = JSON.parse(await baton('itkdb', 'get', '20UPGM22110039', '--local', '--json')) as {
    testRuns: TestRun[];
    attachments: unknown[];
  };
  expect(shown.testRuns).toHaveLength(1);
  expect(shown.attachments).toHaveLength(1);
  expect(shown.testRuns[0]).toMatchObject({
    testType: 'IV_MEASURE',
    runNumber: `${run}-1`,
    passed: false,
    problems: true,
    comments: ['Morning QC 1/3', 'Simulated instruments: nothing was measured.'],
    results: {
      BREAKDOWN_VOLTAGE: 61,
      IV_ARRAY: {
        voltage: [0, 30, 60, 65],
        current: [0, 0.1, 0.3, 9],
        temperature: [20.5, 20.5, 20.5, 20.5],
      },
    },
    attachments: [expect.objectContaining({ title: 'Module0_iv_curve.csv' })],
  });
  expect(await baton('itkdb', 'get', '20UPGM22110039', '--local')).toMatch(
    /IV_MEASURE +failed +problems .*Morning QC 1\/3/,
  );

  const outbox = join(folder, 'runs', 'local-database', 'outbox.sqlite');
  for (const end of ['', '-wal', '-shm']) rmSync(`${outbox}${end}`, { force: true });
  writeFileSync(outbox, 'this is no database, and longer than the header of one: '.repeat(10));
  const { code, err } = await program(['upload', run]);
  expect(code, 'a queue that cannot be opened keeps no program from ending').toBe(3);
  expect(err).toContain('E8063');
  rmSync(outbox);
  expect((await said(['queue', '--local'])).out, 'what was confirmed is not missed').toContain('0 waiting');
  expect((await said(['queue', '--local'])).code).toBe(0);
  const upload = join(directory, 'upload.json');
  writeFileSync(upload, readFileSync(upload, 'utf8').replaceAll('"confirmed"', '"waiting"'));
  expect((await said(['queue', '--local'])).err, 'what was lost with the queue is').toContain(
    'not in the queue',
  );
  await baton('upload', run);
  const again = JSON.parse(
    await baton('itkdb', 'get', '20UPGM22110039', '--local', '--json'),
  ) as typeof shown;
  expect(again.testRuns, 'and it is there once all the same').toHaveLength(1);

  const curve = join(directory, '01_iv_curve', 'Module0_iv_curve.csv');
  writeFileSync(curve, contents['Module0_iv_curve.csv']!.replace('-9e-6', '-9e-8'));
  const changed = await said(['upload', run]);
  expect(changed.err).toContain(
    'Module0_iv_curve.csv is not what it was: it was changed since it was judged',
  );
  expect(changed.code, 'other values than those that were judged never go under its verdict').toBe(2);
  rmSync(curve);
  expect((await said(['upload', run])).err).toContain('E8096');

  const nameless = { ...record, modules: record.modules.map(({ serialNumber, ...module }) => module) };
  writeFileSync(join(directory, 'record.json'), JSON.stringify(nameless));
  const refused = await said(['upload', run]);
  expect(refused.err).toContain('E8095  warning: Q2X2-0001 had no serial number');
  expect(refused.code).toBe(2);
});
