/** Points of a curve; both of one length. */
export interface Curve {
  x: Float64Array;
  y: Float64Array;
}
