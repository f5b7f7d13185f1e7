import { layAxis } from '../axis.ts';
import { area, before, grid } from '../frame.ts';
import { valuesOf } from './values.ts';

/** Part of the drawing area, in the units of the drawing at full size. */
interface View {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const views = new WeakMap<Element, View>();

/** Drag over a plot to look closer, double-click to see all of it again; on the keyboard plus, minus and 0. */
export function startZoom(): void {
  let begun: { plot: HTMLElement; x: number; y: number; band: SVGRectElement } | undefined;
  document.addEventListener('pointerdown', (event) => {
    const plot = zoomable(event.target);
    if (!plot || event.button !== 0 || event.pointerType === 'touch') return;
    const at = inDrawing(plot, event);
    if (!at || at.x < area.left || at.x > area.right || at.y < area.top || at.y > area.bottom) return;
    const band = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    band.setAttribute('class', 'band');
    plot.querySelector('svg')!.append(band);
    begun = { plot, ...at, band };
    event.preventDefault();
    plot.querySelector('svg')!.focus({ preventScroll: true });
  });
  document.addEventListener('pointermove', (event) => {
    const at = begun && inDrawing(begun.plot, event);
    if (!begun || !at) return;
    const { left, right, top, bottom } = between(begun, at);
    begun.band.setAttribute('x', String(left));
    begun.band.setAttribute('y', String(top));
    begun.band.setAttribute('width', String(right - left));
    begun.band.setAttribute('height', String(bottom - top));
  });
  document.addEventListener('pointerup', (event) => {
    if (!begun) return;
    const { plot, band } = begun;
    const at = inDrawing(plot, event);
    band.remove();
    const chosen = at && between(begun, at);
    begun = undefined;
    // Less than that is a click.
    if (chosen && chosen.right - chosen.left > 6 && chosen.bottom - chosen.top > 6)
      show(plot, within(viewOf(plot), chosen));
  });
  document.addEventListener('dblclick', ({ target }) => {
    const plot = zoomable(target);
    if (plot) show(plot, full);
  });
}

/** `factor` below 1 looks closer. */
export function zoomAboutMiddle(plot: HTMLElement, factor: number): void {
  if (!valuesOf(plot).zoom) return;
  const view = viewOf(plot);
  const grown = (low: number, high: number, lowest: number, highest: number): [number, number] => {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
    return [Math.max(lowest, middle - half), Math.min(highest, middle + half)];
  };
  const [left, right] = grown(view.left, view.right, full.left, full.right);
  const [top, bottom] = grown(view.top, view.bottom, full.top, full.bottom);
  show(plot, { left, right, top, bottom });
}

export function showAll(plot: HTMLElement): void {
  if (valuesOf(plot).zoom) show(plot, full);
}

const full: View = { left: area.left, right: area.right, top: area.top, bottom: area.bottom };

function viewOf(plot: Element): View {
  return views.get(plot) ?? full;
}

function show(plot: HTMLElement, view: View): void {
  const { zoom } = valuesOf(plot);
  if (!zoom) return;
  views.set(plot, view);
  const [sx, sy] = [
    (full.right - full.left) / (view.right - view.left),
    (full.bottom - full.top) / (view.bottom - view.top),
  ];
  plot
    .querySelector('.marks')!
    .setAttribute(
      'transform',
      `matrix(${sx} 0 0 ${sy} ${full.left - sx * view.left} ${full.top - sy * view.top})`,
    );
  const x = {
    ...zoom.x,
    domain: part(
      zoom.x,
      (view.left - full.left) / (full.right - full.left),
      (view.right - full.left) / (full.right - full.left),
    ),
  };
  const y = {
    ...zoom.y,
    domain: part(
      zoom.y,
      (full.bottom - view.bottom) / (full.bottom - full.top),
      (full.bottom - view.top) / (full.bottom - full.top),
    ),
  };
  const scales = {
    x: layAxis(x, x.domain, [full.left, full.right]),
    y: layAxis(y, y.domain, [full.bottom, full.top]),
  };
  // Both come from the report's own drawing functions, which escape every text.
  plot.querySelector('.behind')!.innerHTML = grid(scales);
  plot.querySelector('.before')!.innerHTML = before({ x, y, limits: zoom.limits }, scales);
}

/** The part of an axis between two shares of its length. */
function part(
  { domain, log }: { domain?: readonly [number, number] | undefined; log?: boolean | undefined },
  from: number,
  to: number,
): [number, number] {
  const [low, high] = domain ?? [0, 1];
  const at = (share: number) => (log ? low * (high / low) ** share : low + share * (high - low));
  return [at(from), at(to)];
}

function within(view: View, chosen: View): View {
  const x = (value: number) =>
    view.left + ((value - full.left) / (full.right - full.left)) * (view.right - view.left);
  const y = (value: number) =>
    view.top + ((value - full.top) / (full.bottom - full.top)) * (view.bottom - view.top);
  return { left: x(chosen.left), right: x(chosen.right), top: y(chosen.top), bottom: y(chosen.bottom) };
}

function between(one: { x: number; y: number }, other: { x: number; y: number }): View {
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const [x1, x2] = [one.x, clip(other.x, area.left, area.right)];
  const [y1, y2] = [one.y, clip(other.y, area.top, area.bottom)];
  return { left: Math.min(x1, x2), right: Math.max(x1, x2), top: Math.min(y1, y2), bottom: Math.max(y1, y2) };
}

function zoomable(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof SVGElement)) return undefined;
  const plot = target.closest<HTMLElement>('.plot');
  return plot && valuesOf(plot).zoom ? plot : undefined;
}

function inDrawing(plot: Element, event: PointerEvent): { x: number; y: number } | undefined {
  const svg = plot.querySelector('svg');
  const matrix = svg?.getScreenCTM();
  if (!matrix) return undefined;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  return { x, y };
}
