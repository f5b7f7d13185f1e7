import { extent, layAxis } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import type { Line } from './lines.ts';

const cells = 50;

/** How often pairs of values occur together, as shades. */
export function heatMap(options: FrameOptions, pairs: readonly Line[]): string {
  const [xLow, xHigh] = extent(pairs.map(({ x }) => x));
  const [yLow, yHigh] = extent(pairs.map(({ y }) => y));
  const x = layAxis(options.x, [xLow, xHigh], [area.left, area.right]);
  const y = layAxis(options.y, [yLow, yHigh], [area.bottom, area.top]);
  const [width, height] = [(xHigh - xLow) / cells || 1, (yHigh - yLow) / cells || 1];
  const counts = new Map<number, number>();
  for (const pair of pairs)
    for (let i = 0; i < pair.x.length; i += 1) {
      const [vx, vy] = [pair.x[i]!, pair.y[i]!];
      if (!Number.isFinite(vx + vy)) continue;
      const column = Math.min(cells - 1, Math.floor((vx - xLow) / width));
      const row = Math.min(cells - 1, Math.floor((vy - yLow) / height));
      const cell = column * cells + row;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
  const most = Math.max(1, ...counts.values());
  const svg = [...counts].map(([cell, count]) => {
    const [column, row] = [Math.floor(cell / cells), cell % cells];
    const [left, right] = [x(xLow + column * width), x(xLow + (column + 1) * width)];
    const [top, bottom] = [y(yLow + (row + 1) * height), y(yLow + row * height)];
    const shade = (0.15 + (0.85 * Math.log1p(count)) / Math.log1p(most)).toFixed(2);
    return `<rect class="heat" data-label="${count} readings" x="${px(left)}" y="${px(top)}" width="${px(
      right - left,
    )}" height="${px(bottom - top)}" fill-opacity="${shade}"/>`;
  });
  return figure(options, { x, y }, svg.join(''), {});
}
