import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type JudgedTest, judge } from '../../src/sensors/judged.ts';
import { byBatch, sensorReport } from '../../src/sensors/report/report.ts';
import { stabilityReport } from '../../src/sensors/report/stabilityReport.ts';
import { derivedValues } from '../../src/sensors/values.ts';
import { describeInBrowser, openOffline } from '../browser.ts';
import {
  bowText,
  cvText,
  ivRows,
  ivText,
  readOne,
  stabilityText,
  stripRows,
  stripText,
  thicknessText,
} from './samples.ts';
import { temporaryFolder } from './shared.ts';

/** What is asked of elements in the page; the types of the DOM are not among ours. */
interface PageElement {
  textContent: string | null;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

const evil = '<img src=x onerror=alert(1)>';

function samples(): JudgedTest[] {
  const bad = stripRows().map((row, i) => (i === 99 ? [100, 1, 5, 9] : row));
  return [
    ivText(),
    ivText(
      { Wafer: '7', Humidity: '50' },
      ivRows().map(([volts, current, shunt]) => [volts!, (3 * Number(current)).toFixed(2), shunt!]),
    ),
    cvText(),
    stabilityText(),
    stripText({}, bad),
    bowText(),
    thicknessText(),
    ivText({ Batch: 'VPX88001', Comments: evil, TestType: evil }),
  ].map((text, i) => judge(readOne(text, `lab/${i}.dat`)));
}

function written(html: string): string {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, html);
  return file;
}

test('a report has a table of wafers by test, and every plot with its axes and units', () => {
  const html = sensorReport(byBatch(samples()), { unreadable: [{ file: evil, reason: 'no template fits' }] });
  expect(html.match(/<div class="batch"/g)).toHaveLength(2);
  for (const title of [
    'Current density at 20 °C',
    'Current at 500 V',
    'Breakdown voltage',
    'Inverse square capacitance, with its fit',
    'Depletion voltage',
    'Active thickness',
    'Leakage current at 20 °C',
    'Temperature',
    'Humidity',
    'Bad strips',
    'Current of the strips',
    'Capacitance of the strips',
    'Resistance of the strips',
    'Bow: surfaces',
    'Bow: points',
    'Maximum bow',
    'Average bow',
    'Deviation of bow',
    'Thickness',
  ])
    expect(html, title).toContain(`<figcaption>${title}</figcaption>`);
  for (const unit of ['Voltage [V]', '[nA/cm²]', 'Time [h]', '[pF⁻²]', 'Resistance [MΩ]'])
    expect(html).toContain(unit);
  expect(html).not.toContain('<img');
});

test('the stability report has the raw current, and humidity against current', () => {
  const html = stabilityReport(byBatch(samples()));
  for (const title of [
    'Current as measured',
    'Leakage current at 20 °C',
    'Temperature',
    'Humidity',
    'Humidity against current at 20 °C',
  ])
    expect(html, title).toContain(`<figcaption>${title}</figcaption>`);
  expect(html).toContain('class="heat"');
});

test('one’s own grouping is kept as it is given', () => {
  const html = sensorReport([
    { title: 'Mine', tests: samples().slice(0, 2) },
    { title: 'Others', tests: [] },
  ]);
  expect(html).toContain('<h2>Mine</h2>');
  expect(html).toContain('<h2>Others</h2>');
});

