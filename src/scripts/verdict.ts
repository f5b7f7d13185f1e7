/**
 * What came of an item, a module or a script; each is worse than the one before it. The words are the original's.
 * SKIP: not run, on purpose. UNKNOWN: not told. INC: it ran and nothing was judged.
 */
export const verdicts = ['SKIP', 'PASS', 'UNKNOWN', 'INC', 'FAIL', 'TIMEOUT', 'INTERNAL_ERROR'] as const;
export type Verdict = (typeof verdicts)[number];

/** A verdict only gets worse on the way up. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return verdicts.indexOf(a) >= verdicts.indexOf(b) ? a : b;
}

/** Of a whole, from its parts. Where nothing was carried out there is nothing to pass. */
export function verdictOf(parts: Iterable<Verdict>): Verdict {
  const whole = [...parts].reduce(worse, 'SKIP');
  return whole === 'SKIP' ? 'INC' : whole;
}
