import { extent, layAxis } from './axis.ts';
import { area, type FrameOptions, figure, px } from './frame.ts';
import { escapeHtml } from './html.ts';
import { short } from './lines.ts';
import { indexedPng } from './png.ts';

/** Values on a grid of columns and rows, kept row by row; row 0 is drawn at the bottom. */
export interface Grid {
  columns: number;
  rows: number;
  values: ArrayLike<number>;
  /** What the axes run over; else the numbers of columns and rows. */
  x?: readonly [number, number];
  y?: readonly [number, number];
}

export interface PixelClass {
  value: number;
  label: string;
  /** Its class in the style sheet, and its colour in the image. */
  tone: string;
  colour: string;
}

/** A class with at most so many pixels is drawn as marks too: a single bad pixel is seen at any size. */
const mostMarks = 2000;

/** A map of at most so many carries its numbers; of a larger one the pointer reads the shade. */
const mostNumbers = 4000;

/** Classes of pixels, the first being the usual one, with how many there are of each. */
export function classMap(options: FrameOptions, grid: Grid, classes: readonly PixelClass[]): string {
  const scales = scalesOf(options, grid);
  const place = new Map(classes.map(({ value }, i) => [value, i]));
  const indexed = Uint8Array.from({ length: grid.values.length }, (_, i) => place.get(grid.values[i]!) ?? 0);
  const counts = classes.map(() => 0);
  for (const one of indexed) counts[one]! += 1;
  const [width, height] = [(area.right - area.left) / grid.columns, (area.bottom - area.top) / grid.rows];
  const marks = classes.slice(1).map((one, i) => {
    const own = i + 1;
    if (counts[own]! === 0 || counts[own]! > mostMarks) return '';
    let path = '';
    for (let k = 0; k < indexed.length; k += 1) {
      if (indexed[k] !== own) continue;
      const [column, row] = [k % grid.columns, Math.floor(k / grid.columns)];
      path += `M${px(area.left + (column + 0.5) * width)},${px(area.bottom - (row + 0.5) * height)}h0`;
    }
    return `<g class="curve points pixels ${one.tone}" data-test="${escapeHtml(`${options.id}-${own}`)}" data-name="${escapeHtml(one.label)}"><path d="${path}"/></g>`;
  });
  const image = pngOf(
    grid,
    indexed,
    classes.map(({ colour }) => colour),
  );
  const legend = classes.map(
    ({ label, tone }, i) =>
      `<li class="${tone}">${escapeHtml(label)} <b data-count="${counts[i]}">${counts[i]!.toLocaleString('en')}</b></li>`,
  );
  return figure(
    { ...options, below: `<ul class="classes">${legend.join('')}</ul>` },
    scales,
    `<rect class="under" ${inArea}/>${imageIn(image)}${marks.join('')}`,
    {
      map: {
        columns: grid.columns,
        rows: grid.rows,
        colours: classes.map(({ colour, label }) => [colour, label]),
      },
    },
  );
}

/** Viridis, from dark to bright: even steps for every eye, and in grey. [S. van der Walt, N. Smith, matplotlib 2.0] */
const shades = [
  '#440154',
  '#481a6c',
  '#472f7d',
  '#414487',
  '#39568c',
  '#31688e',
  '#2a788e',
  '#23888e',
  '#1f988b',
  '#22a884',
  '#35b779',
  '#54c568',
  '#7ad151',
  '#a5db36',
  '#d2e21b',
];

interface ShadeOptions extends FrameOptions {
  unit: string;
  /** Values that are none: left empty. */
  none?: number | undefined;
}

/** Values as shades, from the lowest 0.1 % to the highest: a few strays do not make the rest one colour. */
export function shadeMap(options: ShadeOptions, grid: Grid): string {
  const scales = scalesOf(options, grid);
  const [low, high] = coreOf(grid.values, options.none);
  const step = (high - low) / shades.length || 1;
  const indexed = new Uint8Array(grid.values.length);
  for (let i = 0; i < indexed.length; i += 1) {
    const value = grid.values[i]!;
    if (!Number.isFinite(value) || value === options.none) continue;
    indexed[i] = 1 + Math.min(shades.length - 1, Math.max(0, Math.floor((value - low) / step)));
  }
  const bounds = shades.map((_, i) => [short(low + i * step), short(low + (i + 1) * step)] as const);
  const text = (value: number) => escapeHtml(`${Number(value.toPrecision(4))} ${options.unit}`.trim());
  const bar = shades.map((colour) => `<i style="background:${colour}"></i>`).join('');
  const below = `<p class="shades">${text(low)} <span aria-hidden="true">${bar}</span> ${text(high)}</p>`;
  return figure({ ...options, below }, scales, imageIn(pngOf(grid, indexed, ['#00000000', ...shades])), {
    map: {
      columns: grid.columns,
      rows: grid.rows,
      colours: [
        ['#00000000', 'no value'],
        ...shades.map((colour, i) => [colour, `${bounds[i]![0]} to ${bounds[i]![1]} ${options.unit}`]),
      ],
      ...(grid.values.length <= mostNumbers
        ? { values: Array.from(grid.values, short), unit: options.unit }
        : {}),
    },
  });
}

function coreOf(values: ArrayLike<number>, none: number | undefined): [number, number] {
  const shown = Float64Array.from(
    Array.prototype.filter.call(values, (value: number) => Number.isFinite(value) && value !== none),
  ).sort();
  if (shown.length === 0) return [0, 1];
  const at = (share: number) => shown[Math.round(share * (shown.length - 1))]!;
  const core: [number, number] = [at(0.001), at(0.999)];
  return core[0] < core[1] ? core : extent([shown]);
}

function scalesOf(options: FrameOptions, { columns, rows, x = [0, columns], y = [0, rows] }: Grid) {
  return {
    x: layAxis({ ...options.x, domain: x }, x, [area.left, area.right]),
    y: layAxis({ ...options.y, domain: y }, y, [area.bottom, area.top]),
  };
}

function pngOf({ columns, rows }: Grid, indexed: Uint8Array, palette: readonly string[]): string {
  const pixels = new Uint8Array(indexed.length);
  for (let row = 0; row < rows; row += 1)
    pixels.set(indexed.subarray(row * columns, (row + 1) * columns), (rows - 1 - row) * columns);
  return indexedPng({ width: columns, height: rows, pixels, palette }).toString('base64');
}

/** The axes run over the grid and no further, so the image fills the area. */
function imageIn(base64: string): string {
  return `<image class="map" href="data:image/png;base64,${base64}" ${inArea} preserveAspectRatio="none"/>`;
}

const inArea = `x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${area.bottom - area.top}"`;
