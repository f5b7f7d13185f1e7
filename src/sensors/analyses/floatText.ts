/** A float as the scripts of the field print it: 40.0, 36.8. */
export function floatText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
