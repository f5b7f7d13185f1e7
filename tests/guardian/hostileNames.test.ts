import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Bench, makeFolder, openBench } from '../runUnderTest.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** It would climb out of a folder, or be a command in a shell. */
const hostile = '../../../$(touch pwned); rm -rf "~" \u0000\n..';
/** As short as the names of a product and a lot. */
const climbs = '../../..';
const secret = 'geheim-0815';

function everything(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  );
}

/** The shipped station with a script whose names are as bad as a script lets them be; a module's would be refused (E2006). */
function hostileStation(): { config: string; script: string } {
  const config = join(makeFolder(join(bench.directory, 'site')), 'config');
  cpSync('config', config, { recursive: true });
  const checks = '-rf $(touch pwned);...js';
  writeFileSync(
    join(config, 'checks', checks),
    "export const look = { title: '../../x', async run({ measure }) { measure('../..', true); } };\n",
  );
  const script = join(config, 'sequences', '$(touch pwned)..scr');
  writeFileSync(
    script,
    JSON.stringify({
      info: { product: climbs, bom: climbs, lot: climbs, location: climbs },
      config: { title: hostile, fail_fast: true, drivers: ['station'] },
      tests: [
        { module: `./checks/${checks}`, options: {}, items: [{ id: 'look' }] },
        { module: 'calibrations', options: {}, items: [{ id: 'get_module_info' }] },
      ],
    }),
  );
  return { config, script };
}

test('names from scripts, files and the command line stay in the run directory, and no secret gets there', async () => {
  const { config, script } = hostileStation();
  const runs = makeFolder(join(bench.directory, 'site', 'runs'));
  const before = everything(bench.directory);
  const run = bench.baton(
    [
      ...['run', script, '--config', config, '--station', 'simulated', '--directory', runs, '--yes'],
      ...['--no-upload', '--renderer', 'json', '--operator', hostile.replace('\u0000', '')],
    ],
    { ITKDB_ACCESS_CODE1: secret, ITKDB_ACCESS_CODE2: secret },
  );
  await run.ended;
  const [name, ...others] = readdirSync(runs);
  expect(others, run.stderr()).toEqual([]);
  expect(name ?? run.stdout() + run.stderr()).toMatch(/^[A-Za-z0-9._-]+$/);
  const path = join(runs, name!);
  const record = JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as {
    title: string;
    steps: { folder: string; state: string }[];
  };
  expect(record.title).toBe(hostile);
  expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'completed']);
  for (const { folder } of record.steps) expect(folder).toBe(basename(folder));

  const known = new Set(before);
  const made = everything(bench.directory).filter((one) => !known.has(one));
  // Beside the run directory: the locks, and the socket of a station whose own path is too long for one.
  const places = [path, join(bench.directory, 'state'), join(bench.directory, 'baton')];
  expect(made.filter((one) => !places.some((place) => one.startsWith(place)))).toEqual([]);
  expect(made.filter((one) => basename(one) === 'pwned')).toEqual([]);
  for (const one of made) {
    const { mode } = statSync(one);
    expect((mode & 0o077).toString(8), one).toBe('0');
  }
  for (const one of made.filter((each) => statSync(each).isFile()))
    expect(readFileSync(one, 'utf8'), one).not.toContain(secret);
  expect(run.stdout() + run.stderr()).not.toContain(secret);
});
