import { projector } from '../projection.ts';
import { boxPath } from '../relief.ts';
import { valuesOf } from './values.ts';

/** Radians a pixel. */
const speed = 0.008;

/** Reliefs turn with the pointer. */
export function startTurning(): void {
  let turning: { plot: HTMLElement; x: number; y: number } | undefined;
  document.addEventListener('pointerdown', (event) => {
    const plot = event.target instanceof Element ? event.target.closest<HTMLElement>('.plot') : null;
    if (!plot || !event.composedPath().some((one) => one instanceof SVGSVGElement) || !valuesOf(plot).relief)
      return;
    turning = { plot, x: event.clientX, y: event.clientY };
    event.preventDefault();
  });
  document.addEventListener('pointerup', () => {
    turning = undefined;
  });
  document.addEventListener('pointermove', (event) => {
    if (!turning) return;
    const { relief } = valuesOf(turning.plot);
    if (!relief) return;
    relief.angle.turn += (event.clientX - turning.x) * speed;
    relief.angle.tilt = Math.min(1.5, Math.max(0, relief.angle.tilt + (event.clientY - turning.y) * speed));
    turning = { ...turning, x: event.clientX, y: event.clientY };
    const { plot } = turning;
    requestAnimationFrame(() => redraw(plot));
  });
}

function redraw(plot: HTMLElement): void {
  const { relief } = valuesOf(plot);
  if (!relief) return;
  const { as, box, angle, pointsOf } = relief;
  const elsewhere = pointsOf === undefined ? null : document.getElementById(pointsOf);
  const points = elsewhere ? (valuesOf(elsewhere).relief?.points ?? {}) : relief.points;
  const project = projector(box, angle);
  for (const curve of plot.querySelectorAll<SVGElement>('.curve[data-test]')) {
    const surface = points[curve.dataset.test!];
    if (!surface) continue;
    const starts = new Set(surface.rows);
    const path = surface.x.map((x, i) => {
      const [u, v] = project(x, surface.y[i]!, surface.z[i]!);
      const at = `${u.toFixed(1)},${v.toFixed(1)}`;
      if (as === 'points') return `M${at}h0`;
      return `${starts.has(i) ? 'M' : 'L'}${at}`;
    });
    curve.querySelector('path')?.setAttribute('d', path.join(''));
  }
  plot.querySelector('.box')?.setAttribute('d', boxPath(box, angle));
}
