import type { Curve } from './curve.ts';
import { descend } from './cvDescent.ts';
import { CVLine } from './cvLine.ts';
import type { CVModel } from './cvModel.ts';
import { highest } from './cvModel.ts';

/**
 * The best fit there is. For given f and w the model is linear in a, b and d, so the whole range of (f, w) is searched
 * on a grid with the best line for each, and the best hollows are followed to their bottom. (An iteration from one
 * start ends, about once in a thousand good curves, in a hollow beside the best one.) The curve is normalised and
 * sorted by the caller. Undefined with fewer points than parameters.
 */
export function fitCV(curve: Curve): CVModel | undefined {
  if (curve.x.length < 5) return undefined;
  let best: { model: CVModel; squares: number } | undefined;
  for (const start of hollows(curve)) {
    const found = descend(curve, start);
    if (!best || found.squares < best.squares) best = found;
  }
  return best?.model;
}

/** Grid in f: as fine as the steps of a scan. */
const stepV = 10;
/** Grid in w. A knee narrower than the steps of the scan looks like any other such. */
const widths = [1, 7, 14, 25, 40, 65, 100];
const followed = 3;

/** The grid's lowest points among their neighbours, the deepest first. */
function hollows({ x, y }: Curve): CVModel[] {
  // Beyond the last point and the widest knee every f gives the same straight line.
  const last = Math.min(highest.f, x.at(-1)! + highest.w + stepV);
  const voltages = Math.floor(last / stepV) + 1;
  const count = widths.length;
  const squares = new Float64Array(voltages * count);
  const line = new CVLine(x, y);
  for (let i = 0; i < voltages; i += 1)
    for (let j = 0; j < count; j += 1) squares[i * count + j] = line.fit(i * stepV, widths[j]!);

  const found: number[] = [];
  for (let i = 0; i < voltages; i += 1)
    for (let j = 0; j < count; j += 1)
      if (isLowest(squares, i, j, voltages, count)) found.push(i * count + j);
  return found
    .sort((one, other) => squares[one]! - squares[other]!)
    .slice(0, followed)
    .map((at) => {
      const [f, w] = [Math.floor(at / count) * stepV, widths[at % count]!];
      line.fit(f, w);
      return { a: line.a, f, d: line.d, w, b: line.b };
    });
}

function isLowest(squares: Float64Array, i: number, j: number, rows: number, columns: number): boolean {
  const here = squares[i * columns + j]!;
  for (let ni = Math.max(0, i - 1); ni <= Math.min(rows - 1, i + 1); ni += 1)
    for (let nj = Math.max(0, j - 1); nj <= Math.min(columns - 1, j + 1); nj += 1)
      if (squares[ni * columns + nj]! < here) return false;
  return true;
}
