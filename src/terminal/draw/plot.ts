import type { Point } from '../run/traces.ts';

/** The dots of a braille cell, column by column, top to bottom [Unicode 15, chart U+2800]. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/**
 * A curve as lines of text, `width` by `height`: braille dots, eight to a cell, or one `*` a cell where the terminal has
 * ASCII alone. The points are joined; the axes span them and zero, so that noise around a level looks like a level.
 */
export function plot(points: readonly Point[], width: number, height: number, unicode: boolean): string[] {
  const [across, down] = unicode ? [2, 4] : [1, 1];
  const x = axis(
    points.map((point) => point.x),
    width * across,
  );
  const y = axis([0, ...points.map((point) => point.y)], height * down);
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  const dot = (column: number, level: number) => {
    const row = height * down - 1 - level;
    cells[Math.floor(row / down)]![Math.floor(column / across)]! |= unicode ? dots[column % 2]![row % 4]! : 1;
  };
  let from: readonly [number, number] | undefined;
  for (const point of points) {
    const to = [x(point.x), y(point.y)] as const;
    for (const [column, level] of line(from ?? to, to)) dot(column, level);
    from = to;
  }
  const sign = (bits: number) => (bits === 0 ? ' ' : unicode ? String.fromCharCode(0x2800 + bits) : '*');
  return cells.map((row) => row.map(sign).join(''));
}

/** Value → dot, 0 to `size` − 1. */
function axis(values: readonly number[], size: number): (value: number) => number {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(high > low)) return () => Math.floor((size - 1) / 2);
  return (value) => Math.min(size - 1, Math.floor(((value - low) / (high - low)) * size));
}

/** The dots from one to the other, both included. */
function line(from: readonly [number, number], to: readonly [number, number]): [number, number][] {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(from[0] + ((to[0] - from[0]) * i) / steps),
    Math.round(from[1] + ((to[1] - from[1]) * i) / steps),
  ]);
}
