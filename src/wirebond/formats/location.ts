/** Where on the module a wire sits: the bond groups GA1, GA2, GA3 (1 to 3), and 4 for any other. */
export type BondLocation = 1 | 2 | 3 | 4;

/** A location that a file states: `GA1` or `1`. */
export function parseLocation(text: string): BondLocation | undefined {
  const digit = /^(?:GA)?([1-4])$/i.exec(text.trim())?.[1];
  return digit === undefined ? undefined : (Number(digit) as BondLocation);
}

/**
 * Where no location is stated the order tells it: wires are pulled in the order 10 of GA1, 5 of GA2, 10 of GA3.
 * [module-qc-analysis-tools, wirebond pull test]
 *
 * @param index of the pull in the module's list, counted from 0, pulls with an error included
 */
export function locationByOrder(index: number): BondLocation {
  if (index < 10) return 1;
  if (index < 15) return 2;
  return index < 25 ? 3 : 4;
}
