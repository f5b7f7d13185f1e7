import { layAxis } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';

/** Ranges of channels in a column of the map. */
interface Bands {
  id: string;
  name: string;
  tone: string;
  /** The group that its column stands in. */
  group: string;
  bands: readonly { first: number; last: number; label: string }[];
}

/** Columns by group, and in each the ranges of channels that stand out; a line is at least as high as the eye needs. */
export function bandMap(
  options: Omit<FrameOptions, 'x'> & { x: { label: string } },
  columns: readonly Bands[],
  channels: number,
): string {
  const groups = [...new Set(columns.map(({ group }) => group))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const groupWidth = (area.right - area.left) / Math.max(1, groups.length);
  const y = layAxis({ ...options.y, domain: [0, channels] }, [0, 1], [area.bottom, area.top]);
  const x = Object.assign((value: number) => area.left + value * groupWidth, {
    ticks: groups.map((text, i) => ({ at: area.left + (i + 0.5) * groupWidth, text })),
    domain: [0, groups.length] as const,
    shows: () => true,
  });
  const svg = groups.flatMap((group, i) => {
    const inGroup = columns.filter((column) => column.group === group);
    const width = groupWidth / (inGroup.length + 1);
    return inGroup.map(({ id, name, tone, bands }, k) => {
      const left = area.left + i * groupWidth + (k + 0.5) * width;
      const marks = bands.map(({ first, last, label }) => {
        const [top, bottom] = [y(last + 0.5), y(first - 0.5)];
        return `<rect data-label="${escapeHtml(label)}" x="${px(left)}" y="${px(top)}" width="${px(
          Math.max(1, width * 0.9),
        )}" height="${px(Math.max(1.5, bottom - top))}"/>`;
      });
      return `<g class="bands ${tone}" data-test="${id}" data-name="${escapeHtml(name)}">${marks.join('')}</g>`;
    });
  });
  return figure(options, { x, y }, svg.join(''), {});
}
