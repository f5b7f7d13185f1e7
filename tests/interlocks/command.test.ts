import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InterlockTestEntry } from '../../src/journal/interlockTests.ts';
import { baton } from '../e2e/baton.ts';
import { type Bench, openBench } from '../runUnderTest.ts';

const minute = 60_000;
let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

interface Interlocks {
  interlocks: { name: string; reading: string; condition: string }[];
}

/** A copy of the shipped config with a log of its own. */
function config(change: (file: Interlocks) => Interlocks = (file) => file): string {
  const directory = join(mkdtempSync(join(bench.directory, 'site-')), 'config');
  cpSync('config', directory, { recursive: true });
  const path = join(directory, 'interlocks.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Interlocks)));
  const station = join(directory, 'station.json');
  writeFileSync(station, readFileSync(station, 'utf8').replace('"../runs"', '"runs"'));
  return directory;
}
const withoutStale = (file: Interlocks): Interlocks => ({
  ...file,
  interlocks: file.interlocks.filter(({ condition }) => condition !== 'stale'),
});
const only =
  (...names: string[]) =>
  (file: Interlocks): Interlocks => ({
    ...file,
    interlocks: file.interlocks.filter(({ name }) => names.includes(name)),
  });

async function selfTest(directory: string, ...args: string[]) {
  const env = { XDG_DATA_HOME: join(directory, 'data'), XDG_STATE_HOME: join(directory, 'state') };
  const result = await baton(
    ['interlocks', 'test', '--config', directory, '--station', 'simulated', '--json', ...args],
    { env },
  );
  const entry = (result.stdout ? JSON.parse(result.stdout) : undefined) as InterlockTestEntry | undefined;
  return { ...result, entry };
}

describe.concurrent('baton interlocks test', () => {
  test('spoils every reading that is watched, sees each trip reach the supplies, and signs the result', {
    timeout: minute,
  }, async () => {
    const directory = config(withoutStale);
    const { exitCode, entry, stderr } = await selfTest(directory, '--yes');
    expect(
      entry?.results.filter(({ passed }) => !passed),
      stderr,
    ).toEqual([]);
    expect(exitCode).toBe(0);
    expect(entry).toMatchObject({ verdict: 'passed', simulated: true, left: [] });
    const faults = entry!.results.map(({ interlock, fault }) => `${interlock}: ${fault}`);
    expect(new Set(faults).size).toBe(faults.length);
    expect(faults).toContain('module too hot: beyond the limit');
    expect(faults).toContain('module too hot: lost');
    for (const { action, fault, offAfter } of entry!.results)
      if (fault === 'beyond the limit') expect(offAfter !== undefined).toBe(/Off$/.test(action));
    const [line] = readFileSync(join(directory, 'runs', 'interlock-tests.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(line!)).toMatchObject({ n: 1, previous: '', signature: expect.any(String) });

    const again = await selfTest(directory, '--yes');
    expect(again.exitCode).toBe(0);
    expect(
      readFileSync(join(directory, 'runs', 'interlock-tests.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
  });

  test('is not started where nobody says that no module is mounted', async () => {
    const directory = config();
    const { exitCode, stderr } = await selfTest(directory);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nothing was touched');
  });

  test('does not pass an interlock on a reading that cannot change, and says which', {
    timeout: minute,
  }, async () => {
    const directory = config(only('module too hot', 'leakage near the compliance'));
    // The board says what it likes: the forged reply never comes, for the real one does not.
    const { exitCode, entry } = await selfTest(
      directory,
      '--yes',
      '--fault',
      'silent:instrument=ab_1,after=8',
    );
    expect(exitCode).toBe(1);
    expect(entry?.verdict).toBe('failed');
    const bad = entry!.results.filter(({ passed }) => !passed);
    expect(bad.map(({ interlock }) => interlock)).toContain('module too hot');
  });

  test('ends with exit 5 where an output does not go off, and says what to do by hand', {
    timeout: minute,
  }, async () => {
    const directory = config(only('module too hot'));
    const { exitCode, entry } = await selfTest(directory, '--yes', '--fault', 'output-stuck:instrument=hv_1');
    expect(exitCode).toBe(5);
    expect(entry?.verdict).toBe('unsafe');
    expect(entry?.left.join(' ')).toMatch(/hv_1:1.*By hand/);
  });

  test('watches a coldbox as it watches a supply', { timeout: minute }, async () => {
    const directory = config();
    cpSync('examples/coldbox', directory, { recursive: true });
    const path = join(directory, 'interlocks.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as Interlocks;
    writeFileSync(path, JSON.stringify(only('plate too hot', 'box humid', 'at the dew point')(file)));
    const station = join(directory, 'station.json');
    writeFileSync(station, readFileSync(station, 'utf8').replace('"../../runs"', '"runs"'));
    const { exitCode, entry } = await selfTest(directory, '--yes');
    expect(entry?.results.map(({ reading, fault, passed }) => [reading, fault, passed])).toEqual(
      ['climate.temperature', 'climate.humidity', 'climate.dewPointMargin'].flatMap((reading) => [
        [reading, 'beyond the limit', true],
        [reading, 'lost', true],
      ]),
    );
    expect(exitCode).toBe(0);
  });
});

test('baton interlocks list says what is watched, what is not, and when it was tested last', async () => {
  const directory = config(only('module too hot'));
  const { exitCode, stdout } = await baton(['interlocks', 'list', '--config', directory]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/module too hot\s+module\.temperature\s+above 45 °C\s+2 s\s+always\s+allOff/);
  expect(stdout).toContain('Not watched: hv.current, hv.voltage, lv.current, lv.voltage.');
  expect(stdout).toContain('never tested');
  const json = await baton(['interlocks', 'list', '--config', directory, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    uncovered: ['hv.current', 'hv.voltage', 'lv.current', 'lv.voltage'],
  });
});

test('baton check lists the readings that no interlock watches, and those that nothing measures', async () => {
  const directory = config(only('module too hot'));
  const { stdout } = await baton(['check', '--config', directory]);
  expect(stdout).toContain('no interlock watches hv.current, hv.voltage, lv.current, lv.voltage');
  expect(stdout).toContain('no instrument measures climate.temperature');
});
