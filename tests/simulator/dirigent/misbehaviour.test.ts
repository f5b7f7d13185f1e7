import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { breakdownShapes, parseMisbehaviour } from '../../../src/simulator/dirigent/misbehaviour.ts';
import { type Benchtop, type Started, setUp } from './benchtop.ts';

let bench: Benchtop;
beforeAll(async () => {
  bench = await setUp();
});
afterAll(() => bench.close());

const supplies = ['hv', 'lv'];
const sweep = ['iv_curve', '-f', '-20', '-s', '5', '-w'];
const fault = (text: string) => ({ env: { BATON_SIMULATED_FAULT: text } });
const start = (text: string, folder: string) =>
  bench.start(sweep, { roles: supplies, folder, ...fault(text) });
const files = (folder: string) => readdirSync(join(bench.directory, folder)).sort();
/** Of the supplies, by the station's own log. */
const powered = () => {
  const on = new Map<string, unknown>();
  for (const { kind, instrument, value } of bench.witness()) if (kind === 'output') on.set(instrument, value);
  return { hv: on.get('hv_1') === true, lv: on.get('lv_1') === true };
};
const allOff = { hv: false, lv: false };
const answer = ({ child }: Started, text: string) => child.stdin!.end(text);

test('a calibration that hangs is ended safely by SIGINT', async () => {
  const { child, printed, ended } = start('iv_curve:hang', 'hang');
  await printed('Module 0: -10 V =====');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(powered()).toEqual(allOff);
  expect(
    readFileSync(join(bench.directory, 'hang', 'Module0_iv_curve.csv'), 'utf8').split('\n'),
  ).toHaveLength(4);
});

test('one that ignores SIGINT goes on, and SIGTERM ends it without a way down', async () => {
  const { child, printed, ended } = start('iv_curve:ignore-sigint;iv_curve:hang', 'deaf');
  await printed('Module 0: -10 V =====');
  child.kill('SIGINT');
  await bench.station.state();
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect((await ended).signal).toBe('SIGTERM');
  expect(powered()).toEqual({ hv: true, lv: true });
});

test('the next calibration finds the supplies on, brings them down, and measures', async () => {
  const { code, output } = await bench.run(sweep, { roles: supplies, folder: 'after' });
  expect(code, output).toBe(0);
  expect(powered()).toEqual(allOff);
});

test('a crash shows a traceback, leaves what was measured, and makes the supplies safe', async () => {
  const { code, output } = await start('iv_curve:crash', 'crash').ended;
  expect(code).toBe(1);
  expect(output).toContain('Traceback (most recent call last):');
  expect(files('crash')).toEqual(['Module0_iv_curve.csv']);
  expect(powered()).toEqual(allOff);
});

test('a segfault leaves HV on', async () => {
  expect((await start('iv_curve:segfault', 'segfault').ended).signal).toBe('SIGSEGV');
  expect(powered()).toEqual({ hv: true, lv: true });
});

test('a prompt waits for an answer, without a new line at its end; N ends it', async () => {
  const asked = start('iv_curve:prompt', 'prompt');
  await asked.printed(' >>>> ');
  answer(asked, 'N\n');
  const { code, output } = await asked.ended;
  expect(code).toBe(1);
  expect(output).toContain('[Attention]  Bad Status encountered during runtime');
  expect(powered()).toEqual(allOff);
});

test('a prompt that is answered with y goes on to success', async () => {
  const asked = start('iv_curve:prompt-yn', 'yes');
  await asked.printed('(y/n) ');
  answer(asked, 'y\n');
  expect((await asked.ended).code).toBe(0);
});

test('a prompt whose stdin is closed is an EOFError', async () => {
  const asked = start('iv_curve:prompt-password', 'closed');
  await asked.printed('password: ');
  answer(asked, '');
  const { code, output } = await asked.ended;
  expect(code).toBe(1);
  expect(output).toContain('EOFError');
});

test('a flood is some ten thousand lines, and goes on to success', async () => {
  const { code, output } = await start('iv_curve:flood=0.3', 'flood').ended;
  expect(code).toBe(0);
  expect(output.match(/of a flood\n/g)!.length).toBeGreaterThan(5_000);
});

test('an error line alone does not change the exit code', async () => {
  const { code, output } = await start('*:error-line', 'errorline').ended;
  expect(code).toBe(0);
  expect(output).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ERROR iv_curve - /m);
});

test('no artefact, half an artefact, a wrong exit code', async () => {
  expect((await start('iv_curve:no-artefact', 'none').ended).code).toBe(0);
  expect(files('none')).toEqual([]);

  expect((await start('iv_curve:half-artefact', 'half').ended).code).toBe(0);
  expect(readFileSync(join(bench.directory, 'half', 'Module0_iv_curve.csv'), 'utf8').endsWith('\n')).toBe(
    false,
  );

  const { code } = await start('iv_curve:exit-code=7', 'exit').ended;
  expect(code).toBe(7);
  expect(files('exit')).toEqual(['Module0_iv_curve.csv', 'breakdowns.json']);
});

test('HV left on at a voltage is what the station says, too', async () => {
  expect((await start('iv_curve:leave-hv-on=-20', 'biased').ended).code).toBe(0);
  expect(powered()).toEqual({ hv: true, lv: true });
  expect(Number(bench.witness().findLast(({ kind }) => kind === 'bias')?.value)).toBeCloseTo(-20, 0);
});

test('breakdowns.json comes in every odd shape', async () => {
  await start('iv_curve:breakdowns=minus-999', 'shape').ended;
  expect(bench.result('breakdowns.json', 'shape')).toEqual({ 0: -999 });
  for (const shape of Object.keys(breakdownShapes))
    expect(parseMisbehaviour(`iv_curve:breakdowns=${shape}`, 'iv_curve')).toHaveLength(1);
});

test('a fault is for its calibration alone, or for all', () => {
  expect(parseMisbehaviour('iv_curve:hang@3; *:crash@end', 'iv_curve')).toEqual([
    { kind: 'hang', at: 3 },
    { kind: 'crash', at: 'end' },
  ]);
  expect(parseMisbehaviour('iv_curve:hang', 'crosstalk_method')).toEqual([]);
});

test.each([
  'hang',
  'iv_curve:sulk',
  'iv_curve:hang@noon',
  'iv_curve:leave-hv-on@3',
  'iv_curve:breakdowns=odd',
])('"%s" is refused with E9556', (text) => {
  expect(() => parseMisbehaviour(text, 'iv_curve')).toThrow(/^E9556 /);
});
