import { type Axis, axisTitle, type Scale } from './axis.ts';
import { escapeHtml, scriptJson } from './html.ts';

/** The drawing area in the units of every plot's view box. */
export const size = { width: 800, height: 480 };
export const area = { left: 108, right: 784, top: 14, bottom: 418 };

/** A line that must not be crossed. */
export interface Limit {
  axis: 'x' | 'y';
  at: number;
  label: string;
}

export interface FrameOptions {
  /** Unique in the page. */
  id: string;
  title: string;
  x: Axis;
  y: Axis;
  limits?: readonly Limit[];
  /** A sentence under the plot. */
  note?: string;
  /** HTML under the plot: a legend of its own. */
  below?: string;
}

/** What the page needs to lay the axes anew when somebody looks closer. */
export interface Zoomable {
  x: Axis;
  y: Axis;
  limits: readonly Limit[];
}

/** A plot as an HTML figure: frame, axes and limits about the given SVG, and the values behind it for the page. */
export function figure(
  options: FrameOptions,
  scales: { x: Scale; y: Scale },
  svg: string,
  values: Record<string, unknown>,
): string {
  const limits = options.limits ?? [];
  const zoom: Zoomable = {
    x: { ...options.x, domain: scales.x.domain },
    y: { ...options.y, domain: scales.y.domain },
    limits,
  };
  // What is looked at closer must not run over the frame.
  const clip = `${escapeHtml(options.id)}-clip`;
  const box = `x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${area.bottom - area.top}"`;
  const marks = `<clipPath id="${clip}"><rect ${box}/></clipPath><g clip-path="url(#${clip})"><g class="marks">${svg}</g></g>`;
  return wrap(
    options,
    `<g class="behind">${grid(scales)}</g>${marks}<g class="before">${before(zoom, scales)}</g>`,
    { ...values, x: axisTitle(options.x), y: axisTitle(options.y), zoom },
  );
}

/** What stands before the marks: limits, frame, ticks and titles. */
export function before({ x, y, limits }: Zoomable, scales: { x: Scale; y: Scale }): string {
  return `${limitLines(limits, scales)}${axes({ x, y }, scales)}`;
}

/** The figure without axes: what the body draws is its own. */
export function wrap(
  { id, title, note, below = '' }: Pick<FrameOptions, 'id' | 'title' | 'note' | 'below'>,
  svg: string,
  values: unknown,
  height: number = size.height,
): string {
  const label = escapeHtml(title);
  return `<figure class="plot" id="${escapeHtml(id)}"><figcaption>${label}</figcaption>
<svg viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${label}" tabindex="0">${svg}</svg>${below}${
    note ? `<p class="note">${escapeHtml(note)}</p>` : ''
  }<script type="application/json">${scriptJson(values)}</script></figure>
`;
}

export function grid({ x, y }: { x: Scale; y: Scale }): string {
  const vertical = x.ticks.map(({ at }) => `M${px(at)},${area.top}V${area.bottom}`).join('');
  const horizontal = y.ticks.map(({ at }) => `M${area.left},${px(at)}H${area.right}`).join('');
  return `<path class="grid" d="${vertical}${horizontal}"/>`;
}

function axes({ x, y }: Pick<Zoomable, 'x' | 'y'>, scales: { x: Scale; y: Scale }): string {
  const below = scales.x.ticks.map(
    ({ at, text }) => `<text x="${px(at)}" y="${area.bottom + 20}">${escapeHtml(text)}</text>`,
  );
  const left = scales.y.ticks.map(
    ({ at, text }) => `<text x="${area.left - 7}" y="${px(at + 5)}">${escapeHtml(text)}</text>`,
  );
  const middle = (area.top + area.bottom) / 2;
  return `<rect class="frame" x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${
    area.bottom - area.top
  }"/><g class="x">${below.join('')}</g><g class="y">${left.join('')}</g><text class="title" x="${
    (area.left + area.right) / 2
  }" y="${size.height - 12}">${escapeHtml(axisTitle(x))}</text><text class="title" transform="translate(20 ${middle}) rotate(-90)">${escapeHtml(
    axisTitle(y),
  )}</text>`;
}

/** Of limits that stand side by side each label has a line of its own; one at the right end is written to its left. */
function limitLines(limits: readonly Limit[], { x, y }: { x: Scale; y: Scale }): string {
  let line = 0;
  return limits
    .map(({ axis, at, label }) => {
      const scale = axis === 'x' ? x : y;
      if (!scale.shows(at)) return '';
      const where = scale(at);
      const [from, to] = axis === 'x' ? [area.left, area.right] : [area.top, area.bottom];
      if (where < from - 0.5 || where > to + 0.5) return '';
      if (axis === 'y')
        return limitLine(`M${area.left},${px(where)}H${area.right}`, label, {
          x: area.right - 6,
          y: where < area.top + 22 ? where + 18 : where - 6,
          end: true,
        });
      line += 1;
      const end = where > (area.left + area.right) / 2 + 80;
      return limitLine(`M${px(where)},${area.top}V${area.bottom}`, label, {
        x: where + (end ? -6 : 6),
        y: area.top + 22 + 22 * line,
        end,
      });
    })
    .join('');
}

function limitLine(
  path: string,
  label: string,
  { x, y, end }: { x: number; y: number; end: boolean },
): string {
  return `<g class="limit"><path d="${path}"/><text${end ? ' class="end"' : ''} x="${px(x)}" y="${px(y)}">${escapeHtml(label)}</text></g>`;
}

/** A coordinate in tenths of a pixel: finer than any screen shows. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
