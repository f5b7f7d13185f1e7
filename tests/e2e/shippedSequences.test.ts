import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToRun } from '../../src/sequence/attach/runClient.ts';
import { type Bench, eventually, openBench, type RunUnderTest, runIn } from '../runUnderTest.ts';
import { expectSafe, readWitness } from '../witness.ts';

const minutes = 120_000;
let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** The config that ships, with the station of one of the examples in it. */
function configWith(example: string): string {
  const config = join(mkdtempSync(join(bench.directory, 'site-')), 'config');
  cpSync('config', config, { recursive: true });
  cpSync(`examples/${example}`, config, { recursive: true });
  const station = join(config, 'station.json');
  writeFileSync(station, readFileSync(station, 'utf8').replace('"../../runs"', '"runs"'));
  return config;
}

async function passes(run: RunUnderTest): Promise<void> {
  const ended = await run.process.ended;
  const record = run.record();
  expect(record.problems).toEqual([]);
  expect(record.steps.map(({ state }) => state)).not.toContain('failed');
  expect(ended, run.process.stderr()).toBe(0);
  expect(record.verdict).toBe('PASS');
  expect(record.trips).toEqual([]);
  expectSafe(join(run.path, 'witness.jsonl'), { maxStep: 5 });
}

async function start(sequence: string, { example, args = [] }: { example?: string; args?: string[] } = {}) {
  if (example === undefined) return bench.run(sequence, { args });
  const config = configWith(example);
  const runs = mkdtempSync(join(bench.directory, 'runs-'));
  const process = bench.baton([
    ...['run', sequence, '--config', config, '--station', 'simulated', '--yes', '--renderer', 'json'],
    ...['--directory', runs, '--no-upload', ...args],
  ]);
  const name = await eventually(
    () => readdirSync(runs)[0],
    () => `a run; it said ${process.stderr()}`,
  );
  return runIn(join(runs, name), process);
}

// electrical-qc, the sequence of `npm start`: tests/e2e/run.
describe.concurrent('every sequence that ships runs on the simulated station and passes a good module:', () => {
  test('sldo', { timeout: minutes }, async () => passes(await start('sldo')));

  test('quick-check, whose first step is the site’s own and asks the operator', {
    timeout: minutes,
  }, async () => {
    const run = await start('quick-check');
    // Its socket listens before the first line is written.
    await run.sees(({ event }) => event === 'run.started');
    // The question may be there before the connection is told to be.
    const looking = connectToRun(run.path, (message) => {
      if ('question' in message) void looking.then((client) => client?.answer(message.question.id, 'Yes'));
    });
    await passes(run);
  });

  test('bare-module-iv, on a module without LV: −30 V in steps of 1 V under 1 µA', {
    timeout: minutes,
  }, async () => {
    const run = await start('bare-module-iv', { example: 'bare-module' });
    await passes(run);
    const rows = readFileSync(join(run.path, '01_iv_curve', 'Module0_iv_curve.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(rows).toHaveLength(32);
    const witness = readWitness(join(run.path, 'witness.jsonl'));
    const limits = witness.flatMap(({ kind, value }) =>
      kind === 'command' && /^:SENS:CURR:PROT [\d.]/.test(String(value))
        ? [Number(String(value).split(' ')[1])]
        : [],
    );
    expect(new Set(limits)).toEqual(new Set([1e-6]));
    expect(Math.min(...witness.flatMap(({ kind, value }) => (kind === 'bias' ? [Number(value)] : [])))).toBe(
      -30,
    );
  });

  test('iv-at-temperatures, on a station with a coldbox', { timeout: minutes }, async () => {
    const run = await start('iv-at-temperatures', { example: 'coldbox' });
    await passes(run);
    const leakage = run
      .record()
      .steps.map(
        ({ results }) =>
          results[0]?.measurements.find(({ name }) => name === 'leakage_at_operating_voltage')?.value ?? 0,
      );
    // It halves about every 7 K.
    expect(leakage[1]).toBeLessThan(leakage[0]! / 4);
    expect(leakage[2]).toBeLessThan(leakage[1]! / 4);
    const set = readWitness(join(run.path, 'witness.jsonl')).filter(({ kind }) => kind === 'temperature');
    expect(set.map(({ value }) => value)).toEqual([20, 0, -20, 20]);
  });

  test('tuning, where an earlier run has measured the IV', { timeout: minutes }, async () => {
    const runs = mkdtempSync(join(bench.directory, 'runs-'));
    const one = (sequence: string) =>
      bench.baton(['run', sequence, '--station', 'simulated', '--yes', '--no-upload', '--directory', runs])
        .ended;
    // Without it nobody knows the breakdown: refused a bias, exit 3.
    expect(await one('tuning')).toBe(3);
    // An IV is all that it takes.
    expect(await one(bench.sequence('iv_curve'))).toBe(0);
    expect(await one('tuning')).toBe(0);
    const tunings = readdirSync(runs).filter((name) => /^\d{8}T.*_Tuning/.test(name));
    const last = join(runs, tunings.sort().at(-1)!);
    const journal = readFileSync(join(last, 'journal.jsonl'), 'utf8');
    expect(journal).toMatch(/"event":"breakdown.found".*"from":"[^"]*Kill-test/);
    expectSafe(join(last, 'witness.jsonl'), { maxStep: 5 });
  });
});

describe('a bare module that breaks down', () => {
  test('is measured once more, and is bad when it does so again', { timeout: minutes }, async () => {
    const run = await start('bare-module-iv', {
      example: 'bare-module',
      args: ['--fault', 'early-breakdown:V=-22'],
    });
    expect(await run.process.ended).toBe(1);
    expect(run.record()).toMatchObject({ verdict: 'FAIL', modules: [{ breakdown: { found: 'at' } }] });
    const judged = run.journal().filter(({ event }) => event === 'step.judged');
    expect(judged).toHaveLength(2);
    expect(readdirSync(run.path)).toEqual(expect.arrayContaining(['01_iv_curve', '01_iv_curve_again1']));
    expectSafe(join(run.path, 'witness.jsonl'), { maxStep: 5 });
  });

  test('passes when it does not do so again: the last curve counts', { timeout: minutes }, async () => {
    const run = await start('bare-module-iv', {
      example: 'bare-module',
      args: ['--fault', 'early-breakdown:V=-22,bias=-20,count=100'],
    });
    expect(await run.process.ended).toBe(0);
    const verdicts = run.journal().flatMap((line) => (line.event === 'step.judged' ? [line.verdict] : []));
    expect(verdicts).toEqual(['FAIL', 'PASS']);
    expect(run.record()).toMatchObject({ verdict: 'PASS', modules: [{ breakdown: { found: 'none' } }] });
  });
});
