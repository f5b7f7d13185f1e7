import { valueText } from '../axis.ts';
import { area } from '../frame.ts';
import { hover } from './highlight.ts';
import { pixelText } from './pixels.ts';
import { say } from './tip.ts';
import { keyOf, type PlotValues, valuesOf } from './values.ts';

/** A curve answers when the pointer is so near (in units of the drawing, 800 wide). */
const reach = 14;

interface Found {
  test: string;
  name: string;
  text: string;
}

/** Names what is under the pointer and raises it everywhere. */
export function startHover(): void {
  let waiting = false;
  document.addEventListener('pointermove', (event) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const found = under(event);
      hover(found?.test);
      const text = [found?.name, found?.text].filter(Boolean).join(': ');
      say(text === '' ? undefined : text, { x: event.clientX, y: event.clientY });
    });
  });
  document.addEventListener('pointerleave', () => {
    hover(undefined);
    say(undefined);
  });
}

function under(event: PointerEvent): Found | undefined {
  if (!(event.target instanceof Element)) return undefined;
  const plot = event.target.closest<HTMLElement>('.plot');
  if (plot) return underInPlot(plot, event);
  const shown = event.target.closest<HTMLElement>('[data-test]');
  return shown ? { test: shown.dataset.test!, name: shown.dataset.name ?? '', text: '' } : undefined;
}

function underInPlot(plot: HTMLElement, event: PointerEvent): Found | undefined {
  const values = valuesOf(plot);
  const target = event.target as Element;
  const labelled = target.closest<SVGElement>('.span, .mark');
  if (labelled) return { test: '', name: labelled.dataset.label ?? '', text: '' };
  if (values.map) return underInMap(plot, values.map, event);
  if (values.curves || values.relief || values.bins) {
    const curve = nearestCurve(plot, event);
    if (!curve) return undefined;
    const { test = '', name = '' } = curve.element.dataset;
    if (values.bins) return { test, name, text: binText(plot, values, test, event) };
    return { test, name, text: pointText(values, keyOf(curve.element), curve.point) };
  }
  const shown = target.closest<SVGElement>('[data-test]') ?? target.closest<SVGElement>('[data-label]');
  if (!shown) return undefined;
  const { test = '', name = '' } = shown.dataset;
  const label = target.closest<SVGElement>('[data-label]')?.dataset.label ?? '';
  const value = values.values?.[test];
  return { test, name, text: value === undefined ? label : `${value} ${unit(values.x)}`.trim() };
}

function underInMap(
  plot: HTMLElement,
  map: NonNullable<PlotValues['map']>,
  event: PointerEvent,
): Found | undefined {
  const text = pixelText(plot, map, event);
  return text === '' ? undefined : { test: '', name: '', text };
}

/** The bin under the pointer. */
function binText(
  plot: HTMLElement,
  { bins, zoom, x }: PlotValues,
  test: string,
  event: PointerEvent,
): string {
  const matrix = plot.querySelector<SVGGElement>('.marks')?.getScreenCTM();
  const histogram = bins?.[test];
  const domain = zoom?.x.domain;
  if (!matrix || !histogram || !domain) return '';
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()).x;
  const value = domain[0] + ((at - area.left) / (area.right - area.left)) * (domain[1] - domain[0]);
  const bin = histogram[0].findIndex((edge, i) => edge <= value && value < (histogram[0][i + 1] ?? edge));
  if (bin < 0) return '';
  return `${histogram[1][bin]} from ${histogram[0][bin]} to ${histogram[0][bin + 1]} ${unit(x)}`.trim();
}

/** One point of a curve, or one bin of a histogram, in words. */
export function pointText({ x, y, curves, bins, units }: PlotValues, key: string, point: number): string {
  const bin = bins?.[key];
  if (bin) return `${bin[1][point]} from ${bin[0][point]} to ${bin[0][point + 1]} ${unit(x)}`.trim();
  const curve = curves?.[key];
  const [at, value] = [curve?.[0][point], curve?.[1][point]];
  if (at === undefined || value === undefined) return '';
  const of = curve?.[2]?.[point];
  return `${of === undefined ? valueText(at, unit(x)) : of}, ${valueText(value, units?.[key] ?? unit(y))}`;
}

/** `Voltage [V]` → `V`. */
function unit(title: string | undefined): string {
  return /\[(.*)\]$/.exec(title ?? '')?.[1] ?? '';
}

interface Points {
  element: SVGElement;
  /** x, y, x, y … in the drawing's units. */
  at: Float32Array;
}

const known = new WeakMap<Element, { points: Points[]; path: string }>();

/** The points of a plot's curves, read back from their paths; again if a curve was turned. */
function pointsOf(plot: Element): Points[] {
  const curves = [...plot.querySelectorAll<SVGElement>('.curve[data-test]')];
  const first = curves[0]?.querySelector('path')?.getAttribute('d') ?? '';
  const before = known.get(plot);
  if (before?.path === first) return before.points;
  const points = curves.map((element) => ({
    element,
    at: Float32Array.from(
      (element.querySelector('path')?.getAttribute('d') ?? '').replace(/h0/g, '').match(/-?\d+(?:\.\d+)?/g) ??
        [],
      Number,
    ),
  }));
  known.set(plot, { points, path: first });
  return points;
}

function nearestCurve(
  plot: Element,
  event: PointerEvent,
): { element: SVGElement; point: number } | undefined {
  // The curves' own matrix, for they may be looked at closer; how near is measured as the drawing at full size has it.
  const matrix = plot.querySelector<SVGGElement>('.marks')?.getScreenCTM();
  const drawing = plot.querySelector('svg')?.getScreenCTM();
  if (!matrix || !drawing) return undefined;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const [wider, higher] = [matrix.a / drawing.a, matrix.d / drawing.d];
  let nearest: { element: SVGElement; point: number } | undefined;
  let least = reach * reach;
  const histograms = valuesOf(plot).bins;
  if (histograms) return nearestHistogram(plot, x, y);
  for (const { element, at } of pointsOf(plot)) {
    if (element.classList.contains('hidden')) continue;
    for (let i = 0; i + 1 < at.length; i += 2) {
      const distance = ((at[i]! - x) * wider) ** 2 + ((at[i + 1]! - y) * higher) ** 2;
      if (distance >= least) continue;
      least = distance;
      nearest = { element, point: i / 2 };
    }
  }
  return nearest;
}

/** The histogram whose outline passes nearest above or below. */
function nearestHistogram(
  plot: Element,
  x: number,
  y: number,
): { element: SVGElement; point: number } | undefined {
  let nearest: { element: SVGElement; point: number } | undefined;
  let least = 60;
  for (const element of plot.querySelectorAll<SVGElement>('.curve[data-test]:not(.hidden)')) {
    const path = element.querySelector('path')?.getAttribute('d') ?? '';
    const distance = Math.abs(heightAt(path, x) - y);
    if (distance >= least) continue;
    least = distance;
    nearest = { element, point: 0 };
  }
  return nearest;
}

/** Where an outline of `M`, `H` and `V` stands at x. */
function heightAt(path: string, x: number): number {
  let [at, height] = [Number.NaN, Number.POSITIVE_INFINITY];
  for (const [, command, text] of path.matchAll(/([MHV])([^MHV]*)/g)) {
    if (command === 'V') height = Number(text);
    else {
      const next = Number(text!.split(',')[0]);
      if (at <= x && x < next && command === 'H') return height;
      at = next;
      if (command === 'M') height = Number(text!.split(',')[1]);
    }
  }
  return Number.POSITIVE_INFINITY;
}
