import { type Axis, axisTitle, extent, layAxis, type Scale } from './axis.ts';
import { area, type FrameOptions, px, wrap } from './frame.ts';
import { escapeHtml } from './html.ts';
import { type Curves, drawLine, short, type Trace } from './lines.ts';

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
  /** Where the label has no room. */
  short?: string;
  tone: string;
}

/** Something that happened. */
export interface Mark {
  at: number;
  label: string;
  tone: string;
}

export interface PanelsContent {
  /** Unique in the page. */
  id: string;
  x: Axis & { domain: readonly [number, number] };
  /** Named rows of things that lasted, on top. */
  rows: readonly { name: string; spans: readonly Span[] }[];
  marks: readonly Mark[];
  panels: readonly Panel[];
}

const rowHeight = 24;
const panelHeight = 108;
const gap = 10;
/** For the axis and its title. */
export const belowPanels = 50;

/** Several quantities over one axis, with what lasted and what happened at the same places. */
export function panelsPlot(
  options: Pick<FrameOptions, 'title' | 'note' | 'below'>,
  content: PanelsContent,
): string {
  const { id, panels } = content;
  // As it is drawn anew in the page when somebody looks closer.
  const kept: PanelsContent = { ...content, panels: panels.map(rounded) };
  const { svg, bottom } = drawPanels(kept);
  return wrap(
    { ...options, id },
    svg,
    { panels: kept, x: axisTitle(content.x), y: '' },
    bottom + belowPanels,
  );
}

/** Six digits, and nothing for what is no number: JSON knows none. */
function rounded({ y, traces }: Panel): Panel {
  const domain =
    y.domain ??
    extent(
      traces.map((trace) => trace.y),
      y.log,
    );
  return {
    y: { ...y, domain },
    traces: traces.map((trace) => ({
      ...trace,
      key: trace.key ?? trace.id,
      x: Array.from(trace.x, short),
      y: Array.from(trace.y, (value) =>
        Number.isFinite(value) ? short(value) : (null as unknown as number),
      ),
    })),
  };
}

/** The whole drawing: here, and in the page over a part of the axis. */
export function drawPanels({ id, x: axis, rows, marks, panels }: PanelsContent): {
  svg: string;
  curves: Curves;
  bottom: number;
} {
  const x = layAxis(axis, axis.domain, [area.left, area.right]);
  const top = area.top + rows.length * rowHeight + (marks.length > 0 ? 14 : 0);
  const bottom = top + panels.length * (panelHeight + gap);
  const curves: Curves = {};
  const places = panels.map((_, i) => top + gap + i * (panelHeight + gap));
  const drawn = panels.map((panel, i) => drawPanel(panel, x, places[i]!, curves));
  const names = rows.map(
    ({ name }, i) =>
      `<text class="row" x="${area.left - 7}" y="${area.top + i * rowHeight + 15}">${escapeHtml(name)}</text>`,
  );
  const spans = rows.map((row, i) => drawSpans(row.spans, x, area.top + i * rowHeight));
  const below = x.ticks.map(
    ({ at, text }) => `<text x="${px(at)}" y="${bottom + 18}">${escapeHtml(text)}</text>`,
  );
  const inside = `${spans.join('')}${drawn.map(({ lines }) => lines).join('')}${marks.map((mark) => drawMark(mark, x, top, bottom)).join('')}`;
  // Over a part of the axis what lies beside it must not run over the names; half a head of a mark may.
  const clip = `${escapeHtml(id)}-clip`;
  const clipped = `<clipPath id="${clip}"><rect x="${area.left - 6}" y="0" width="${area.right - area.left + 12}" height="${bottom}"/></clipPath><g clip-path="url(#${clip})"><g class="marks panels">${inside}</g></g>`;
  const svg = `${names.join('')}${drawn.map(({ frame }) => frame).join('')}${clipped}<g class="x">${below.join('')}</g><text class="title" x="${(area.left + area.right) / 2}" y="${bottom + 42}">${escapeHtml(axisTitle(axis))}</text>`;
  return { svg, curves, bottom };
}

function drawPanel({ y: axis, traces }: Panel, x: Scale, top: number, curves: Curves) {
  const bottom = top + panelHeight;
  const y = layAxis(axis, axis.domain ?? [0, 1], [bottom, top], 4);
  const grid = [
    ...x.ticks.map(({ at }) => `M${px(at)},${top}V${bottom}`),
    ...y.ticks.map(({ at }) => `M${area.left},${px(at)}H${area.right}`),
  ];
  const ticks = y.ticks.map(
    ({ at, text }) => `<text x="${area.left - 7}" y="${px(at + 5)}">${escapeHtml(text)}</text>`,
  );
  const frame = `<path class="grid" d="${grid.join('')}"/><rect class="frame" x="${area.left}" y="${top}" width="${area.right - area.left}" height="${panelHeight}"/><g class="y">${ticks.join('')}</g><text class="title" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)">${escapeHtml(axisTitle(axis))}</text>`;
  return { frame, lines: traces.map((trace) => drawLine(trace, { x, y }, curves)).join('') };
}

/** About so wide is a letter, in units of the drawing. */
const letter = 8;

/** A label stands in its span where there is room for it, else the short one; the pointer tells the others. */
function drawSpans(spans: readonly Span[], x: Scale, top: number): string {
  return spans
    .map(({ from, to, label, short: brief, tone }) => {
      const [left, right] = [Math.max(area.left, x(from)), Math.min(area.right, x(to))];
      const room = right - left;
      if (room < -2) return '';
      const fitting = [label, brief].find((one) => one !== undefined && room > letter * one.length + 6);
      const text =
        fitting === undefined
          ? ''
          : `<text class="in" x="${px((left + right) / 2)}" y="${top + 15}">${escapeHtml(fitting)}</text>`;
      return `<g class="span ${tone}" data-label="${escapeHtml(label)}"><rect x="${px(left)}" y="${top}" width="${px(Math.max(1.5, room))}" height="${rowHeight - 4}"/>${text}</g>`;
    })
    .join('');
}

function drawMark({ at, label, tone }: Mark, x: Scale, top: number, bottom: number): string {
  const where = px(x(at));
  if (where < area.left - 1 || where > area.right + 1) return '';
  return `<g class="mark ${tone}" data-label="${escapeHtml(label)}"><path d="M${where},${top}V${bottom}"/><path class="head" d="M${where},${top}l-5,-9h10z"/></g>`;
}
