import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Benchtop, setUp } from './benchtop.ts';

interface Summary {
  simulated: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each calibration has its own numbers
  modules: Record<string, { chips: Record<string, any> }>;
}

let bench: Benchtop;
let unpowered: { code: number | null; output: string };
beforeAll(async () => {
  bench = await setUp({
    faults: [
      'open-bumps:chip=0,pixels=700',
      'dead-pixels:chip=1,pixels=160',
      'noisy-chip:chip=2,pixels=300',
      'dead-chip:chip=3',
    ],
  });
  unpowered = await bench.run(['calibrate_module', '-t', '1000'], { folder: 'unpowered' });
  await bench.power(-60);
}, 60_000);
afterAll(() => bench.close());

const chipsOf = (name: string, folder: string) => bench.result<Summary>(name, folder).modules[0]!.chips;

test('without LV no chip answers, and the calibration fails with an ERROR line', () => {
  expect(unpowered.code).toBe(1);
  expect(unpowered.output).toMatch(/ERROR calibrate_module - E9552 {2}No chip of module 0 answers/);
});

test('calibrate_module tunes every chip that answers, and says which does not', async () => {
  const { code, output } = await bench.run(['calibrate_module', '-t', '1000'], { folder: 'tuned' });
  expect(code, output).toBe(0);
  expect(output).toContain('INFO calibrate_module - ===== 6/6 SCurveScan =====');

  const chips = chipsOf('calibrate_module.json', 'tuned');
  expect(chips[15]).toEqual({ answers: false });
  for (const id of ['12', '13', '14']) {
    const { threshold, noise, target, answers } = chips[id];
    expect(answers).toBe(true);
    expect(target).toBe(1000);
    expect(Math.abs(threshold.after.mean - 1000)).toBeLessThan(20);
    expect(threshold.before.spread).toBeGreaterThan(4 * threshold.after.spread);
    expect(noise.after.mean).toBeGreaterThan(60);
    expect(noise.after.mean).toBeLessThan(90);
  }
  expect(chips[13].deadPixels).toBe(160);
  expect(chips[12].deadPixels).toBe(0);
  expect(chips[14].noisyPixels).toBe(300);
});

test('four chips are tuned in less than two seconds of the processor time of their station', async () => {
  const sound = await setUp();
  try {
    await sound.power(-60);
    const before = processorSeconds(sound.station.pid);
    const { code, output } = await sound.run(['calibrate_module', '-t', '1000']);
    expect(code, output).toBe(0);
    expect(processorSeconds(sound.station.pid) - before).toBeLessThan(2);
  } finally {
    await sound.close();
  }
});

test('the distributions and maps are those of the summary', () => {
  const chip = chipsOf('calibrate_module.json', 'tuned')[13];
  const bins = parse(readFileSync(join(bench.directory, 'tuned', chip.distributions.threshold)), {
    columns: true,
    cast: true,
  }) as { 'Threshold (e)': number; Before: number; After: number }[];
  expect(bins.reduce((sum, { After }) => sum + After, 0)).toBe(chip.threshold.after.pixels);
  const peak = bins.reduce((best, bin) => (bin.After > best.After ? bin : best));
  expect(Math.abs(peak['Threshold (e)'] - 1000)).toBeLessThan(40);

  const { columns, rows, maps } = bench.result<{
    columns: number;
    rows: number;
    maps: Record<string, { type: string; data: string }>;
  }>(chip.maps, 'tuned');
  const state = inflateRawSync(Buffer.from(maps.state!.data, 'base64'));
  expect([columns, rows, state.length]).toEqual([432, 336, 432 * 336]);
  expect(state.filter((one) => one === 1)).toHaveLength(160);
  expect(inflateRawSync(Buffer.from(maps.threshold!.data, 'base64'))).toHaveLength(2 * 432 * 336);
});

test('crosstalk_method finds the open bumps where they were placed, in three runs', async () => {
  const { code, output } = await bench.run(['crosstalk_method'], { folder: 'crosstalk' });
  expect(code, output).toBe(0);
  expect(output.match(/===== \d\/3 PixelAlive/g)).toHaveLength(3);
  const chips = chipsOf('crosstalk_method.json', 'crosstalk');
  expect(chips[12]).toMatchObject({ electrical: 0, disconnected: 700, suspicious: 0 });
  expect(chips[13]).toMatchObject({ electrical: 160, disconnected: 0 });
});

test('voltage_trimming finds the trim that comes nearest to 1.2 V', async () => {
  const { code, output } = await bench.run(['voltage_trimming'], { folder: 'trimming' });
  expect(code, output).toBe(0);
  for (const { answers, VDDA, VDDD } of Object.values(chipsOf('voltage_trimming.json', 'trimming')))
    for (const { voltage, sweep } of answers ? [VDDA, VDDD] : []) {
      expect(Math.abs(voltage - 1.2)).toBeLessThan(0.01);
      expect(sweep).toHaveLength(16);
    }
  const lines = readFileSync(join(bench.directory, 'trimming', 'Module0_voltage_trimming.csv'), 'utf8');
  expect(lines.trim().split('\n')).toHaveLength(1 + 3 * 2 * 16);
});

test('get_module_info replaces in modules.json what it is told to, and leaves the rest', async () => {
  const read = () =>
    JSON.parse(readFileSync(join(bench.directory, 'modules.json'), 'utf8')).Hybrid[0].RD53Bv2;
  const before = read();
  expect((await bench.run(['get_module_info'], { folder: 'info' })).code).toBe(0);
  expect(read()).toEqual(before);
  const { code, output } = await bench.run(['get_module_info', '-r', '1', '-e', '1'], { folder: 'info' });
  expect(code, output).toBe(0);
  expect(output).toContain('===== 3/3 Replace trim bit settings in modules.json =====');
  const { eFuseCode, ...info } = { ...chipsOf('get_module_info.json', 'info')[12] };
  expect(read()[12]).toEqual({ Lane: 0, eFuseCode, Settings: info.settings });
  expect(read()[15]).toEqual(before[15]);
  expect(read().info).toEqual(before.info);
});

test('custom_sequence runs the tests of its list in their order', async () => {
  const list = ['PixelAlive_Analog', 'ThresholdAdjustment_2000', 'InjectionDelay', 'SCurveScan_800'];
  const { code, output } = await bench.run(['custom_sequence', '-s', JSON.stringify(list)], {
    folder: 'custom',
  });
  expect(code, output).toBe(0);
  const { tests } = chipsOf('custom_sequence.json', 'custom')[12];
  expect(tests.map(({ test }: { test: string }) => test)).toEqual(list);
});

test.each([
  ['no tuning list', ['calibrate_module']],
  ['a target that is none', ['calibrate_module', '-t', 'as before']],
  ['a list that is no JSON', ['custom_sequence', '-s', '["PixelAlive"']],
  ['a test that does not exist', ['custom_sequence', '-s', '["GainScan"]']],
  ['a setting that does not exist', ['custom_sequence', '-s', '[{"name":"SCurveScan","Threshold":3}]']],
])('%s is refused with exit code 2', async (_, argv) => {
  const { code, output } = await bench.run(argv, { folder: 'refused' });
  expect(code).toBe(2);
  expect(output).toContain('E9555');
});

/** User and system time of a process: fields 14 and 15, in hundredths of a second. [proc(5)] */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
