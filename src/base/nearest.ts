import { closestMatch } from 'leven';

/**
 * The word that somebody probably meant, for "did you mean". Upper and lower case count as equal; a third of the
 * letters may differ, but never more than two: `module_type` is no misspelt `module_name`.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const byLowerCase = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const maxDistance = Math.min(2, Math.floor(word.length / 3));
  const found = closestMatch(word.toLowerCase(), [...byLowerCase.keys()], { maxDistance });
  return found === undefined ? undefined : byLowerCase.get(found);
}
