import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { makeChip } from '../../../src/simulator/chips/chip.ts';
import { depletionOf, noiseScan, pixelAlive } from '../../../src/simulator/chips/pixelScans.ts';
import { pixels } from '../../../src/simulator/chips/pixels.ts';
import { sCurveScan } from '../../../src/simulator/chips/sCurve.ts';
import { restorer, writeSettings } from '../../../src/simulator/chips/settingsFile.ts';
import { type ChipsServer, startChips } from '../../../src/simulator/chips/startChips.ts';
import { adjustThreshold, equalize } from '../../../src/simulator/chips/tuning.ts';
import type { ModuleState } from '../../../src/simulator/moduleState.ts';

const biased: ModuleState = { vin: 1.8, powered: true, bias: -80, depleted: true, temperature: 21 };
const charges = { from: 0, to: 5000, step: 50 };
const crosstalkCharge = 39_000;
const depleted = 1;

test('the same seed gives the same chip to the last pixel, another seed another one', () => {
  const [one, two, other] = [makeChip(7, '0', '12'), makeChip(7, '0', '12'), makeChip(8, '0', '12')];
  expect(same(one.untunedThreshold, two.untunedThreshold)).toBe(true);
  expect(one.eFuseCode).toBe(two.eFuseCode);
  const [first, second] = [one, two].map((chip) => sCurveScan(chip, charges, 50, depleted));
  expect(same(first!.threshold, second!.threshold)).toBe(true);
  expect(same(first!.noise, second!.noise)).toBe(true);
  expect(same(one.untunedThreshold, other.untunedThreshold)).toBe(false);
});

test('every dead, open and noisy pixel that was placed is found, and no other', () => {
  const chip = makeChip(1, '0', '12', { dead: 31, noisy: 17, open: 420 });
  tune(chip, 1000, depleted);
  const count = (map: ArrayLike<number>, is: (hits: number) => boolean) => Array.from(map).filter(is).length;
  expect(count(pixelAlive(chip, crosstalkCharge, 'self', 100, depleted), (hits) => hits <= 50)).toBe(31);
  expect(count(pixelAlive(chip, crosstalkCharge, 'coupled', 100, depleted), (hits) => hits < 30)).toBe(
    31 + 420,
  );
  expect(count(noiseScan(chip, 1_000_000, depleted), (hits) => hits > 100)).toBe(17);
});

test('tuning converges to the target with the residual spread of a real module', () => {
  const chip = makeChip(3, '0', '13');
  const before = statistics(sCurveScan(chip, charges, 50, depleted).threshold);
  expect(before.spread).toBeGreaterThan(250);
  tune(chip, 1000, depleted);
  const { threshold, noise } = sCurveScan(chip, charges, 50, depleted);
  const after = statistics(threshold);
  expect(Math.abs(after.mean - 1000)).toBeLessThan(15);
  expect(after.spread).toBeGreaterThan(25);
  expect(after.spread).toBeLessThan(80);
  expect(Math.abs(statistics(noise).mean / 10 - 75)).toBeLessThan(3);
});

test('an S-curve scan measures the threshold that the pixel has', () => {
  const chip = makeChip(4, '0', '14');
  const { threshold } = sCurveScan(chip, charges, 100, depleted);
  const error = Array.from(threshold, (value, k) => value - chip.untunedThreshold[k]!);
  expect(error.filter((value) => Math.abs(value) < 100).length / pixels).toBeGreaterThan(0.999);
});

test('without bias the noise triples and crosstalk tells nothing any more', () => {
  const unbiased = depletionOf({ ...biased, bias: 0, depleted: false });
  expect(unbiased).toBe(0);
  const chip = makeChip(5, '0', '12');
  tune(chip, 1000, unbiased);
  expect(statistics(sCurveScan(chip, charges, 50, unbiased).noise).mean / 10).toBeGreaterThan(200);
  const coupled = pixelAlive(chip, crosstalkCharge, 'coupled', 100, unbiased);
  expect(coupled.filter((hits) => hits < 30).length).toBeGreaterThan(pixels / 2);
});

test('depletion grows with the bias and stays below full until the sensor is depleted', () => {
  const at = (bias: number) => depletionOf({ ...biased, bias, depleted: false });
  expect(at(-5)).toBeGreaterThan(0);
  expect(at(-30)).toBeGreaterThan(at(-5));
  expect(at(-300)).toBeLessThan(1);
  expect(depletionOf(biased)).toBe(1);
});

let server: ChipsServer | undefined;
let socket: Socket | undefined;

