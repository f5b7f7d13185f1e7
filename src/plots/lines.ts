import { extent, layAxis, type Scale } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';

/** Points joined by a line; of one length. */
export interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

export interface Trace extends Line {
  /** What the plots and the table share. */
  id: string;
  /** Under which its values stand in the plot, where several curves of one plot share an id. Default: the id. */
  key?: string | undefined;
  name: string;
  /** What each point is of, read out with it. */
  labels?: readonly string[] | undefined;
  /** Classes that give colour and dash. */
  tone: string;
  /** Drawn thin beside it: a fitted curve. */
  fit?: Line | undefined;
  /** The points alone, without a line between them. */
  points?: boolean | undefined;
  /** A value that is no number interrupts the line. */
  gaps?: boolean | undefined;
}

/** Curves over common axes. */
export function linePlot(options: FrameOptions, traces: readonly Trace[]): string {
  const xs = traces.map(({ x }) => x);
  const ys = traces.map(({ y }) => y);
  const limits = options.limits ?? [];
  const beside = (axis: 'x' | 'y') => limits.filter((limit) => limit.axis === axis).map(({ at }) => [at]);
  const scales = {
    x: layAxis(options.x, extent([...xs, ...beside('x')], options.x.log), [area.left, area.right]),
    y: layAxis(options.y, extent([...ys, ...beside('y')], options.y.log), [area.bottom, area.top]),
  };
  const curves: Curves = {};
  const svg = traces.map((trace) => drawLine(trace, scales, curves));
  return figure(options, scales, svg.join(''), { curves });
}

/** The points of each curve as they are drawn, and what each of them is of, for who points at them. */
export type Curves = Record<string, [x: number[], y: number[], labels?: string[]]>;

/** One curve; the values of its points are added to those of the plot. */
export function drawLine(trace: Trace, scales: { x: Scale; y: Scale }, curves: Curves): string {
  const { id, key, name, tone, points, labels } = trace;
  const drawn = draw(trace, scales, trace);
  curves[key ?? id] = [
    drawn.x,
    drawn.y,
    ...(labels ? [drawn.shown.map((i) => labels[i]!)] : []),
  ] as Curves[''];
  const fit = trace.fit ? `<path class="fit" d="${draw(trace.fit, scales).path}"/>` : '';
  const own = key === undefined ? '' : ` data-key="${escapeHtml(key)}"`;
  return `<g class="curve ${points ? 'points ' : ''}${tone}" data-test="${escapeHtml(id)}"${own} data-name="${escapeHtml(name)}"><path d="${drawn.path}"/>${fit}</g>`;
}

/** The path, and the values and numbers of its points in the same order. */
function draw(
  { x, y }: Line,
  scales: { x: Scale; y: Scale },
  { points = false, gaps = false }: Pick<Trace, 'points' | 'gaps'> = {},
): { path: string; x: number[]; y: number[]; shown: number[] } {
  let path = '';
  let interrupted = true;
  const kept: { x: number[]; y: number[]; shown: number[] } = { x: [], y: [], shown: [] };
  for (let i = 0; i < x.length; i += 1) {
    const vx = x[i]!;
    const vy = y[i]!;
    if (!scales.x.shows(vx) || !scales.y.shows(vy)) {
      interrupted ||= gaps;
      continue;
    }
    path += `${interrupted || points ? 'M' : 'L'}${px(scales.x(vx))},${px(scales.y(vy))}${points ? 'h0' : ''}`;
    interrupted = false;
    kept.x.push(short(vx));
    kept.y.push(short(vy));
    kept.shown.push(i);
  }
  return { path, ...kept };
}

/** Six digits: more than any of these instruments has. */
export function short(value: number): number {
  if (Number.isInteger(value)) return value;
  const decimals = 5 - Math.floor(Math.log10(Math.abs(value)));
  // Dividing by a whole power of ten gives the nearest number with so many decimals; others are rare.
  if (decimals < 0 || decimals > 15) return Number(value.toPrecision(6));
  const scale = powersOfTen[decimals]!;
  return Math.round(value * scale) / scale;
}

const powersOfTen = Array.from({ length: 16 }, (_, k) => Number(`1e${k}`));

/**
 * A long log thinned for the screen: of each of `stretches` equal parts the lowest and the highest point, in their
 * order, and the ends. Each point stays a reading; no peak is lost.
 */
export function thinned({ x, y }: Line, stretches = 150): { x: number[]; y: number[] } {
  const n = x.length;
  const kept: number[] = [];
  if (n <= 2 * stretches) for (let i = 0; i < n; i += 1) kept.push(i);
  else {
    kept.push(0);
    for (let part = 0; part < stretches; part += 1) {
      const from = Math.floor((part * n) / stretches);
      const to = Math.floor(((part + 1) * n) / stretches);
      let low = from;
      let high = from;
      for (let i = from + 1; i < to; i += 1) {
        if (y[i]! < y[low]! || Number.isNaN(y[low]!)) low = i;
        if (y[i]! > y[high]! || Number.isNaN(y[high]!)) high = i;
      }
      for (const i of low < high ? [low, high] : [high, low]) if (i > kept.at(-1)!) kept.push(i);
    }
    if (kept.at(-1)! < n - 1) kept.push(n - 1);
  }
  return { x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}

/** The same of a log that is interrupted, each piece on its own: an interruption stays one. */
export function thinnedApart({ x, y }: Line, stretches = 150): { x: number[]; y: number[] } {
  const few: { x: number[]; y: number[] } = { x: [], y: [] };
  for (let from = 0; from < x.length; ) {
    let to = from;
    while (to < x.length && Number.isFinite(y[to]!)) to += 1;
    const piece = {
      x: Array.prototype.slice.call(x, from, to) as number[],
      y: Array.prototype.slice.call(y, from, to) as number[],
    };
    const share = Math.max(1, Math.round((stretches * (to - from)) / x.length));
    const thin = thinned(piece, share);
    few.x.push(...thin.x);
    few.y.push(...thin.y);
    if (to < x.length) {
      few.x.push(x[to]!);
      few.y.push(Number.NaN);
    }
    from = to;
    // One interruption, however long nothing was read.
    while (from < x.length && !Number.isFinite(y[from]!)) from += 1;
  }
  return few;
}
