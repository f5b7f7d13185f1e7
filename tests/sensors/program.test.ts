import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bowText, ivText, stabilityText, thicknessText } from './samples.ts';
import { temporaryFolder } from './shared.ts';

const run = promisify(execFile);

/** The built program, as a user calls it. */
async function baton(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, ['dist/baton.js', 'sensors', ...args]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

function measurements(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'iv.dat'), ivText());
  writeFileSync(join(folder, 'deep', 'bow.dat'), bowText());
  writeFileSync(join(folder, 'stability.dat'), stabilityText());
  writeFileSync(join(folder, 'cut.dat'), thicknessText().slice(0, -4));
  writeFileSync(join(folder, 'notes.txt'), 'remember the milk\n');
  return folder;
}

test('list answers a question as JSON, and says on the error stream what it could not read', async () => {
  const { code, out, err } = await baton(
    'list',
    measurements(),
    '--where',
    'decision=Pass and testType in (IV, bow)',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out).map(({ filename }: { filename: string }) => filename)).toEqual([
    'bow.dat',
    'iv.dat',
  ]);
  expect(err).toMatch(/not read: .*notes.txt:2: no template fits the header/);
});

test('a list is a table for people and CSV for spreadsheets', async () => {
  const folder = measurements();
  expect((await baton('list', folder, '--where', 'testType=thickness')).out).toMatch(
    /thickness .*MeasErr .*may be cut/,
  );
  const { out } = await baton('list', folder, '--csv');
  expect(out.split('\r\n')[0]).toMatch(/^file,filename,source,testType,/);
  expect((await baton('list', folder, '--where', 'wafer=99')).out).toBe('No test answers it.\n');
});

test('report and stability write their pages', async () => {
  const folder = measurements();
  const page = join(folder, 'page.html');
  const report = await baton('report', folder, '--out', page, '--no-open');
  expect([report.code, report.out]).toEqual([0, `4 tests of 1 batch: ${page}\n`]);
  expect(readFileSync(page, 'utf8')).toContain('1 file could not be read');
  const stability = await baton('stability', folder, '--out', page, '--json');
  expect(JSON.parse(stability.out)).toEqual({ report: page, tests: 1 });
});

test('convert writes, says what it left, and overwrites nothing', async () => {
  const folder = measurements();
  const first = await baton('convert', folder, '--mirror', join(folder, 'mirror'));
  expect(first.out).toMatch(/3 written, 2 left\n$/);
  expect(existsSync(join(folder, 'mirror', 'deep', 'STD_bow.dat'))).toBe(true);
  expect((await baton('convert', join(folder, 'iv.dat'), '--mirror', join(folder, 'mirror'))).out).toMatch(
    /0 written, 1 left/,
  );
});

test('config and components need no database; what needs one says so', async () => {
  const folder = measurements();
  expect((await baton('config')).out).toContain('component type SENSOR_S_TEST');
  const site = join(folder, 'site.json');
  writeFileSync(site, '{"componentType": "SENSOR"}');
  expect((await baton('config', '--site', site)).out).toContain('SENSOR (real sensors)');
  const wafers = await baton('components', folder, '--where', 'batch=VPX77001', '--json');
  expect(JSON.parse(wafers.out)).toHaveLength(1);
});

test.each([
  [['list', '/nowhere'], /E9301/],
  [['report'], /E9310/],
  [['list', '.', '--where', 'colour=red'], /E9305/],
  [['list', 'docs'], /E9308/],
  [['config', '--site', 'package.json'], /E9306/],
  [['list', '.', '--templates', 'docs'], /E9302/],
  [['dance'], /E1001/],
  [[], /E1001/],
])('%j is refused with code 2', async (args, message) => {
  const { code, err } = await baton(...args);
  expect([code, message.test(err)], err).toEqual([2, true]);
});

test('the library is imported as baton/sensors and knows its units', () => {
  const folder = measurements();
  const script = `
    import { analyseIV, importSensorTests, judge, listed, sensorReport } from 'baton/sensors';
    const { tests } = await importSensorTests(${JSON.stringify(folder)});
    const iv = tests.find(({ testType }) => testType === 'IV');
    const page = sensorReport([{ title: 'mine', tests: tests.map((test) => judge(test)) }]);
    console.log(JSON.stringify({ ...analyseIV(iv).values, page: page.length > 10_000, ...listed(judge(iv)) }));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(JSON.parse(out)).toMatchObject({ breakdownVoltage_V: 700, page: true, decision: 'Pass' });
});

test('the library’s declarations are whole and strict', () => {
  const folder = temporaryFolder();
  const tsc = 'node_modules/typescript/bin/tsc';
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', folder]);
  const user = (line: string) => {
    const file = join(folder, 'user.mts');
    writeFileSync(
      file,
      `import { analyseIV, importSensorTests, shippedCriteria } from './src/sensors/index.js';
       const { tests } = await importSensorTests('x');
       const limit: number = shippedCriteria.bow.maximumBow_um;
       ${line}
       export { limit, value };\n`,
    );
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      '',
    ];
    return execFileSync(process.execPath, [tsc, ...options, file], { encoding: 'utf8', stdio: 'pipe' });
  };
  expect(user('const value: number | undefined = analyseIV(tests[0]!).values.breakdownVoltage_V;')).toBe('');
  expect(() => user('const value: string = analyseIV(tests[0]!).values.breakdownVoltage_V;')).toThrow();
});
