/** Where a function that never falls reaches a value, between two bounds; bisected to the last useful digit. */
export function solveRising(f: (x: number) => number, wanted: number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let k = 0; k < 60; k += 1) {
    const middle = (a + b) / 2;
    if (f(middle) < wanted) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
