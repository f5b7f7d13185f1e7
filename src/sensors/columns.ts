/**
 * A few loops over columns. The methods of typed arrays that take a function cost several times as much, and these run
 * over every reading of every file.
 */
type Test = (value: number, index: number) => boolean;

/** The values that the test accepts, in their order. */
export function picked(values: Float64Array, test: Test): Float64Array {
  const found = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (test(value, i)) found[count++] = value;
  }
  return count === values.length ? found : found.slice(0, count);
}

/** Whether the test accepts any value. */
export function hasAny(values: Float64Array, test: Test): boolean {
  for (let i = 0; i < values.length; i += 1) if (test(values[i]!, i)) return true;
  return false;
}

/** Each value changed. */
export function changed(
  values: Float64Array,
  change: (value: number, index: number) => number,
): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += 1) result[i] = change(values[i]!, i);
  return result;
}
