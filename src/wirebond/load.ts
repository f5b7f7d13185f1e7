/** Pull strength: gram-force, the unit of WIREBOND_PULL_TEST. */
export type Grams = number;

/** Standard gravity in m/s² (3rd CGPM, 1901): 1 gf is this many millinewtons. */
const standardGravity = 9.80665;

const gramsIn = {
  g: 1,
  kgf: 1000,
  mN: 1 / standardGravity,
  cN: 10 / standardGravity,
  N: 1000 / standardGravity,
} as const;

export type LoadUnit = keyof typeof gramsIn;
export const loadUnits = Object.keys(gramsIn) as LoadUnit[];

const spellings: Record<string, LoadUnit> = {
  g: 'g',
  gf: 'g',
  gm: 'g',
  gram: 'g',
  grams: 'g',
  kg: 'kgf',
  kgf: 'kgf',
  mn: 'mN',
  cn: 'cN',
  n: 'N',
};

/** The unit that a file means by a word, in whatever case; undefined when it is not one of ours. */
export function parseLoadUnit(text: string): LoadUnit | undefined {
  const word = text.trim().replace(/\.$/, '').toLowerCase();
  return Object.hasOwn(spellings, word) ? spellings[word] : undefined;
}

/**
 * Rounded to a nanogram, far below what a tester resolves, so that the same wire gives the same number in each unit
 * and falls on the same side of a limit.
 */
export function toGrams(load: number, unit: LoadUnit): Grams {
  return Math.round(load * gramsIn[unit] * 1e9) / 1e9;
}
