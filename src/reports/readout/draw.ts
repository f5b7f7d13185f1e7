import { binsPlot } from '../../plots/bins.ts';
import { classMap, type PixelClass, shadeMap } from '../../plots/pixelMap.ts';
import type { Binning, Distribution, PixelMatrix } from './readout.ts';

/** Classes that a tester knows, by their word in the legend: the same colour wherever they appear. */
const classStyles: readonly (readonly [RegExp, string, string])[] = [
  [/dead|electrical/i, 'dead', '#d00000'],
  [/noisy|suspicious/i, 'noisy', '#e69f00'],
  [/s-curve/i, 'nocurve', '#8c6bb1'],
  [/disconnected|open/i, 'open', '#0072b2'],
];
/** Nothing is drawn of it: what stands out does. */
const usual = '#00000000';
const others = ['#009e73', '#56b4e9', '#7f7f7f', '#cc79a7'];

interface DrawOptions {
  id: string;
  title: string;
  note?: string;
}

/** Histograms over common axes. */
export function drawDistributions(
  options: DrawOptions,
  series: readonly { id: string; name: string; tone: string; distribution: Distribution }[],
): string {
  const first = series[0]!.distribution;
  return binsPlot(
    { ...options, x: axisOf(first.x), y: { label: first.y.title || 'Entries' } },
    series.map(({ distribution, ...rest }) => ({
      ...rest,
      edges: Array.from(distribution.x.edges),
      counts: distribution.counts,
    })),
  );
}

/** A map: classes where it has a legend, else shades. */
export function drawMap(options: DrawOptions, map: PixelMatrix, none?: number): string {
  const frame = { ...options, x: axisOf(map.x), y: axisOf(map.y) };
  const grid = {
    columns: map.x.edges.length - 1,
    rows: map.y.edges.length - 1,
    values: map.values,
    x: ends(map.x),
    y: ends(map.y),
  };
  if (map.legend) return classMap(frame, grid, classesOf(map.legend));
  const uneven = isUneven(map.x) || isUneven(map.y);
  const note = uneven ? { note: 'The bins differ in width; each is drawn equally wide.' } : {};
  return shadeMap({ ...note, ...frame, unit: map.unit, ...(none === undefined ? {} : { none }) }, grid);
}

function classesOf(legend: Readonly<Record<string, string>>): PixelClass[] {
  return Object.entries(legend).map(([value, label], i) => {
    const [, tone, colour] = classStyles.find(([pattern]) => i > 0 && pattern.test(label)) ?? [
      undefined,
      i === 0 ? 'plain' : `s${2 + (i % 4)}`,
      i === 0 ? usual : others[i % others.length]!,
    ];
    return { value: Number(value), label, tone, colour };
  });
}

function axisOf({ title, unit }: Binning): { label: string; unit?: string } {
  return { label: title, ...(unit === '' ? {} : { unit }) };
}

function ends({ edges }: Binning): [number, number] {
  return [edges[0]!, edges.at(-1)!];
}

function isUneven({ edges }: Binning): boolean {
  const width = (edges.at(-1)! - edges[0]!) / (edges.length - 1);
  return edges.some((edge, i) => i > 0 && Math.abs(edge - edges[i - 1]! - width) > 1e-6 * width);
}
