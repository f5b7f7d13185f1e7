import type { Zoomable } from '../frame.ts';
import type { Curves } from '../lines.ts';
import type { PanelsContent } from '../panels.ts';

/** The numbers behind a plot, as the report wrote them. */
export interface PlotValues {
  /** Axis titles. */
  x?: string;
  y?: string;
  /** Of each curve, x and y of its points, in the order of the path. */
  curves?: Curves;
  /** Of panels over one axis: what they are drawn from, and the units of their curves. */
  panels?: PanelsContent;
  units?: Record<string, string>;
  /** Of each test, the value that its brick stands for. */
  values?: Record<string, number>;
  /** Of each test, bin and count of the bins that are not empty. */
  counts?: Record<string, number[]>;
  first?: number;
  binWidth?: number;
  /** Of each histogram, its edges and its counts. */
  bins?: Record<string, [number[], number[]]>;
  /** Of a map, what its colours mean. */
  map?: {
    columns: number;
    rows: number;
    colours: [string, string][];
    /** Of a small one, the numbers themselves, row by row. */
    values?: number[];
    unit?: string;
  };
  /** Of a plot that can be looked at closer. */
  zoom?: Zoomable;
  relief?: {
    as: 'lines' | 'points';
    box: { x: [number, number]; y: [number, number]; z: [number, number] };
    angle: { turn: number; tilt: number };
    points: Record<string, { x: number[]; y: number[]; z: number[]; rows: number[] }>;
    pointsOf?: string;
  };
}

const parsed = new WeakMap<Element, PlotValues>();

/** Parsed when a plot is first touched: a page opens without it. */
export function valuesOf(plot: Element): PlotValues {
  let values = parsed.get(plot);
  if (!values) {
    const text = plot.querySelector('script[type="application/json"]')?.textContent;
    values = (text ? JSON.parse(text) : {}) as PlotValues;
    if (values.panels) Object.assign(values, curvesOf(values.panels));
    parsed.set(plot, values);
  }
  return values;
}

/** What panels show, in the form of the other plots. */
function curvesOf({ panels }: PanelsContent): Pick<PlotValues, 'curves' | 'units'> {
  const curves: Curves = {};
  const units: Record<string, string> = {};
  for (const { y, traces } of panels)
    for (const { id, key = id, x: xs, y: ys } of traces) {
      const shown = Array.from(ys, (value, i) => [xs[i]!, value] as const).filter(
        ([, value]) => value !== null,
      );
      curves[key] = [shown.map(([x]) => x), shown.map(([, value]) => value)];
      units[key] = y.unit ?? '';
    }
  return { curves, units };
}

/** Under which the values of a curve stand. */
export function keyOf({ dataset: { key, test = '' } }: SVGElement): string {
  return key ?? test;
}
