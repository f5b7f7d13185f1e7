import { extent, layAxis } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';
import { short } from './lines.ts';

/** One test's value. */
export interface Entry {
  id: string;
  name: string;
  tone: string;
  value: number;
}

type HistogramOptions = Omit<FrameOptions, 'y'> & { binWidth: number };

/** So many bins fit beside each other. */
const mostBins = 400;

/** A histogram in which each test is a brick of its own, so that it can be pointed at and found again. */
export function histogram(options: HistogramOptions, entries: readonly Entry[]): string {
  const shown = entries.filter(({ value }) => Number.isFinite(value));
  const limits = (options.limits ?? []).map(({ at }) => at);
  const { low, high, strays } = coreRange(
    shown.map(({ value }) => value),
    limits,
  );
  const width = binWidthFor(options.binWidth, high - low);
  const first = Math.floor(low / width);
  const last = Math.floor(high / width);
  const bins = new Map<number, Entry[]>();
  for (const entry of shown) {
    const bin = Math.min(last, Math.max(first, Math.floor(entry.value / width)));
    const stack = bins.get(bin);
    if (stack) stack.push(entry);
    else bins.set(bin, [entry]);
  }
  const tallest = Math.max(1, ...[...bins.values()].map((stack) => stack.length));
  const x = layAxis(
    { ...options.x, domain: [(first - 1) * width, (last + 2) * width] as const },
    [0, 1],
    [area.left, area.right],
  );
  const yAxis = { label: 'Tests', domain: [0, tallest * 1.1] as const, whole: true };
  const y = layAxis(yAxis, [0, 1], [area.bottom, area.top]);
  const values: Record<string, number> = {};
  const bricks = [...bins].flatMap(([bin, stack]) =>
    stack.map(({ id, name, tone, value }, level) => {
      values[id] = short(value);
      const [left, right] = [x(bin * width), x((bin + 1) * width)];
      const [top, bottom] = [y(level + 1), y(level)];
      return `<rect class="brick ${tone}" data-test="${id}" data-name="${escapeHtml(name)}" x="${px(left)}" y="${px(
        top,
      )}" width="${px(right - left)}" height="${px(bottom - top)}"/>`;
    }),
  );
  const note =
    strays > 0 ? { note: `${strays} values lie beyond the outermost bins and are counted there.` } : {};
  return figure({ ...note, ...options, y: yAxis }, { x, y }, bricks.join(''), { values });
}

/**
 * The range of the values, unless a few strays would squeeze all others into one bin: then the range of the rest. A
 * limit that lies near is shown too.
 */
function coreRange(
  values: readonly number[],
  limits: readonly number[],
): { low: number; high: number; strays: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const spread = at(0.75) - at(0.25);
  const inside = sorted.filter((value) => value >= at(0.25) - 5 * spread && value <= at(0.75) + 5 * spread);
  // With a spread of nothing, or with many values outside, there is no core.
  const core = spread > 0 && inside.length >= 0.8 * sorted.length ? inside : sorted;
  const [low, high] = extent([core]);
  const reach = high - low;
  const near = limits.filter((limit) => limit >= low - reach && limit <= high + reach);
  const [shownLow, shownHigh] = extent([[low, high], near]);
  return { low: shownLow, high: shownHigh, strays: sorted.length - core.length };
}

/** As wide as asked for; wider by a round factor where a stray value would make thousands of bins. */
function binWidthFor(asked: number, range: number): number {
  let width = asked;
  for (const factor of [2, 5, 10]) if (range / width > mostBins) width = asked * factor;
  while (range / width > mostBins) width *= 10;
  return width;
}
