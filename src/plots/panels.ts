import { type Axis, axisTitle, extent, layAxis, type Scale } from './axis.ts';
import { area, type FrameOptions, px, wrap } from './frame.ts';
import { escapeHtml } from './html.ts';
import { drawLine, type Trace } from './lines.ts';

/** One quantity of several that share the axis below them. */
export interface Panel {
  y: Axis;
  traces: readonly Trace[];
}

/** Something that lasted. */
export interface Span {
  from: number;
  to: number;
  label: string;
  tone: string;
}

/** Something that happened. */
export interface Mark {
  at: number;
  label: string;
  tone: string;
}

export interface PanelsOptions extends Pick<FrameOptions, 'id' | 'title' | 'note' | 'below'> {
  x: Axis & { domain: readonly [number, number] };
  /** Named rows of things that lasted, on top. */
  rows: readonly { name: string; spans: readonly Span[] }[];
  marks: readonly Mark[];
}

const rowHeight = 22;
const panelHeight = 108;
const gap = 10;

/** Several quantities over one axis, with what lasted and what happened at the same places. */
export function panelsPlot(options: PanelsOptions, panels: readonly Panel[]): string {
  const x = layAxis(options.x, options.x.domain, [area.left, area.right]);
  const top = area.top + options.rows.length * rowHeight + (options.marks.length > 0 ? 14 : 0);
  const bottom = top + panels.length * (panelHeight + gap);
  const curves: Record<string, [number[], number[]]> = {};
  const drawn = panels.map((panel, i) => drawPanel(panel, x, top + gap + i * (panelHeight + gap), curves));
  const rows = options.rows.map((row, i) => drawRow(row, x, area.top + i * rowHeight));
  const marks = options.marks.map((mark) => drawMark(mark, x, top, bottom));
  const below = x.ticks.map(
    ({ at, text }) => `<text x="${px(at)}" y="${bottom + 16}">${escapeHtml(text)}</text>`,
  );
  const svg = `<g class="marks panels">${rows.join('')}${drawn.join('')}${marks.join('')}</g><g class="x">${below.join('')}</g><text class="title" x="${(area.left + area.right) / 2}" y="${bottom + 36}">${escapeHtml(axisTitle(options.x))}</text>`;
  return wrap(options, svg, { curves, x: axisTitle(options.x), y: '' }, bottom + 46);
}

function drawPanel(
  { y: axis, traces }: Panel,
  x: Scale,
  top: number,
  curves: Record<string, [number[], number[]]>,
): string {
  const bottom = top + panelHeight;
  const y = layAxis(
    axis,
    extent(
      traces.map((trace) => trace.y),
      axis.log,
    ),
    [bottom, top],
    4,
  );
  const grid = [
    ...x.ticks.map(({ at }) => `M${px(at)},${top}V${bottom}`),
    ...y.ticks.map(({ at }) => `M${area.left},${px(at)}H${area.right}`),
  ];
  const ticks = y.ticks.map(
    ({ at, text }) => `<text x="${area.left - 6}" y="${px(at + 4)}">${escapeHtml(text)}</text>`,
  );
  const lines = traces.map((trace) => drawLine(trace, { x, y }, curves));
  return `<path class="grid" d="${grid.join('')}"/><rect class="frame" x="${area.left}" y="${top}" width="${area.right - area.left}" height="${panelHeight}"/><g class="y">${ticks.join('')}</g><text class="title" transform="translate(16 ${(top + bottom) / 2}) rotate(-90)">${escapeHtml(axisTitle(axis))}</text>${lines.join('')}`;
}

/** A label stands in its span where there is room for it; the pointer tells the others. */
function drawRow({ name, spans }: PanelsOptions['rows'][number], x: Scale, top: number): string {
  const bars = spans.map(({ from, to, label, tone }) => {
    const [left, right] = [x(from), x(to)];
    const room = right - left;
    const text =
      room > 7 * label.length + 6
        ? `<text class="in" x="${px((left + right) / 2)}" y="${top + 14}">${escapeHtml(label)}</text>`
        : '';
    return `<g class="span ${tone}" data-label="${escapeHtml(label)}"><rect x="${px(left)}" y="${top}" width="${px(Math.max(1.5, room))}" height="${rowHeight - 4}"/>${text}</g>`;
  });
  return `<text class="row" x="${area.left - 6}" y="${top + 14}">${escapeHtml(name)}</text>${bars.join('')}`;
}

function drawMark({ at, label, tone }: Mark, x: Scale, top: number, bottom: number): string {
  const where = px(x(at));
  return `<g class="mark ${tone}" data-label="${escapeHtml(label)}"><path d="M${where},${top}V${bottom}"/><path class="head" d="M${where},${top}l-5,-9h10z"/></g>`;
}
