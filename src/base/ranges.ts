/** `0-2,5` → 0, 1, 2, 5; or what is wrong with it. */
export function parseRanges(text: string, count: number): number[] | { problem: string } {
  const found = new Set<number>();
  for (const part of text.split(',').map((one) => one.trim())) {
    const range = /^(\d{1,7})(?:\s*-\s*(\d{1,7}))?$/.exec(part);
    if (!range) return { problem: `"${part}" is no number and no range` };
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (first > last) return { problem: `"${part}" runs backwards` };
    if (last >= count) return { problem: `there is no test ${last}; the last is ${count - 1}` };
    for (let index = first; index <= last; index += 1) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

/** `0-2: yes; 5: no` → the numbers and the word for each; or what is wrong. */
export function parseChanges<Word extends string>(
  text: string,
  count: number,
  words: Readonly<Record<string, Word>>,
): { index: number; word: Word }[] | { problem: string } {
  const changes: { index: number; word: Word }[] = [];
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const [ranges = '', said = '', ...more] = part.split(':').map((one) => one.trim());
    const word = words[said.toLowerCase()];
    if (word === undefined || more.length > 0)
      return { problem: `"${part}" does not end in one of ${[...new Set(Object.values(words))].join(', ')}` };
    const indices = parseRanges(ranges, count);
    if ('problem' in indices) return indices;
    changes.push(...indices.map((index) => ({ index, word })));
  }
  return changes.length > 0 ? changes : { problem: 'nothing is changed' };
}
