import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import check from '../../src/cli/check.ts';
import type { Finding } from '../../src/cli/printing/findings.ts';
import { createTraveller } from '../../src/scripts/travellers/travellers.ts';
import { config } from '../e2e/config.ts';

afterEach(() => vi.restoreAllMocks());

/** What the command finds of a traveller. */
async function findingOf(sequence: string, directory: string, more: object = {}): Promise<Finding> {
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const args = { sequence, config: directory, json: true, ...more };
  await check.run(args as never);
  const text = out.mock.calls.map(([chunk]) => String(chunk)).join('');
  out.mockRestore();
  const { findings } = JSON.parse(text) as { findings: Finding[] };
  return findings.find(({ about }) => about === 'traveller')!;
}

test('a traveller is checked with what is printed on it, and refused when the script is another by now', async () => {
  const directory = config();
  const { code } = await createTraveller(directory, {
    sequence: 'electrical-qc',
    set: { TargetThreshold: '1200' },
    module: 'Q2X2-0001',
    by: 'Ada',
  });
  const whole = await findingOf(code, directory);
  expect(whole.problems).toEqual([]);
  expect(whole.notes).toEqual(['electrical-qc', 'module Q2X2-0001', 'TargetThreshold=1200']);
  expect((await findingOf(code, directory, { set: ['TargetThreshold=1000'] })).problems).toMatchObject([
    { code: 'E7308' },
  ]);
  appendFileSync(join(directory, 'sequences', 'electrical-qc.scr'), '\n');
  expect((await findingOf(code, directory)).problems).toMatchObject([{ code: 'E7303' }]);
});
