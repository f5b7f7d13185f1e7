/** The known word that was probably meant: at most `most` letters off, or alike but for case, `_` and `-`. */
export function nearest(word: string, known: readonly string[], most = 2): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_\s]/g, '');
  const alike = known.find((candidate) => plain(candidate) === plain(word));
  if (alike !== undefined) return alike;
  if (word.length > 64) return undefined;

  const [best] = known
    .map((candidate) => ({ candidate, off: distance(plain(word), plain(candidate)) }))
    .filter(({ candidate, off }) => off <= (candidate.length < 5 ? Math.min(1, most) : most))
    .sort((a, b) => a.off - b.off);
  return best?.candidate;
}

/** Levenshtein's: insertions, deletions and replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
