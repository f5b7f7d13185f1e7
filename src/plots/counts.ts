import { layAxis } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';

/** Many readings of one test: all strips of a segment. */
export interface Readings {
  id: string;
  name: string;
  tone: string;
  values: ArrayLike<number>;
}

type CountsOptions = Omit<FrameOptions, 'y'> & { binWidth: number };

/** The range in which nearly all readings lie is divided into at most so many bins. */
const mostBins = 250;

/**
 * The readings of each test as the outline of its histogram. The range is that of the readings themselves; what lies
 * far outside is counted in the outermost bins, so that nothing is dropped in silence.
 */
export function countsPlot(options: CountsOptions, tests: readonly Readings[]): string {
  const [low, high] = coreRange(tests);
  const width = (high - low) / options.binWidth > mostBins ? (high - low) / mostBins : options.binWidth;
  const first = Math.floor(low / width);
  const bins = Math.max(1, Math.ceil(high / width + 1e-9) - first);
  const counted = tests.map((test) => ({ ...test, counts: countsOf(test.values, first, bins, width) }));
  const tallest = Math.max(1, ...counted.map(({ counts }) => counts.reduce((a, b) => Math.max(a, b), 0)));
  const x = layAxis(
    { ...options.x, domain: [(first - 1) * width, (first + bins + 1) * width] },
    [0, 1],
    [area.left, area.right],
  );
  const yAxis = { label: 'Strips', domain: [0, tallest * 1.05] as const, whole: true };
  const y = layAxis(yAxis, [0, 1], [area.bottom, area.top]);
  const svg = counted.map(
    ({ id, name, tone, counts }) =>
      `<g class="curve ${tone}" data-test="${id}" data-name="${escapeHtml(name)}"><path d="${outline(
        counts,
        (bin) => px(x((first + bin) * width)),
        (count) => px(y(count)),
      )}"/></g>`,
  );
  const values = Object.fromEntries(counted.map(({ id, counts }) => [id, sparse(counts)]));
  const note = 'The outermost bins hold what lies beyond them.';
  return figure({ note, ...options, y: yAxis }, { x, y }, svg.join(''), {
    counts: values,
    first: first * width,
    binWidth: width,
  });
}

/** So many readings tell the range. */
const sampled = 20_000;

/** Where the central 99.8 % of all tests' readings lie: enough for any good strip, and no stray one stretches it. */
function coreRange(tests: readonly Readings[]): [number, number] {
  const total = tests.reduce((sum, { values }) => sum + values.length, 0);
  const every = Math.max(1, Math.floor(total / sampled));
  const sample: number[] = [];
  let next = 0;
  for (const { values } of tests) {
    for (; next < values.length; next += every)
      if (Number.isFinite(values[next]!)) sample.push(values[next]!);
    next -= values.length;
  }
  if (sample.length === 0) return [0, 1];
  const sorted = Float64Array.from(sample).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return [at(0.001), at(0.999)];
}

function countsOf(values: ArrayLike<number>, first: number, bins: number, width: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const bin = Math.floor(value / width) - first;
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1;
  }
  return counts;
}

/** Up, along and down, over the bins that hold anything. */
export function outline(
  counts: ArrayLike<number>,
  x: (bin: number) => number,
  y: (count: number) => number,
): string {
  let path = '';
  let height = 0;
  for (let bin = 0; bin <= counts.length; bin += 1) {
    const next = counts[bin] ?? 0;
    if (next === height) continue;
    path += height === 0 ? `M${x(bin)},${y(0)}V${y(next)}` : `H${x(bin)}V${y(next)}`;
    height = next;
  }
  return path;
}

/** Bin and count of the bins that are not empty, flat. */
function sparse(counts: Uint32Array): number[] {
  const pairs: number[] = [];
  for (let bin = 0; bin < counts.length; bin += 1) if (counts[bin]! > 0) pairs.push(bin, counts[bin]!);
  return pairs;
}
