/**
 * What the read-out of a chip left in a file, whatever wrote it: Ph2_ACF's ROOT files or the CSV and JSON of the
 * simulated station. The report, the comparison and the export know these alone.
 */
export type ReadoutObject = Distribution | PixelMatrix | Unread;

interface Named {
  /** Where it stands in its file, folders included: `Detector/Board_0/…/Threshold`. */
  path: string;
  title: string;
}

/** A histogram. */
export interface Distribution extends Named {
  kind: 'distribution';
  x: Binning;
  y: { title: string };
  /** One a bin, without those below and above. */
  counts: Float64Array;
  below: number;
  above: number;
}

/** A map, row by row from the lowest bin of y. */
export interface PixelMatrix extends Named {
  kind: 'map';
  x: Binning;
  y: Binning;
  values: Float64Array | Uint8Array | Uint16Array;
  unit: string;
  /** Of a map of classes: what each number means. */
  legend?: Readonly<Record<string, string>>;
  /** What fell outside: one sum. */
  outside: number;
}

/** Something that is no histogram or that cannot be read; it is listed. */
interface Unread extends Named {
  kind: 'other';
  /** `TTree`, `RD53_2D_Histogram`, … */
  type: string;
  why?: string;
}

export interface Binning {
  title: string;
  unit: string;
  /** One more than there are bins, rising. */
  edges: Float64Array;
}

/** Edges of bins of one width. */
export function evenEdges(low: number, high: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

/** Everything in it, what fell outside included: what a file's own entries are compared with. */
export function sumOf(object: Distribution | PixelMatrix): number {
  let sum = object.kind === 'map' ? object.outside : object.below + object.above;
  const values = object.kind === 'map' ? object.values : object.counts;
  for (const value of values) sum += value;
  return sum;
}

/** A reader of one format. */
export interface ReadoutReader {
  /** By the file's name. */
  reads(name: string): boolean;
  /** @throws BatonError E9402 when the file is not what its name says. */
  read(file: string): Promise<ReadoutObject[]>;
}
