import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { BatonError } from '../../src/base/errors.ts';
import { indexedPng } from '../../src/plots/png.ts';
import { histogramsPage } from '../../src/reports/readout/histogramsPage.ts';
import { meaningOf } from '../../src/reports/readout/meaning.ts';
import { readReadout } from '../../src/reports/readout/readers.ts';
import { sumOf } from '../../src/reports/readout/readout.ts';
import { kneeOf } from '../../src/reports/run/sldoCurve.ts';
import { scratch } from '../e2e/baton.ts';
import { sharedFiles } from '../sharedFiles.ts';

const { path: shared, there: hasFiles } = sharedFiles('ROOT files written by others', 'root');

describe.runIf(hasFiles)('ROOT files written by others', () => {
  test.each([
    ['gauss-h2.root', 'h2d', 10836],
    ['gauss-h2.root', 'h2f-var', 10836],
    ['gauss-h1.root', 'h1d', 11006],
    ['gauss-h1.root', 'h1f-var', 11006],
    ['dirs-6.14.00.root', 'dir1/dir11/h1', 5],
    ['histograms.root', 'one', 10000],
    ['histograms.root', 'two', 10000],
    ['histograms.root', 'three', 5],
  ])('%s: %s holds %i', async (file, path, sum) => {
    const objects = (await readReadout(join(shared, file)))!;
    const found = objects.find((object) => object.path === path)!;
    if (found.kind === 'other') throw new Error(`${path} is listed as ${found.type}`);
    expect(sumOf(found)).toBeCloseTo(sum, 0);
  });

  test('every histogram of the four is drawn', async () => {
    const drawn: Record<string, number> = {};
    for (const file of ['gauss-h2', 'gauss-h1', 'dirs-6.14.00', 'histograms']) {
      const html = await histogramsPage(join(shared, `${file}.root`));
      drawn[file] = (html.match(/<figure class="plot"/g) ?? []).length;
      expect(/ d="[^"]*NaN/.test(html)).toBe(false);
    }
    expect(drawn).toEqual({ 'gauss-h2': 4, 'gauss-h1': 4, 'dirs-6.14.00': 1, histograms: 3 });
  });

  test('bins that differ in width keep their edges', async () => {
    const objects = (await readReadout(join(shared, 'gauss-h1.root')))!;
    const found = objects.find(({ path }) => path === 'h1d-var')!;
    expect(found.kind === 'distribution' && found.x.edges).toHaveLength(11);
  });

  test('a file that is cut short is an error with its code, or gives what is whole', async () => {
    const bytes = readFileSync(join(shared, 'gauss-h2.root'));
    const path = join(scratch(), 'cut.root');
    for (const length of [0, 10, 300, 2000, bytes.length - 100]) {
      writeFileSync(path, bytes.subarray(0, length));
      const result = await readReadout(path).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(BatonError);
    }
  });
});

describe('files that are not what their name says', () => {
  test.each([
    ['a_chip0_maps.json', 'E9403'],
    ['a_chip0_threshold.csv', 'E9404'],
    ['a.root', 'E9402'],
  ])('any bytes in %s are an error with its code, or are read', async (name, code) => {
    const path = join(scratch(), name);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        writeFileSync(path, bytes);
        const result = await readReadout(path).catch((error: unknown) => error);
        if (result instanceof Error) expect((result as BatonError).code).toBe(code);
      }),
      { numRuns: 60 },
    );
  });

  test('maps that claim to be larger than they are, or unpack to more, are refused', async () => {
    const path = join(scratch(), 'x_maps.json');
    for (const maps of [
      { columns: 1e9, rows: 1e9, maps: {} },
      { columns: 2, rows: 2, maps: { a: { type: 'uint8', data: 'AAAA' } } },
      { columns: 2, rows: 2, maps: { a: { type: 'float', data: '' } } },
      { columns: 2, rows: 2, maps: null },
    ]) {
      writeFileSync(path, JSON.stringify(maps));
      await expect(readReadout(path)).rejects.toMatchObject({ problems: [{ code: 'E9403' }] });
    }
  });
});

test('names of Ph2_ACF and of the simulated station tell quantity and chip; others are unknown', () => {
  const of = (file: string, path: string) => meaningOf(file, { kind: 'other', path, title: '', type: '' });
  const inside = 'Detector/Board_0/OpticalGroup_0/Hybrid_0/Chip_12/';
  expect(of('r.root', `${inside}D_B(0)_O(0)_H(0)_Threshold2D_Chip(12)`)).toEqual({
    quantity: 'threshold',
    chip: '12',
  });
  expect(of('r.root', `${inside}D_B(0)_O(0)_H(0)_Noise1D_Chip(12)`)).toEqual({
    quantity: 'noise',
    chip: '12',
  });
  expect(of('r.root', `${inside}D_B(0)_O(0)_H(0)_PixelAlive_Chip(12)`)).toEqual({
    quantity: 'occupancy',
    chip: '12',
  });
  expect(of('Module0_Chip3_threshold.csv', 'Before')).toEqual({
    quantity: 'threshold',
    chip: '3',
    when: 'before',
  });
  expect(of('Module0_Chip3_maps.json', 'state')).toEqual({ quantity: 'pixel state', chip: '3' });
  expect(of('Module0_Chip3_crosstalk_maps.json', 'state')).toEqual({ quantity: 'bump state', chip: '3' });
  expect(of('noise.root', 'h1')).toBeUndefined();
});

test('an indexed image reads back pixel for pixel, whatever its size and palette', () => {
  const image = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 12 }),
      colours: fc.integer({ min: 1, max: 40 }),
    })
    .chain(({ width, height, colours }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: colours - 1 }),
        palette: fc.constant(
          Array.from({ length: colours }, (_, i) => `#${(i * 0x010503).toString(16).padStart(6, '0')}`),
        ),
      }),
    );
  fc.assert(
    fc.property(image, (one) => {
      const { width, height, data } = PNG.sync.read(indexedPng(one));
      expect([width, height]).toEqual([one.width, one.height]);
      one.pixels.forEach((pixel, i) => {
        expect(data.subarray(4 * i, 4 * i + 3).toString('hex')).toBe(one.palette[pixel]!.slice(1));
      });
    }),
    { numRuns: 40 },
  );
});

test('the knee of a regulator is where it reaches its voltage for good', () => {
  const current = Array.from({ length: 31 }, (_, i) => 1 + i * 0.1);
  const rail = current.map((amperes) => Math.min(1.2, 0.48 * amperes));
  expect(kneeOf(current, rail)).toBeCloseTo((0.98 * 1.2) / 0.48, 6);
  expect(
    kneeOf(
      current,
      current.map(() => 1.2),
    ),
  ).toBe(1);
  expect(kneeOf(current, rail.with(-1, 0.5))).toBeUndefined();
});