describeInBrowser('in Chromium, offline', () => {
  test('pointing names a curve with its numbers and raises it, and a click on a block raises its curves everywhere', async () => {
    const tests = samples();
    const { page, problems } = await openOffline(written(sensorReport(byBatch(tests))));
    const [iv] = tests;
    const plot = page.locator('#g1-IV-iv');
    await plot.scrollIntoViewIfNeeded();
    const curve = plot.locator('.curve.local.pass').first();
    const id = (await curve.getAttribute('data-test'))!;

    await pointAt(page, '#g1-IV-iv', id, 50);
    const found = iv!.analysis.testType === 'IV' ? iv!.analysis.curve! : undefined;
    const said = /: ([\d.]+) V, ([\d.]+) nA\/cm²$/.exec((await page.locator('.tip').textContent())!)!;
    expect(Number(said[1])).toBe(found!.x[50]);
    expect(Number(said[2]) / found!.y[50]!).toBeCloseTo(1, 5);
    expect(await curve.getAttribute('class')).toContain('hover');

    await page.locator(`.block[data-test="${id}"]`).click();
    const raised = await page.locator(`.plot .selected[data-test="${id}"]`).count();
    expect(raised).toBe(3);
    expect(await page.locator('.plot .selected').count()).toBe(raised);
    await page.keyboard.press('Escape');
    expect(await page.locator('.selected').count()).toBe(0);

    await page.locator('.wafer').first().click();
    expect(await page.locator('.plot .selected').count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test('a legend’s click hides a test in all plots of its kind, and a double click shows it alone', async () => {
    const { page } = await openOffline(written(sensorReport(byBatch(samples()))));
    const section = page.locator('section.tests', { has: page.locator('#g1-IV-iv') });
    const entries = section.locator('.legend button');
    const curves = section.locator('.curve');
    expect([await entries.count(), await curves.count()]).toEqual([2, 2]);
    const visible = () => section.locator('.curve:visible').count();
    await entries.nth(0).click();
    expect([await visible(), await entries.nth(0).getAttribute('aria-pressed')]).toEqual([1, 'false']);
    expect(await section.locator('.brick:visible').count()).toBe(2);
    await entries.nth(0).click();
    expect(await visible()).toBe(2);
    await entries.nth(1).dblclick();
    expect(await visible()).toBe(1);
    expect(await section.locator('.curve:visible').getAttribute('data-test')).toBe(
      await entries.nth(1).getAttribute('data-test'),
    );
    await entries.nth(1).dblclick();
    expect(await visible()).toBe(2);
    await entries.nth(0).focus();
    await page.keyboard.press('Shift+Enter');
    expect(await visible()).toBe(1);
  });

  test('the numbers in the page are those of the records', async () => {
    const tests = samples();
    const { page } = await openOffline(written(sensorReport(byBatch(tests))));
    const blocks = await page.locator('.block').evaluateAll((found) =>
      (found as unknown as PageElement[]).map((block) => ({
        text: block.textContent ?? '',
        values: [...block.querySelectorAll('[data-value]')].map((one) => [
          (one as unknown as { dataset: { value: string } }).dataset.value,
          one.textContent ?? '',
        ]),
      })),
    );
    expect(blocks).toHaveLength(tests.length);
    for (const judged of tests) {
      const { text, values } = blocks.find((block) => block.text.includes(judged.test.filename))!;
      expect(text).toContain(judged.decision ?? 'Unknown');
      for (const flag of judged.analysis.flags) expect(text).toContain(flag);
      const shown = new Map(values as [string, string][]);
      for (const { name, value } of derivedValues(judged.analysis))
        expect(Number(/: (-?[\d.e+-]+)/.exec(shown.get(name)!)![1]), name).toBeCloseTo(
          Number(value.toPrecision(5)),
          10,
        );
    }
  });

  test('a bow surface turns by dragging', async () => {
    const { page } = await openOffline(written(sensorReport(byBatch(samples()))));
    const svg = page.locator('#g1-bow-surface svg');
    const before = await svg.locator('.curve path').getAttribute('d');
    // It waits until the drawing stands still: what comes into view is laid out then.
    await svg.hover({ position: { x: 200, y: 100 } });
    await page.mouse.down();
    await svg.hover({ position: { x: 260, y: 120 } });
    await page.mouse.up();
    await expect.poll(() => svg.locator('.curve path').getAttribute('d')).not.toBe(before);
    expect(await page.locator('#g1-bow-points .curve path').getAttribute('d')).toMatch(/^M/);
  });
});

/** Moves the mouse to a point of a curve and waits for the tip. */
async function pointAt(page: Page, plot: string, test: string, point: number): Promise<void> {
  await page.locator(`${plot} svg`).hover();
  const at = await page
    .locator(`${plot} .curve[data-test="${test}"] path`)
    .first()
    .evaluate((path, index) => {
      const [, x, y] = [
        ...(path as unknown as PageElement).getAttribute('d')!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g),
      ][index]!;
      const svg = (
        path as unknown as {
          ownerSVGElement: { getScreenCTM(): { a: number; d: number; e: number; f: number } };
        }
      ).ownerSVGElement;
      const matrix = svg.getScreenCTM();
      return { x: Number(x) * matrix.a + matrix.e, y: Number(y) * matrix.d + matrix.f };
    }, point);
  await page.mouse.move(at.x + 1, at.y + 1);
  await page.mouse.move(at.x, at.y);
  await page.locator('.tip:visible').waitFor();
}
