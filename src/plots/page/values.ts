import type { Zoomable } from '../frame.ts';

/** The numbers behind a plot, as the report wrote them. */
export interface PlotValues {
  /** Axis titles. */
  x?: string;
  y?: string;
  /** Of each test, x and y of the points of its curve, in the order of the path. */
  curves?: Record<string, [number[], number[]]>;
  /** Of each test, the value that its brick stands for. */
  values?: Record<string, number>;
  /** Of each test, bin and count of the bins that are not empty. */
  counts?: Record<string, number[]>;
  first?: number;
  binWidth?: number;
  /** Of each histogram, its edges and its counts. */
  bins?: Record<string, [number[], number[]]>;
  /** Of a map, what its colours mean. */
  map?: { columns: number; rows: number; colours: [string, string][] };
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
    parsed.set(plot, values);
  }
  return values;
}
