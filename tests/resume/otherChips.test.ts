import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../src/journal/record.ts';
import { sequence } from '../e2e/baton.ts';
import { type Bench, eventually, openBench } from '../runUnderTest.ts';
import { expectSafe } from '../witness.ts';

vi.setConfig({ testTimeout: 120_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

test('another module than the station says ends the run, nothing of it is uploaded, and a person alone goes on with it', async () => {
  const station = await realStation();
  const modulesJson = () => readFileSync(join(station, 'modules.json'), 'utf8');
  const asItWas = modulesJson();
  const info = (yes: 0 | 1) => ({ id: 'get_module_info', args: { options: ['-r', yes, '-e', yes] } });
  const script = sequence([info(1), info(0)], { failFast: false });
  const words = ['--station', station, '--yes', '--renderer', 'plain'];

  const begun = bench.baton(['run', script, ...words, '--no-upload']);
  expect(await begun.ended, begun.stderr()).toBe(3);
  expect(begun.stdout()).toMatch(/E4408 .*for 20USIM00000001 \(chip 0: \d+, not 40000; .*\)/);
  expect(modulesJson(), 'the codes of other chips do not stay in it').toBe(asItWas);
  const [id] = readdirSync(join(station, 'runs'));
  const record = () =>
    JSON.parse(readFileSync(join(station, 'runs', id!, 'record.json'), 'utf8')) as RunRecord;
  expect(record().steps.map(({ state }) => state)).toEqual(['failed', 'skipped']);

  const upload = bench.baton(['upload', join(station, 'runs', id!), '--local']);
  expect(await upload.ended).toBe(2);
  expect(upload.stderr()).toContain('E8097');

  const resumed = bench.baton(['runs', 'resume', ...words, '--module', '20USIM00000001']);
  expect(await resumed.ended, resumed.stderr()).toBe(0);
  expect(record().verdict).toBe('PASS');
  expect(modulesJson(), 'and what the chips are stands in it').not.toContain('40000');
  expectSafe(join(station, 'witness.jsonl'), { maxStep: 5 });
});

/** Simulated instruments that station.json does not call so: what the chips say counts here. */
async function realStation(): Promise<string> {
  const directory = join(bench.directory, 'station');
  const process = bench.baton(['simulate', '--dir', directory, '--time-scale', '100', '--json']);
  const file = join(directory, 'station.json');
  await eventually(
    () => process.stdout().includes('hv_1') && existsSync(file),
    () => `a simulated station; it said ${process.stdout()}${process.stderr()}`,
  );
  const { simulated, ...settings } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify(settings));
  return directory;
}
