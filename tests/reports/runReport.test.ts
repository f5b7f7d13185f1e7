import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRunReport } from '../../src/reports/writeRunReport.ts';
import { describeInBrowser, openOffline, testInBrowser } from '../browser.ts';
import { type FinishedRun, scratch, simulatedRun } from '../e2e/baton.ts';
import { simulatedRunDirectory } from './simulatedRuns.ts';

let run: FinishedRun;
let report: string;

beforeAll(async () => {
  const runs = mkdtempSync(join(tmpdir(), 'baton-report-'));
  run = await simulatedRun({
    runs,
    faults: ['open-bumps:chip=1', 'dead-pixels:chip=2,pixels=30'],
  });
  report = join(run.directory!, 'report.html');
  return () => rmSync(runs, { recursive: true, force: true });
}, 60_000);

test('the record of a run is what its published schema says', () => {
  const schema = JSON.parse(readFileSync('schemas/record.schema.json', 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false }).compile(schema);
  expect(validate(run.record), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  expect(validate({ ...run.record, verdict: 'OK' })).toBe(false);
  expect(validate({ ...run.record, modules: undefined })).toBe(false);
  const page = readFileSync('docs/record.md', 'utf8');
  for (const field of Object.keys(schema.properties)) expect(page).toContain(`\`${field}\``);
});

/** The same page for all that looks at it: opened once at 1280 pixels, and left as it was found. */
describeInBrowser('the report of a run on the simulated station', () => {
  let page: Page;
  let problems: string[];
  beforeAll(async () => {
    ({ page, problems } = await openOffline(report, { width: 1280 }));
  });
  afterAll(() => page?.close());

  test('is written at the end of the run, and its path is printed', () => {
    expect(run.stdout).toContain(`report  ${report}`);
    expect(statSync(report).size).toBeLessThan(1_000_000);
  });

  test('shows every number of the record', async () => {
    const shown = await page
      .locator('#measurements [data-name][data-value]')
      .evaluateAll((elements: unknown[]) =>
        (elements as { getAttribute(name: string): string | null }[]).map((one) => [
          one.getAttribute('data-name')!,
          Number(one.getAttribute('data-value')),
        ]),
      );
    const recorded = run.record.steps
      .flatMap(({ results }) => results)
      .flatMap(({ measurements }) => measurements)
      .filter(({ value }) => value !== undefined)
      .map(({ name, value }) => [name, value]);
    expect(recorded.length).toBeGreaterThan(80);
    expect(shown.sort()).toEqual(recorded.sort());
  });

  test('has the plots and maps, and the maps show as many bad pixels as the record counts', async () => {
    for (const id of [
      'timeline-plot',
      'module0-iv-plot',
      'module0-sldo-1-rails',
      'module0-readout-chip0-threshold',
    ])
      expect(await page.locator(`#${id} svg`).first().isVisible(), id).toBe(true);
    expect(await page.locator('image.map').count()).toBe(12);
    const count = (title: string, label: string) =>
      page
        .locator('.plot', { hasText: title })
        .locator('.classes li', { hasText: label })
        .locator('[data-count]')
        .getAttribute('data-count');
    expect(await count('Bumps of chip 1', 'disconnected')).toBe('1500');
    expect(await count('Pixels of chip 2', 'dead')).toBe('30');
    const marks = page.locator('.plot', { hasText: 'Pixels of chip 2' }).locator('.pixels.dead path');
    expect((await marks.getAttribute('d'))!.match(/M/g)).toHaveLength(30);
  });

  test('a map is drawn without smoothing, and the pointer reads a pixel', async () => {
    const plot = page.locator('.plot', { hasText: 'Bumps of chip 1' });
    await plot.scrollIntoViewIfNeeded();
    expect(await page.evaluate('getComputedStyle(document.querySelector("image.map")).imageRendering')).toBe(
      'pixelated',
    );
    const box = (await plot.locator('image.map').boundingBox())!;
    // Twice: the first touch unpacks the image.
    await expect
      .poll(async () => {
        await page.mouse.move(box.x + 31, box.y + box.height - 1);
        await page.mouse.move(box.x + 30, box.y + box.height - 1);
        return page.locator('.tip').textContent();
      })
      .toMatch(/^column \d+, row [01]: disconnected$/);
  });

  test('says first what it came to and why, and in plain words what to do', async () => {
    expect(run.record.verdict).toBe('FAIL');
    expect(await page.locator('.verdict').textContent()).toContain('FAIL');
    expect(await page.locator('.reason').textContent()).toBe(
      'Step 5 crosstalk_method: chip 1 disconnected is 1500 pixels, above 599 pixels.',
    );
    expect(await page.locator('#flags').textContent()).toContain('a corner means delamination');
  });

  test.each([
    [400, 'light'],
    [400, 'dark'],
    [1280, 'light'],
  ] as const)('is usable at %i pixels, %s', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 1000 });
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const [ink, paper] = await page.evaluate<[number, number]>(
      `['color', 'backgroundColor'].map((of) => getComputedStyle(document.body)[of].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0))`,
    );
    expect(ink > paper).toBe(colorScheme === 'dark');
    // Letters that a person can read, however narrow the plot is: px on the screen.
    const letters = await page.evaluate<number>(
      `Math.min(...[...document.querySelectorAll('.plot > svg')].map((svg) => parseFloat(getComputedStyle(svg.querySelector('text')).fontSize) * svg.getScreenCTM().a))`,
    );
    expect(letters).toBeGreaterThan(7.5);
  });

  test('a plot is read point by point with the keyboard, and looked at closer', async () => {
    const plot = page.locator('#module0-iv-plot > svg');
    expect(await plot.getAttribute('aria-label')).toBe('IV of Q2X2-0001');
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.tip[role=status]').textContent()).toMatch(
      /^step 3: -[\d.]+ V, [\d.]+ [nµ]A$/,
    );
    const ticks = () => page.locator('#module0-iv-plot .x').textContent();
    const all = await ticks();
    await page.keyboard.press('+');
    expect(await ticks()).not.toBe(all);
    await page.keyboard.press('0');
    expect(await ticks()).toBe(all);
    await page.locator('#module0-iv-plot summary').click();
    await expect.poll(() => page.locator('#module0-iv-plot .numbers tbody tr').count()).toBeGreaterThan(30);
  });

  test('each curve of the timeline tells its own quantity, and the time is looked into', async () => {
    await page.locator('#timeline-plot > svg').focus();
    await page.keyboard.press('0');
    const said = new Set<string>();
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press('ArrowDown');
      said.add((await page.locator('.tip').textContent())!.replace(/: .*, -?[\d.]+ [mµnp]?/, ': '));
    }
    expect([...said]).toEqual(
      expect.arrayContaining([
        'HV voltage, hv_1:1: V',
        'HV voltage, hv_1:1, as iv_curve wrote it down: V',
        'HV current, hv_1:1: A',
        'LV voltage, lv_1:1: V',
        'LV current, lv_1:1, as sldo_vi_curves wrote it down: A',
        'module, ab_1: °C',
      ]),
    );
    await page.locator('#timeline .legend button', { hasText: 'lv_1:1' }).click();
    const hidden = await page.locator('#timeline-plot .curve.hidden').count();
    expect(hidden).toBeGreaterThanOrEqual(4);
    const ticks = () => page.locator('#timeline-plot .x').textContent();
    const all = await ticks();
    await page.locator('#timeline-plot > svg').focus();
    await page.keyboard.press('+');
    expect(await ticks()).not.toBe(all);
    expect(await page.locator('#timeline-plot .curve.hidden').count()).toBe(hidden);
    await page.keyboard.press('0');
    await page.locator('#timeline .legend button', { hasText: 'lv_1:1' }).click();
    expect(await ticks()).toBe(all);
  });

  test('dragging looks closer, a double click shows all again, a legend entry hides its curve', async () => {
    const plot = page.locator('#module0-sldo-1-rails');
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.locator('> svg').boundingBox())!;
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await page.mouse.move(...at(0.5, 0.2));
    await page.mouse.down();
    await page.mouse.move(...at(0.8, 0.6), { steps: 3 });
    await page.mouse.up();
    expect(await plot.locator('.marks').getAttribute('transform')).toMatch(/^matrix\(/);
    await page.mouse.dblclick(...at(0.5, 0.5));
    expect(await plot.locator('.marks').getAttribute('transform')).toMatch(/^matrix\(1 0 0 1 0 0\)$/);
    await page.locator('#module0-sldo-1 .legend button').first().click();
    expect(await plot.locator('.curve.hidden').count()).toBe(1);
  });

  test('prints on A4', async () => {
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1')).toMatch(/^%PDF-[\s\S]*\/MediaBox\s*\[\s*0 0 59[45][\d.]* 84[12]/);
  });

  test('opened and used, no request left the page, and the console had nothing to complain of', () => {
    expect(problems).toEqual([]);
  });
});

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; alert(1); //",
  '</script><script>alert(1)</script>',
  '\u202eevil\u202c שלום',
  '</bdi></title></style><svg onload=alert(1)>',
  'x'.repeat(5000),
  '\u0000\u0007 & &amp; ]]>',
];

