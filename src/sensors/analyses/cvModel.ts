/**
 * The curve of 1/C² over |V|: a rising line, a rounded knee of half-width w about the depletion voltage f, and a flat
 * line. With u = x − f: y = d + a·u + (b − a)·h(u), h(u) = 0 below −w, (u + w)²/(4w) in between, u above w.
 */
export interface CVModel {
  /** Slope of the rise. */
  a: number;
  /** The depletion voltage, V. */
  f: number;
  /** Height of the knee. */
  d: number;
  /** Half-width of the knee, V. */
  w: number;
  /** Slope of the plateau. */
  b: number;
}

/** What the parameters may be, as at the other sites. */
export const lowest: CVModel = { a: 0, f: 0, d: 0, w: 0, b: 0 };
export const highest: CVModel = { a: 1, f: 1000, d: 5, w: 100, b: 5e-3 };

export function cvModel({ a, f, d, w, b }: CVModel, x: number): number {
  const u = x - f;
  return d + a * u + (b - a) * knee(u, w);
}

/** h(u). */
export function knee(u: number, w: number): number {
  if (u < -w) return 0;
  if (u >= w) return u;
  return ((u + w) * (u + w)) / (4 * w);
}
