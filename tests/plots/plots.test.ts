import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extent, layAxis } from '../../src/plots/axis.ts';
import { bandMap } from '../../src/plots/bandMap.ts';
import { countsPlot } from '../../src/plots/counts.ts';
import { htmlDocument } from '../../src/plots/document.ts';
import { heatMap } from '../../src/plots/heatMap.ts';
import { histogram } from '../../src/plots/histogram.ts';
import { escapeHtml, scriptJson } from '../../src/plots/html.ts';
import { linePlot, short, thinned, thinnedApart } from '../../src/plots/lines.ts';
import { projector } from '../../src/plots/projection.ts';
import { reliefPlot } from '../../src/plots/relief.ts';

const evil = `</script><img src=x onerror="alert(1)">'&`;
const trace = { id: 't1', name: evil, tone: 'local pass', x: [0, 10, 20], y: [0, 1, 100] };
const options = { id: 'p1', title: evil, x: { label: evil, unit: 'V' }, y: { label: 'y', unit: 'nA' } };

/** The JSON that a plot carries for the page. */
function valuesOf(figure: string) {
  return JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(figure)![1]!);
}

test('no text of a file becomes markup in a plot', () => {
  const figures = [
    linePlot({ ...options, limits: [{ axis: 'y', at: 50, label: evil }], note: evil }, [trace]),
    histogram({ ...options, binWidth: 1 }, [{ ...trace, value: 3 }]),
    countsPlot({ ...options, binWidth: 1 }, [{ ...trace, values: [1, 2, 3] }]),
    bandMap(options, [{ ...trace, group: evil, bands: [{ first: 1, last: 2, label: evil }] }], 10),
    reliefPlot({ id: 'r', title: evil, as: 'lines', units: { x: evil, y: 'mm', z: 'µm' } }, [
      { ...trace, x: Float64Array.of(0, 1), y: Float64Array.of(0, 1), z: Float64Array.of(0, 1) },
    ]),
    heatMap(options, [trace]),
    htmlDocument({ title: evil, style: '', body: '' }).replace(/<script>[\s\S]*<\/script>/, ''),
  ];
  for (const figure of figures) {
    expect(figure).not.toContain('<img');
    expect(figure).not.toMatch(/<\/script>(?!<\/figure>)/);
  }
});

test('escaped text and JSON come back as they were', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      expect(scriptJson(text)).not.toContain('<');
      expect(JSON.parse(scriptJson(text))).toBe(text);
    }),
  );
});

test('a curve has a point in the path for each value, and none where the axis cannot show it', () => {
  const figure = linePlot({ ...options, y: { label: 'y', log: true } }, [trace]);
  expect(valuesOf(figure).curves.t1).toEqual([
    [10, 20],
    [1, 100],
  ]);
  expect(/class="curve local pass"[^>]*><path d="M([^"]*)"/.exec(figure)![1]!.split('L')).toHaveLength(2);
});

test('axes have real ticks: round numbers within the range', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (low, span) => {
        const scale = layAxis({ label: 'x' }, [low, low + span], [0, 100]);
        expect(scale.ticks.length).toBeGreaterThan(1);
        for (const { at } of scale.ticks) expect(at >= -1e-6 && at <= 100 + 1e-6).toBe(true);
      },
    ),
  );
  const log = layAxis({ label: 'y', log: true }, [0.02, 30000], [100, 0]);
  expect(log.ticks.map(({ text }) => text)).toContain('100');
  expect(log.shows(0)).toBe(false);
});

test('an axis over one value, or over none, still has room', () => {
  for (const [low, high] of [extent([[5]]), extent([]), extent([[0, 0]]), extent([[Number.NaN]])])
    expect(layAxis({ label: 'x' }, [low, high], [0, 1]).ticks.length).toBeGreaterThan(1);
});

test('thinning keeps the ends and every extreme, and only readings', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 3000 }),
      (y) => {
        const x = y.map((_, i) => i);
        const few = thinned({ x, y }, 20);
        expect(few.x.length).toBeLessThanOrEqual(42);
        expect([few.x[0], few.x.at(-1)]).toEqual([0, y.length - 1]);
        expect([Math.min(...few.y), Math.max(...few.y)]).toEqual([Math.min(...y), Math.max(...y)]);
        for (const [i, at] of few.x.entries()) expect(few.y[i]).toBe(y[at]);
      },
    ),
    { numRuns: 50 },
  );
});

test('ticks of very small and very large numbers are short', () => {
  const texts = (largest: number) =>
    layAxis({ label: 'y', unit: 'pF⁻²' }, [0, largest], [418, 14]).ticks.map(({ text }) => text);
  expect(texts(1.1e-8).slice(0, 3)).toEqual(['0', '1e-9', '2e-9']);
  expect(texts(4.2e6).at(-1)).toBe('4.5e6');
  expect(texts(700).at(-1)).toBe('700');
});

test('thinned, a log is interrupted where it was, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(Number.NaN), fc.integer()), { maxLength: 2000 }), (y) => {
      const few = thinnedApart({ x: y.map((_, i) => i), y }, 20);
      const pieces = (values: readonly number[]) =>
        values.map((value) => (Number.isNaN(value) ? '|' : '')).join('');
      expect(pieces(few.y)).toBe(
        y.map((value, i) => (Number.isNaN(value) && !Number.isNaN(y[i - 1] ?? 0) ? '|' : '')).join(''),
      );
      for (const [i, at] of few.x.entries()) expect(few.y[i]).toBe(y[at]);
    }),
  );
});

test('six digits are kept', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (value) => {
      expect(Math.abs(short(value) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.1e-6);
    }),
  );
});

test('each test is a brick of a histogram, and a stray value is counted at the edge and said', () => {
  const entries = [...Array(40).keys()].map((i) => ({ ...trace, id: `t${i}`, value: 1 + i / 100 }));
  const figure = histogram({ ...options, binWidth: 0.1 }, [
    ...entries,
    { ...trace, id: 't99', value: 20_000 },
  ]);
  expect(figure.match(/class="brick/g)).toHaveLength(41);
  expect(valuesOf(figure).values.t99).toBe(20_000);
  expect(figure).toContain('1 values lie beyond the outermost bins');
});

test('no reading is dropped from the histogram of the strips', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { minLength: 1 }), (values) => {
      const counts: number[] = valuesOf(countsPlot({ ...options, binWidth: 0.5 }, [{ ...trace, values }]))
        .counts.t1;
      expect(counts.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0)).toBe(values.length);
    }),
  );
});

test('a relief turned by a full turn looks the same', () => {
  const box = { x: [0, 10], y: [0, 10], z: [0, 1] };
  const [one, other] = [0.3, 0.3 + 2 * Math.PI].map((turn) => projector(box, { turn, tilt: 0.5 })(3, 4, 0.5));
  expect(one![0]).toBeCloseTo(other![0]!, 9);
  expect(one![1]).toBeCloseTo(other![1]!, 9);
});

test('a page may reach nothing: its policy forbids it, and it names no address and builds no code', () => {
  const page = htmlDocument({ title: 't', style: '', body: linePlot(options, [trace]) });
  expect(page).toContain(`default-src 'none'`);
  // The name of a namespace looks like an address, and is never asked for: the page's script makes SVG by it.
  const named = page.replaceAll('http://www.w3.org/2000/svg', '');
  const reaching =
    /.{0,40}(?:https?:|\beval\b|new Function|@import|url\((?!#)|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon).{0,20}/g;
  expect(named.match(reaching)).toBeNull();
});
