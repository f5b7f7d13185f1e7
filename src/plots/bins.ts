import { layAxis } from './axis.ts';
import { outline } from './counts.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';
import { short } from './lines.ts';

/** A histogram that was counted already. */
interface BinnedCounts {
  id: string;
  name: string;
  tone: string;
  /** One more than there are counts, rising. */
  edges: readonly number[];
  counts: ArrayLike<number>;
}

/** Histograms as outlines over common axes, from the first bin to the last that holds anything. */
export function binsPlot(options: FrameOptions, histograms: readonly BinnedCounts[]): string {
  const filled = histograms.flatMap(({ edges, counts }) => {
    const bins = Array.from(counts, (count, i) => (count === 0 ? -1 : i)).filter((i) => i >= 0);
    return bins.length === 0 ? [] : [edges[bins[0]!]!, edges[bins.at(-1)! + 1]!];
  });
  const [low, high] = filled.length > 0 ? [Math.min(...filled), Math.max(...filled)] : [0, 1];
  const tallest = Math.max(0, ...histograms.map(({ counts }) => most(counts)));
  const margin = (high - low) / 40;
  const x = layAxis({ domain: [low - margin, high + margin], ...options.x }, [0, 1], [area.left, area.right]);
  const yAxis = { ...options.y, domain: [0, tallest * 1.05 || 1] as const };
  const y = layAxis(yAxis, [0, 1], [area.bottom, area.top]);
  const bins: Record<string, [number[], number[]]> = {};
  const svg = histograms.map(({ id, name, tone, edges, counts }) => {
    const d = outline(
      counts,
      (bin) => px(x(edges[bin]!)),
      (count) => px(y(count)),
    );
    bins[id] = [Array.from(edges, short), Array.from(counts, short)];
    return `<g class="curve ${tone}" data-test="${escapeHtml(id)}" data-name="${escapeHtml(name)}"><path d="${d}"/></g>`;
  });
  return figure({ ...options, y: yAxis }, { x, y }, svg.join(''), { bins });
}

function most(counts: ArrayLike<number>): number {
  let highest = 0;
  for (let i = 0; i < counts.length; i += 1) highest = Math.max(highest, counts[i]!);
  return highest;
}
