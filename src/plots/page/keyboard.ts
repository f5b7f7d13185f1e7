import { pointText } from './hover.ts';
import { say } from './tip.ts';
import { keyOf, valuesOf } from './values.ts';
import { showAll, zoomAboutMiddle } from './zoom.ts';

interface Cursor {
  curve: number;
  point: number;
}

const cursors = new WeakMap<Element, Cursor>();

const steps: Readonly<Record<string, readonly [curve: number, point: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * On a plot that has the focus the arrow keys go along a curve and from one to the next, and each point is read out;
 * plus and minus look closer and farther, 0 shows all.
 */
export function onPlotKey(event: KeyboardEvent): void {
  const plot = event.target instanceof SVGElement ? event.target.closest<HTMLElement>('.plot') : null;
  if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '+') zoomAboutMiddle(plot, 0.5);
  else if (event.key === '-') zoomAboutMiddle(plot, 2);
  else if (event.key === '0') showAll(plot);
  else if (event.key in steps) move(plot, steps[event.key]!);
  else return;
  event.preventDefault();
}

function move(plot: HTMLElement, [curveStep, pointStep]: readonly [number, number]): void {
  const shown = [...plot.querySelectorAll<SVGElement>('.curve[data-test]:not(.hidden)')];
  if (shown.length === 0) return;
  const before = cursors.get(plot) ?? { curve: 0, point: -1 };
  const curve = (before.curve + curveStep + shown.length) % shown.length;
  const element = shown[curve]!;
  const values = valuesOf(plot);
  const key = keyOf(element);
  const count = values.curves?.[key]?.[0].length ?? values.bins?.[key]?.[1].length ?? 0;
  const point = Math.max(0, Math.min(count - 1, before.point + pointStep));
  cursors.set(plot, { curve, point });
  const box = plot.getBoundingClientRect();
  say(`${element.dataset.name ?? ''}: ${pointText(values, key, point)}`, {
    x: box.left + 20,
    y: box.bottom - 40,
  });
}
