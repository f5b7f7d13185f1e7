/** What a benchmark tells: a ratio, and what it was measured against in the same run. */
export interface Row {
  /** What is measured, in the words of docs/performance.md. */
  name: string;
  /** Against what stands beside it, in the same run. */
  ratio: number;
  /** The figure itself, with its unit. */
  absolute: string;
  /** What it is compared with, with its figure. */
  against: string;
  /** The ratio must not exceed it. */
  most?: number;
  /** The ratio must reach it. */
  limit?: number;
}
