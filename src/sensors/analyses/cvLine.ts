import { highest, knee, lowest } from './cvModel.ts';

/**
 * The best a, d and b for a given knee, within their bounds: y ≈ d + a·p + b·q with q = h(u) and p = u − q. Hundreds of
 * knees are tried for each curve, so nothing is allocated here.
 */
export class CVLine {
  a = 0;
  d = 0;
  b = 0;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  // Sums over the first i points, so that only the points within a knee are looked at one by one.
  readonly #sums: Record<'x' | 'xx' | 'y' | 'xy', Float64Array>;
  readonly #yy: number;
  // Means, and sums of products about the means.
  #p = 0;
  #q = 0;
  #v = 0;
  #pp = 0;
  #pq = 0;
  #qq = 0;
  #pv = 0;
  #qv = 0;
  #vv = 0;
  #squares = 0;

  constructor(x: Float64Array, y: Float64Array) {
    this.#x = x;
    this.#y = y;
    this.#sums = {
      x: runningSums(x.length, (i) => x[i]!),
      xx: runningSums(x.length, (i) => x[i]! * x[i]!),
      y: runningSums(x.length, (i) => y[i]!),
      xy: runningSums(x.length, (i) => x[i]! * y[i]!),
    };
    this.#yy = runningSums(x.length, (i) => y[i]! * y[i]!)[x.length]!;
  }

  /** Finds them and gives the sum of the squared residuals. */
  fit(f: number, w: number): number {
    this.#collect(f, w);
    const determinant = this.#pp * this.#qq - this.#pq * this.#pq;
    this.#squares = Number.POSITIVE_INFINITY;
    if (determinant > 1e-12 * this.#pp * this.#qq) {
      const a = (this.#pv * this.#qq - this.#qv * this.#pq) / determinant;
      const b = (this.#qv * this.#pp - this.#pv * this.#pq) / determinant;
      if (a >= lowest.a && a <= highest.a && b >= lowest.b && b <= highest.b) {
        this.#try(a, b);
        return this.#squares;
      }
    }
    // The best within a box lies on its edges if the free one lies outside.
    for (const b of [lowest.b, highest.b]) this.#try(within((this.#pv - b * this.#pq) / this.#pp, 'a'), b);
    for (const a of [lowest.a, highest.a]) this.#try(a, within((this.#qv - a * this.#pq) / this.#qq, 'b'));
    return this.#squares;
  }

  #collect(f: number, w: number): void {
    const [x, y, sums] = [this.#x, this.#y, this.#sums];
    const n = x.length;
    const first = firstFrom(x, f - w);
    const last = firstFrom(x, f + w);
    // Left of the knee p is u and q is 0; right of it the other way round.
    let p1 = sums.x[first]! - f * first;
    let pp = sums.xx[first]! - 2 * f * sums.x[first]! + f * f * first;
    let pv = sums.xy[first]! - f * sums.y[first]!;
    const right = { n: n - last, x: sums.x[n]! - sums.x[last]!, y: sums.y[n]! - sums.y[last]! };
    let q1 = right.x - f * right.n;
    let qq = sums.xx[n]! - sums.xx[last]! - 2 * f * right.x + f * f * right.n;
    let qv = sums.xy[n]! - sums.xy[last]! - f * right.y;
    let pq = 0;
    for (let i = first; i < last; i += 1) {
      const u = x[i]! - f;
      const q = knee(u, w);
      const p = u - q;
      const v = y[i]!;
      p1 += p;
      q1 += q;
      pp += p * p;
      pq += p * q;
      qq += q * q;
      pv += p * v;
      qv += q * v;
    }
    const v1 = sums.y[n]!;
    this.#p = p1 / n;
    this.#q = q1 / n;
    this.#v = v1 / n;
    this.#pp = pp - (p1 * p1) / n;
    this.#pq = pq - (p1 * q1) / n;
    this.#qq = qq - (q1 * q1) / n;
    this.#pv = pv - (p1 * v1) / n;
    this.#qv = qv - (q1 * v1) / n;
    this.#vv = this.#yy - (v1 * v1) / n;
  }

  /** With the best d for these slopes. */
  #try(a: number, b: number): void {
    const free = this.#v - a * this.#p - b * this.#q;
    const d = within(free, 'd');
    const off = free - d;
    const squares =
      this.#vv -
      2 * (a * this.#pv + b * this.#qv) +
      a * a * this.#pp +
      2 * a * b * this.#pq +
      b * b * this.#qq +
      this.#x.length * off * off;
    if (!(squares < this.#squares)) return;
    this.#squares = squares;
    this.a = a;
    this.d = d;
    this.b = b;
  }
}

function runningSums(count: number, term: (i: number) => number): Float64Array {
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) sums[i + 1] = sums[i]! + term(i);
  return sums;
}

/** The first of the sorted values that is not below the bound. */
function firstFrom(sorted: Float64Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function within(value: number, name: 'a' | 'b' | 'd'): number {
  if (Number.isNaN(value)) return lowest[name];
  return Math.min(highest[name], Math.max(lowest[name], value));
}
