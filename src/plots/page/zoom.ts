import { layAxis } from '../axis.ts';
import { area, before, grid } from '../frame.ts';
import { belowPanels, drawPanels } from '../panels.ts';
import { hideAgain } from './legend.ts';
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
    const { left, right, top, bottom } = fullOf(plot);
    if (!at || at.x < left || at.x > right || at.y < top || at.y > bottom) return;
    const svg = plot.querySelector('svg')!;
    const band = document.createElementNS(svg.namespaceURI as 'http://www.w3.org/2000/svg', 'rect');
    band.setAttribute('class', 'band');
    svg.append(band);
    begun = { plot, ...at, band };
    event.preventDefault();
    svg.focus({ preventScroll: true });
  });
  document.addEventListener('pointermove', (event) => {
    const at = begun && inDrawing(begun.plot, event);
    if (!begun || !at) return;
    const { left, right, top, bottom } = between(begun.plot, begun, at);
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
    const chosen = at && between(plot, begun, at);
    begun = undefined;
    // Less than that is a click.
    if (chosen && chosen.right - chosen.left > 6 && chosen.bottom - chosen.top > 6)
      show(plot, within(fullOf(plot), viewOf(plot), chosen));
  });
  document.addEventListener('dblclick', ({ target }) => {
    const plot = zoomable(target);
    if (plot) show(plot, fullOf(plot));
  });
}

/** `factor` below 1 looks closer. */
export function zoomAboutMiddle(plot: HTMLElement, factor: number): void {
  if (!isZoomable(plot)) return;
  const full = fullOf(plot);
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
  if (isZoomable(plot)) show(plot, fullOf(plot));
}

/** All that there is to see of it; panels share their upright axis with nobody, so of them only the time is looked into. */
function fullOf(plot: Element): View {
  const { left, right, top, bottom } = area;
  if (!valuesOf(plot).panels) return { left, right, top, bottom };
  const height = plot.querySelector('svg')!.viewBox.baseVal.height;
  return { left, right, top, bottom: height - belowPanels };
}

function viewOf(plot: Element): View {
  return views.get(plot) ?? fullOf(plot);
}

function show(plot: HTMLElement, view: View): void {
  const { zoom, panels } = valuesOf(plot);
  const full = fullOf(plot);
  views.set(plot, view);
  const share = (at: number) => (at - full.left) / (full.right - full.left);
  if (panels) {
    const domain = part(panels.x, share(view.left), share(view.right));
    // From the report's own drawing functions, which escape every text.
    plot.querySelector('svg')!.innerHTML = drawPanels({ ...panels, x: { ...panels.x, domain } }).svg;
    hideAgain(plot);
    return;
  }
  if (!zoom) return;
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
    domain: part(zoom.x, share(view.left), share(view.right)),
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

function within(full: View, view: View, chosen: View): View {
  const x = (value: number) =>
    view.left + ((value - full.left) / (full.right - full.left)) * (view.right - view.left);
  const y = (value: number) =>
    view.top + ((value - full.top) / (full.bottom - full.top)) * (view.bottom - view.top);
  return { left: x(chosen.left), right: x(chosen.right), top: y(chosen.top), bottom: y(chosen.bottom) };
}

function between(plot: Element, one: { x: number; y: number }, other: { x: number; y: number }): View {
  const full = fullOf(plot);
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const [x1, x2] = [one.x, clip(other.x, full.left, full.right)];
  const [y1, y2] = valuesOf(plot).panels
    ? [full.top, full.bottom]
    : [one.y, clip(other.y, full.top, full.bottom)];
  return { left: Math.min(x1, x2), right: Math.max(x1, x2), top: Math.min(y1, y2), bottom: Math.max(y1, y2) };
}

function zoomable(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof SVGElement)) return undefined;
  const plot = target.closest<HTMLElement>('.plot');
  return plot && isZoomable(plot) ? plot : undefined;
}

function isZoomable(plot: Element): boolean {
  const { zoom, panels } = valuesOf(plot);
  return zoom !== undefined || panels !== undefined;
}

function inDrawing(plot: Element, event: PointerEvent): { x: number; y: number } | undefined {
  const svg = plot.querySelector('svg');
  const matrix = svg?.getScreenCTM();
  if (!matrix) return undefined;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  return { x, y };
}