describe('a hostile module name, operator, note or log line', () => {
  testInBrowser('is shown as text, and does nothing', async () => {
    const root = scratch();
    const { path } = simulatedRunDirectory(root, {
      seed: 1,
      started: new Date(Date.UTC(2026, 0, 5)),
      module: hostile.join(' '),
      title: hostile[0]!,
      operator: hostile[1]!,
      notes: hostile,
      chips: 1,
    });
    const file = join(root, 'report.html');
    writeFileSync(file, await buildRunReport(path));
    const { page, problems } = await openOffline(file, { width: 400 });
    const text = await page.evaluate<string>('document.body.textContent');
    for (const one of hostile.slice(0, 6)) expect(text).toContain(one);
    expect(
      await page.locator('img, body script:not([type]):not(:last-of-type), [onload], [onerror]').count(),
    ).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(problems).toEqual([]);
    await page.close();
  });
});

test('four chips with 145,152 pixels each: under two seconds and five megabytes', async () => {
  const { path } = simulatedRunDirectory(scratch(), {
    seed: 4,
    started: new Date(Date.UTC(2026, 0, 5)),
    chips: 4,
  });
  // In time of the processor, for the machine may be busy with something else; the first one warms up.
  let fastest = Number.POSITIVE_INFINITY;
  let html = '';
  for (let i = 0; i < 2; i += 1) {
    const begun = process.cpuUsage();
    html = await buildRunReport(path);
    const { user, system } = process.cpuUsage(begun);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  expect(fastest).toBeLessThan(2000);
  expect(Buffer.byteLength(html)).toBeLessThan(5e6);
  expect(html.match(/<image class="map"/g)).toHaveLength(8);
});

test('a file of the run that cannot be read is said, and the rest is shown', async () => {
  const { path } = simulatedRunDirectory(scratch(), {
    seed: 5,
    started: new Date(Date.UTC(2026, 0, 5)),
    chips: 1,
  });
  const maps = join(path, '03_calibrate_module', 'Module0_Chip0_maps.json');
  writeFileSync(maps, readFileSync(maps).subarray(0, 1000));
  rmSync(join(path, '02_iv_curve', 'Module0_iv_curve.csv'));
  const html = await buildRunReport(path);
  expect(html).toContain('E9403');
  expect(html).toContain('E9401');
  expect(html).toContain('Threshold of chip 0');
});
