/** Factors to the base of each kind; units of different bases do not convert. */
const units: Readonly<Record<string, readonly [base: string, factor: number]>> = {
  V: ['V', 1],
  mV: ['V', 1e-3],
  kV: ['V', 1e3],
  A: ['A', 1],
  mA: ['A', 1e-3],
  uA: ['A', 1e-6],
  nA: ['A', 1e-9],
  Ohm: ['Ohm', 1],
  mOhm: ['Ohm', 1e-3],
  kOhm: ['Ohm', 1e3],
  s: ['s', 1],
  ms: ['s', 1e-3],
  min: ['s', 60],
  C: ['C', 1],
  '%': ['%', 1],
  e: ['e', 1],
  pixels: ['', 1],
  '': ['', 1],
};

/** µ in both of its characters, Ω and °C as people write them. */
function plain(unit: string): string {
  return unit
    .replace(/[µμ]/g, 'u')
    .replace(/[ΩΩ]/g, 'Ohm')
    .replace(/^(°|deg)C$/, 'C')
    .trim();
}

/** Undefined when the two do not measure the same. */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  const [a, b] = [plain(from), plain(to)];
  if (a === b) return (value) => value;
  const [source, target] = [units[a], units[b]];
  if (!source || !target || source[0] !== target[0]) return undefined;
  // Rounded to what a double holds for sure: 1e-7 A is 0.1 uA, not 0.09999999999999999.
  const ratio = source[1] / target[1];
  return (value) => Number((value * ratio).toPrecision(15));
}

/** `uA` → `A`. A unit that is none of those that convert, or has no prefix, is its own. */
export function baseUnit(unit: string): string {
  const [base, factor] = units[plain(unit)] ?? [unit, 1];
  return factor === 1 ? plain(unit) : base;
}
