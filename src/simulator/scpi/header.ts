/** One keyword of a header pattern, `[:SOURce[1]]` being optional with an optional number. */
interface Keyword {
  short: string;
  long: string;
  optional: boolean;
  numbered: boolean;
}

export interface HeaderPattern {
  keywords: readonly Keyword[];
  query: boolean;
}

/**
 * Reads a header as manuals print it: `[:SOURce[n]]:VOLTage[:LEVel][:IMMediate]?`. Capitals are the short form, square
 * brackets what may be left out, `[n]` inside a keyword a number that may follow it.
 */
export function headerPattern(text: string): HeaderPattern {
  const query = text.endsWith('?');
  const keywords: Keyword[] = [];
  for (const [, open, word = '', numbered] of text.matchAll(/(\[)?:?([*A-Za-z]+\d?)(\[n\])?\]?/g))
    keywords.push({
      short: word.replace(/[a-z]+/g, '').toUpperCase(),
      long: word.toUpperCase(),
      optional: open !== undefined,
      numbered: numbered !== undefined,
    });
  return { keywords, query };
}

/** The numbers behind the keywords (1 where none was given), or undefined if the header is another one. */
export function matchHeader(pattern: HeaderPattern, path: readonly string[]): number[] | undefined {
  return match(pattern.keywords, path);
}

function match(keywords: readonly Keyword[], path: readonly string[]): number[] | undefined {
  const [keyword, ...rest] = keywords;
  if (!keyword) return path.length === 0 ? [] : undefined;
  const [word, ...after] = path;
  const number = word === undefined ? undefined : matchKeyword(keyword, word);
  if (number !== undefined) {
    const others = match(rest, after);
    if (others) return keyword.numbered ? [number, ...others] : others;
  }
  if (!keyword.optional) return undefined;
  const others = match(rest, path);
  return others && (keyword.numbered ? [1, ...others] : others);
}

function matchKeyword({ short, long, numbered }: Keyword, word: string): number | undefined {
  if (word === short || word === long) return 1;
  const [, letters, digits] = /^(.*?)(\d+)$/.exec(word) ?? [];
  if (letters !== short && letters !== long) return undefined;
  // A keyword without numbers takes a 1 all the same: SOURce1 is SOURce.
  return numbered || digits === '1' ? Number(digits) : undefined;
}
