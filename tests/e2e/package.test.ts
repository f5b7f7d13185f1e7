import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { module1, startDatabase } from '../itkdb/localDatabase.ts';
import { expectSafe } from '../witness.ts';
import { readRun, scratch } from './baton.ts';

const options = { timeout: 180_000 };
const folder = scratch();
/** As `npm install -g` lays it out, but for the two packages beside it: they are those of the checkout. */
const installed = join(folder, 'lib', 'node_modules', 'baton');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: { baton: string };
  dependencies: Record<string, string>;
};
const packed = { bytes: 0 };

beforeAll(() => {
  execFileSync(process.execPath, ['build/types.mjs']);
  // Without its scripts: what they build is there.
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const file = join(folder, execFileSync('npm', pack, { encoding: 'utf8' }).trim());
  packed.bytes = statSync(file).size;
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', file, '--strip-components=1', '-C', installed]);
  for (const name of Object.keys(manifest.dependencies)) link(name, join(installed, '..', name));
}, options.timeout);

function link(name: string, to: string): void {
  mkdirSync(join(to, '..'), { recursive: true });
  symlinkSync(resolve('node_modules', name), to);
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(program: string, args: string[], cwd: string, env: object = {}): Promise<Ended> {
  const cache = { NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') };
  const ended = promisify(execFile)(program, args, { cwd, env: { ...process.env, ...cache, ...env } });
  return ended.then(
    (out) => ({ code: 0, ...out }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

const baton = (args: string[], cwd: string) => run(join(installed, manifest.bin.baton), args, cwd);

test('the package is whole, modest, and needs only what carries machine code', async () => {
  expect(Object.keys(manifest.dependencies)).toEqual(['libsql', 'serialport']);
  expect(packed.bytes).toBeLessThan(4e6);
  for (const path of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'dist/THIRD-PARTY-LICENSES.txt',
    'share/systemd',
  ])
    expect(existsSync(join(installed, path)), path).toBe(true);
  for (const path of ['src', 'tests', 'node_modules', 'build'])
    expect(existsSync(join(installed, path)), path).toBe(false);
  accessSync(join(installed, manifest.bin.baton), constants.X_OK);
  const licences = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['ink', 'react', 'undici', 'yargs', 'jsroot']) expect(licences).toMatch(`\n${name} `);
  expect(await baton(['--version'], folder)).toMatchObject({ code: 0, stdout: /^\d+\.\d+\.\d+\n$/ });
});

test(
  'in an empty folder it runs the sequence of npm start, with the files that ship, and leaves those alone',
  options,
  async () => {
    const cwd = scratch();
    const before = filesOf(installed);
    const run = await baton(['run', 'electrical-qc', '--station', 'simulated', '--yes', '--no-upload'], cwd);
    expect(run.stderr).toContain(`taking the example that ships with Baton, ${join(installed, 'config')}`);
    expect(run.stdout).toContain('PASS');
    expect(run.code).toBe(0);
    const { directory, witness } = readRun(join(cwd, 'runs'));
    expect(readFileSync(join(directory!, 'report.html'), 'utf8')).toContain('</html>');
    expectSafe(witness, { maxStep: 5 });
    expect(filesOf(installed)).toEqual(before);
  },
);

test('real instruments are never driven by the files that ship', options, async () => {
  const cwd = scratch();
  const refused = await Promise.all(
    [
      ['run', 'electrical-qc', '--yes'],
      ['instruments', 'identify'],
      ['traveller', 'create', 'sldo'],
    ].map((args) => baton(args, cwd)),
  );
  for (const { code, stderr } of refused) expect([code, stderr.includes('E1004')], stderr).toEqual([2, true]);
  expect(await baton(['safe'], cwd)).toMatchObject({ code: 5, stderr: /E3018/ });
  expect(readdirSync(cwd)).toEqual([]);
});

describe('a project that uses the library', () => {
  const project = join(folder, 'project');
  const script = (name: string, args: string[], env?: object) =>
    run(process.execPath, [join('dist', `${name}.js`), ...args], project, env);

  let built: Ended;
  beforeAll(async () => {
    cpSync('examples/library', project, { recursive: true });
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(installed, join(project, 'node_modules', 'baton'));
    link('@types/node', join(project, 'node_modules', '@types', 'node'));
    link('undici-types', join(project, 'node_modules', 'undici-types'));
    built = await run(process.execPath, [resolve('node_modules/typescript/bin/tsc')], project);
  }, options.timeout);

  test('is built against the declarations that are packed, its libraries checked too', () => {
    expect(JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8')).compilerOptions).toMatchObject({
      strict: true,
      skipLibCheck: false,
    });
    expect(built).toMatchObject({ code: 0, stdout: '' });
  });

  test('drives instruments and runs a sequence on a simulated station', options, async () => {
    const station = await simulatedStation(project);
    try {
      const leakage = await script('leakage', ['sim']);
      expect(leakage.stderr).toBe('');
      const rows = leakage.stdout.trim().split('\n').slice(1);
      expect(rows.map((row) => Math.round(Number(row.split(',')[0])))).toEqual([-5, -10, -15]);

      const sequence = await script('run', ['sim']);
      expect(sequence.stdout).toMatch(/IV and tuning: \d+ actions/);
      expect(sequence.stdout).toMatch(/step 1: PASS\nstep 2: PASS\n.*SIM-0001: PASS, breakdown none\n$/s);
      expect(sequence.code, sequence.stderr).toBe(0);
      const { record } = readRun(join(project, 'sim', 'runs'));
      expect(record).toMatchObject({ title: 'IV and tuning', verdict: 'PASS' });
    } finally {
      station.kill('SIGINT');
      await once(station, 'exit');
    }
    const { setpoints } = expectSafe(join(project, 'sim', 'witness.jsonl'), { maxStep: 5 });
    expect(setpoints).toContain('hv_1:1 -15');
  });

  test('lists components of a database, and is told when it may not', options, async () => {
    const database = await startDatabase({ modules: [{ serialNumber: module1, institution: 'CERN' }] });
    const { code1, code2 } = database.accessCodes('reader');
    const env = {
      ITKDB_API_URL: database.url,
      ITKDB_ACCESS_CODE1: code1.reveal(),
      ITKDB_ACCESS_CODE2: code2.reveal(),
    };
    const listed = await script('components', ['CERN'], env);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain(module1);
    const wrong = await script('components', ['CERN'], { ...env, ITKDB_ACCESS_CODE1: 'wrong' });
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringMatching(/^E8002/)]);
  });
});

async function simulatedStation(cwd: string): Promise<ChildProcess> {
  const program = join(installed, manifest.bin.baton);
  const child = spawn(program, ['simulate', '--dir', 'sim', '--time-scale', '100', '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout! }), 'line');
  return child;
}

/** Path, size and time of every file. */
function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((path) => {
    const { size, mtimeMs } = lstatSync(join(directory, path));
    return `${path} ${size} ${mtimeMs}`;
  });
}
