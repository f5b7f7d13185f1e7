import { hover } from './highlight.ts';
import { type PlotValues, valuesOf } from './values.ts';

/** A curve answers when the pointer is so near (in units of the drawing, 800 wide). */
const reach = 14;

interface Found {
  test: string;
  name: string;
  text: string;
}

/** Names what is under the pointer and raises it everywhere. */
export function startHover(): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  document.body.append(tip);
  let waiting = false;
  document.addEventListener('pointermove', (event) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const found = under(event);
      hover(found?.test);
      tip.hidden = found === undefined;
      if (!found) return;
      tip.textContent = found.text === '' ? found.name : `${found.name}: ${found.text}`;
      // Beside the pointer, and within the window.
      const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
      tip.style.transform = `translate(${Math.min(event.clientX + 14, room)}px, ${event.clientY + 14}px)`;
    });
  });
  document.addEventListener('pointerleave', () => {
    hover(undefined);
    tip.hidden = true;
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
  if (values.curves || values.relief) {
    const curve = nearestCurve(plot, event);
    if (!curve) return undefined;
    const { test = '', name = '' } = curve.element.dataset;
    return { test, name, text: pointText(values, test, curve.point) };
  }
  const shown = target.closest<SVGElement>('[data-test]') ?? target.closest<SVGElement>('[data-label]');
  if (!shown) return undefined;
  const { test = '', name = '' } = shown.dataset;
  const label = target.closest<SVGElement>('[data-label]')?.dataset.label ?? '';
  const value = values.values?.[test];
  return { test, name, text: value === undefined ? label : `${value} ${unit(values.x)}`.trim() };
}

function pointText({ x, y, curves }: PlotValues, test: string, point: number): string {
  const curve = curves?.[test];
  if (!curve) return '';
  return `${curve[0][point]} ${unit(x)}, ${curve[1][point]} ${unit(y)}`;
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
  const svg = plot.querySelector('svg');
  const matrix = svg?.getScreenCTM();
  if (!svg || !matrix) return undefined;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  let nearest: { element: SVGElement; point: number } | undefined;
  let least = reach * reach;
  for (const { element, at } of pointsOf(plot)) {
    if (element.classList.contains('hidden')) continue;
    for (let i = 0; i + 1 < at.length; i += 2) {
      const distance = (at[i]! - x) ** 2 + (at[i + 1]! - y) ** 2;
      if (distance >= least) continue;
      least = distance;
      nearest = { element, point: i / 2 };
    }
  }
  return nearest;
}
