import { px, wrap } from './frame.ts';
import { escapeHtml } from './html.ts';
import { short } from './lines.ts';
import { projector } from './projection.ts';

/** Heights over a plane. */
interface Relief {
  id: string;
  name: string;
  tone: string;
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
}

interface ReliefOptions {
  id: string;
  title: string;
  /** Lines along the rows of points, or the points alone. */
  as: 'lines' | 'points';
  units: { x: string; y: string; z: string };
  /** The id of a plot in the page that carries the same points already. */
  pointsOf?: string;
}

/** Points closer than this in one coordinate (mm) are of one row. */
const rowTolerance = 3;

/** Surfaces seen from a corner; the page turns them by dragging. */
export function reliefPlot(
  { id, title, as, units, pointsOf }: ReliefOptions,
  surfaces: readonly Relief[],
): string {
  const box = boxOf(surfaces);
  const project = projector(box, startAngle);
  const points: Record<string, { x: number[]; y: number[]; z: number[]; rows: number[] }> = {};
  const svg = surfaces.map(({ id: test, name, tone, x, y, z }) => {
    const rows = as === 'lines' ? rowStarts(x) : [];
    if (pointsOf === undefined)
      points[test] = { x: Array.from(x, short), y: Array.from(y, short), z: Array.from(z, short), rows };
    const starts = new Set(rows);
    let path = '';
    for (let i = 0; i < x.length; i += 1) {
      const [u, v] = project(x[i]!, y[i]!, z[i]!);
      if (as === 'points') path += `M${px(u)},${px(v)}h0`;
      else path += `${starts.has(i) ? 'M' : 'L'}${px(u)},${px(v)}`;
    }
    return `<g class="curve ${as} ${tone}" data-test="${test}" data-name="${escapeHtml(name)}"><path d="${path}"/></g>`;
  });
  const note = `Drag to turn. x ${range(box.x)} ${units.x}, y ${range(box.y)} ${units.y}, height ${range(box.z)} ${units.z}.`;
  return wrap(
    { id, title, note },
    `<path class="box" d="${boxPath(box, startAngle)}"/><g class="marks">${svg.join('')}</g>`,
    {
      relief: { as, box, angle: startAngle, points, pointsOf },
    },
  );
}

const startAngle = { turn: -0.7, tilt: 0.55 };

export interface Box {
  x: [number, number];
  y: [number, number];
  z: [number, number];
}

function boxOf(surfaces: readonly Relief[]): Box {
  const range = (of: 'x' | 'y' | 'z'): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const surface of surfaces) {
      const values = surface[of];
      for (let i = 0; i < values.length; i += 1) {
        low = Math.min(low, values[i]!);
        high = Math.max(high, values[i]!);
      }
    }
    return low < high ? [low, high] : [0, 1];
  };
  return { x: range('x'), y: range('y'), z: range('z') };
}

/** Where a new row begins in points measured row by row. */
function rowStarts(x: Float64Array): number[] {
  const starts = [0];
  let row = x[0]!;
  for (let i = 1; i < x.length; i += 1)
    if (Math.abs(x[i]! - row) > rowTolerance) {
      starts.push(i);
      row = x[i]!;
    }
  return starts;
}

function range([low, high]: readonly [number, number]): string {
  return `${short(Number(low.toPrecision(4)))} to ${short(Number(high.toPrecision(4)))}`;
}

/** The edges of the box. */
export function boxPath(box: Box, angle: { turn: number; tilt: number }): string {
  const project = projector(box, angle);
  const corner = (i: number) => {
    const [u, v] = project(box.x[i & 1]!, box.y[(i >> 1) & 1]!, box.z[(i >> 2) & 1]!);
    return `${px(u)},${px(v)}`;
  };
  const edges: string[] = [];
  for (let i = 0; i < 8; i += 1)
    for (const bit of [1, 2, 4]) if ((i & bit) === 0) edges.push(`M${corner(i)}L${corner(i | bit)}`);
  return edges.join('');
}
