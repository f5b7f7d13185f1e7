import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench } from '../runUnderTest.ts';
import { expectSafe } from '../witness.ts';

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** Waits for ever under bias, and then takes its time to tidy up. */
const module = `
export const wait = ({ message }) => { message('waiting'); return new Promise(() => {}); };
export const release = async ({ message, read }) => {
  const { value } = (await read()).find(({ name }) => name.startsWith('hv_1') && name.endsWith('output'));
  message('hv is ' + (value ? 'on' : 'off'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
};`;

/** After an IV the module is biased. */
const script = {
  info: { product: 'p', bom: 'b', lot: 'l', location: 'x' },
  config: { title: 'A check under bias', drivers: ['station'] },
  tests: [
    { module: 'calibrations', options: {}, items: [{ id: 'iv_curve', args: { options: ['-t'] } }] },
    {
      module: './own.mjs',
      options: { timeout: 60 },
      items: [{ id: 'wait' }, { id: 'release', teardown: true }],
    },
  ],
};

test('a stop takes the power down at once, however long a check tidies up', { timeout: 60_000 }, async () => {
  writeFileSync(join(bench.directory, 'own.mjs'), module);
  const path = join(bench.directory, 'own.scr');
  writeFileSync(path, JSON.stringify(script));
  const run = await bench.run(path, { args: ['--no-upload'] });
  await run.sees((line) => line.event === 'item.noted');
  run.process.child.kill('SIGINT');
  expect(await run.process.ended).toBe(130);

  const order = run.journal().flatMap((line) => {
    if (line.event === 'item.noted' && 'text' in line.note) return [String(line.note.text)];
    if (line.event === 'item.ended' && line.item.phase === 'teardown') return [line.item.verdict];
    return ['stop.requested', 'safe.ended'].includes(line.event) ? [line.event] : [];
  });
  // The teardown's reading waited for the way down.
  expect(order).toEqual(['waiting', 'stop.requested', 'safe.ended', 'hv is off', 'PASS']);
  expect(run.record().steps[1]).toMatchObject({ state: 'stopped', items: [{ verdict: 'INC' }, {}] });
  expectSafe(join(run.path, 'witness.jsonl'), { maxStep: 5 });
});