afterEach(async () => {
  socket?.destroy();
  await server?.close();
});

test('the chips answer over a socket, and fall silent with the power', async () => {
  let state = biased;
  const ask = await serve(() => state);
  expect(await ask({ id: 1, do: 'hello' })).toMatchObject({
    result: { simulated: true, columns: 432, rows: 336, modules: { 0: ['12', '13'] } },
  });
  const info = await ask({ id: 2, do: 'info', module: '0', chip: '12' });
  expect(info).toMatchObject({ id: 2, result: { registers: { VOLTAGE_TRIM_DIG: 8 } } });
  const voltages = await ask({ id: 3, do: 'voltages', module: '0', chip: '12' });
  const { VDDA, VDDD } = (voltages as unknown as { result: Record<string, number> }).result;
  expect(Math.abs(VDDA! - 1.2)).toBeLessThan(0.1);
  expect(Math.abs(VDDD! - 1.2)).toBeLessThan(0.1);

  state = { ...biased, powered: false, vin: 0 };
  expect(await ask({ id: 4, do: 'info', module: '0', chip: '12' })).toMatchObject({
    error: { kind: 'no-communication' },
  });
});

test('a dead chip is silent while its neighbours answer', async () => {
  const ask = await serve(() => biased);
  expect(await ask({ id: 1, do: 'temperature', module: '0', chip: '13' })).toMatchObject({
    error: { kind: 'no-communication' },
  });
  expect(await ask({ id: 2, do: 'temperature', module: '0', chip: '12' })).toHaveProperty('result.celsius');
});

test.each([
  ['no JSON at all', 'hello?'],
  ['JSON that is no request', 'null'],
  ['an unknown command', '{"id":1,"do":"toString","module":"0","chip":"12"}'],
  ['an unknown chip', '{"id":1,"do":"info","module":"0","chip":"99"}'],
  [
    'an argument out of its range',
    '{"id":1,"do":"equalize","module":"0","chip":"12","args":{"target":-1,"step":1}}',
  ],
  [
    'a trim beyond its register',
    '{"id":1,"do":"configure","module":"0","chip":"12","args":{"VOLTAGE_TRIM_DIG":16}}',
  ],
])('%s is refused in words, and the next request is answered', async (_, line) => {
  const ask = await serve(() => biased);
  expect(await ask(line)).toHaveProperty('error.kind', 'bad-request');
  expect(await ask({ id: 2, do: 'hello' })).toHaveProperty('result.simulated', true);
});

test('chips of a station that is started again for the same run are as they were left', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'baton-chips-')), 'chips.json');
  const chip = makeChip(1, '0', '12');
  tune(chip, 1000, 1);
  chip.masked[7] = 1;
  await writeSettings(path, 1, [['0', chip]]);
  const again = makeChip(1, '0', '12');
  restorer({ path, restore: true }, 1)('0', again);
  expect(again.registers).toEqual(chip.registers);
  expect(same(again.tdac, chip.tdac) && same(again.masked, chip.masked)).toBe(true);

  const other = makeChip(2, '0', '12');
  restorer({ path, restore: true }, 2)('0', other);
  expect(same(other.tdac, makeChip(2, '0', '12').tdac), 'another module is as it was made').toBe(true);
  rmSync(dirname(path), { recursive: true });
});

/** Starts two chips, the second dead, and answers with a function that asks them one request at a time. */
async function serve(readModuleState: () => ModuleState) {
  server = await startChips({
    seed: 1,
    modules: [{ index: '0', chips: ['12', '13'], defects: { 13: { deadChip: true } } }],
    readModuleState,
  });
  const [host, port] = server.address.split(':');
  socket = connect(Number(port), host);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return async (request: unknown): Promise<unknown> => {
    socket!.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
    return JSON.parse((await lines.next()).value as string);
  };
}

/** Byte by byte: comparing 145,152 numbers one by one takes the test runner a second. */
function same(one: NodeJS.TypedArray, two: NodeJS.TypedArray): boolean {
  return Buffer.compare(Buffer.from(one.buffer), Buffer.from(two.buffer)) === 0;
}

function tune(chip: ReturnType<typeof makeChip>, target: number, depletion: number): void {
  adjustThreshold(chip, target, depletion);
  for (const step of [8, 4, 2, 1, 1]) equalize(chip, target, step, depletion);
}

function statistics(map: ArrayLike<number>): { mean: number; spread: number } {
  const values = Array.from(map).filter((value) => value > 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, spread: Math.sqrt(square) };
}
