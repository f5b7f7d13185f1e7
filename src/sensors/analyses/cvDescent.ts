import type { Curve } from './curve.ts';
import { type CVModel, highest, knee, lowest } from './cvModel.ts';

/** The parameters in the order of the equations below. */
const names = ['a', 'f', 'd', 'w', 'b'] as const;
const count = names.length;
/** A knee needs some width for its derivative. */
const low = Float64Array.from(names, (name) => (name === 'w' ? 1e-9 : lowest[name]));
const high = Float64Array.from(names, (name) => highest[name]);

const rounds = 100;
const smallestStep = 1e-11;

/**
 * Follows the squares downhill in all five parameters, held within their bounds.
 * [Levenberg–Marquardt: D. W. Marquardt, SIAM J. Appl. Math. 11 (1963) 431]
 */
export function descend({ x, y }: Curve, start: CVModel): { model: CVModel; squares: number } {
  let here = Float64Array.from(names, (name, i) => Math.max(low[i]!, start[name]));
  let squares = squaresOf(x, y, here);
  let damping = 1e-3;
  const equations = new Equations();
  for (let round = 0; round < rounds; round += 1) {
    equations.collect(x, y, here);
    let step = Number.NaN;
    while (damping < 1e10) {
      const next = equations.step(here, damping);
      const nextSquares = next ? squaresOf(x, y, next) : Number.POSITIVE_INFINITY;
      if (next && nextSquares <= squares) {
        step = relativeStep(here, next);
        here = next;
        squares = nextSquares;
        damping = Math.max(damping / 10, 1e-14);
        break;
      }
      damping *= 5;
    }
    if (!(step > smallestStep)) break;
  }
  const [a, f, d, w, b] = here as unknown as [number, number, number, number, number];
  return { model: { a, f, d, w, b }, squares };
}

function squaresOf(x: Float64Array, y: Float64Array, at: Float64Array): number {
  const [a, f, d, w, b] = [at[0]!, at[1]!, at[2]!, at[3]!, at[4]!];
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) {
    const u = x[i]! - f;
    const residual = y[i]! - d - a * u - (b - a) * knee(u, w);
    sum += residual * residual;
  }
  return sum;
}

function relativeStep(from: Float64Array, to: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < count; i += 1)
    largest = Math.max(largest, Math.abs(to[i]! - from[i]!) / (Math.abs(from[i]!) + 1e-6));
  return largest;
}

/** JᵀJ and Jᵀr, and the damped steps that solve them. */
class Equations {
  readonly #matrix = new Float64Array(count * count);
  readonly #right = new Float64Array(count);
  readonly #slopes = new Float64Array(count);
  /** Augmented, for elimination. */
  readonly #work = new Float64Array(count * (count + 1));

  collect(x: Float64Array, y: Float64Array, at: Float64Array): void {
    const [a, f, d, w, b] = [at[0]!, at[1]!, at[2]!, at[3]!, at[4]!];
    const matrix = this.#matrix.fill(0);
    const right = this.#right.fill(0);
    const slopes = this.#slopes;
    for (let i = 0; i < x.length; i += 1) {
      const u = x[i]! - f;
      const inside = u >= -w && u < w;
      const s = inside ? (u + w) / (2 * w) : 0;
      const h = inside ? s * s * w : u < -w ? 0 : u;
      slopes[0] = u - h;
      slopes[1] = -(a + (b - a) * (inside ? s : u < -w ? 0 : 1));
      slopes[2] = 1;
      slopes[3] = (b - a) * s * (1 - s);
      slopes[4] = h;
      const residual = y[i]! - d - a * u - (b - a) * h;
      for (let r = 0; r < count; r += 1) {
        const slope = slopes[r]!;
        right[r]! += slope * residual;
        for (let c = r; c < count; c += 1) matrix[r * count + c]! += slope * slopes[c]!;
      }
    }
    for (let r = 1; r < count; r += 1)
      for (let c = 0; c < r; c += 1) matrix[r * count + c] = matrix[c * count + r]!;
  }

  /** Where a step leads; undefined if the equations say nothing. */
  step(from: Float64Array, damping: number): Float64Array<ArrayBuffer> | undefined {
    const work = this.#work;
    const wide = count + 1;
    for (let r = 0; r < count; r += 1) {
      // A parameter at its bound that would leave it stays where it is.
      const held = isHeld(from[r]!, this.#right[r]!, r);
      for (let c = 0; c < count; c += 1) {
        const coupled = !held && !isHeld(from[c]!, this.#right[c]!, c);
        work[r * wide + c] = coupled ? this.#matrix[r * count + c]! : 0;
      }
      const diagonal = this.#matrix[r * count + r]!;
      work[r * wide + r] = held ? 1 : diagonal + damping * Math.max(diagonal, 1e-12);
      work[r * wide + count] = held ? 0 : this.#right[r]!;
    }
    if (!eliminate(work)) return undefined;
    const to = new Float64Array(count);
    for (let i = 0; i < count; i += 1)
      to[i] = Math.min(high[i]!, Math.max(low[i]!, from[i]! + work[i * wide + count]!));
    return to;
  }
}

function isHeld(value: number, direction: number, i: number): boolean {
  return (value <= low[i]! && direction < 0) || (value >= high[i]! && direction > 0);
}

/** Gauss and Jordan; the damped matrix is positive definite, so it needs no pivots. False if it is not. */
function eliminate(work: Float64Array): boolean {
  const wide = count + 1;
  for (let column = 0; column < count; column += 1) {
    const pivot = work[column * wide + column]!;
    if (!(pivot > 1e-300)) return false;
    for (let c = column; c < wide; c += 1) work[column * wide + c]! /= pivot;
    for (let r = 0; r < count; r += 1) {
      const factor = work[r * wide + column]!;
      if (r === column || factor === 0) continue;
      for (let c = column; c < wide; c += 1) work[r * wide + c]! -= factor * work[column * wide + c]!;
    }
  }
  return true;
}
