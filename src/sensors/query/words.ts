/** A word of a question, and where it begins (counted from 1). */
export interface Word {
  kind: 'sign' | 'text' | 'quoted';
  text: string;
  at: number;
}

const signs = ['!=', '<>', '<=', '>=', '==', '!~', '=', '<', '>', '~', '(', ')', ','];

/** Cuts a question into words, signs and quoted texts; a quote that is not closed ends with the question. */
export function words(question: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  while (at < question.length) {
    const letter = question[at]!;
    if (/\s/.test(letter)) {
      at += 1;
      continue;
    }
    const sign = signs.find((candidate) => question.startsWith(candidate, at));
    if (sign) {
      found.push({ kind: 'sign', text: sign, at: at + 1 });
      at += sign.length;
    } else if (letter === '"' || letter === "'") {
      const end = question.indexOf(letter, at + 1);
      const stop = end < 0 ? question.length : end;
      found.push({ kind: 'quoted', text: question.slice(at + 1, stop), at: at + 1 });
      at = stop + 1;
    } else {
      const start = at;
      while (at < question.length && !/[\s=<>!~(),"']/.test(question[at]!)) at += 1;
      // A sign that begins none of ours is a word of its own.
      if (at === start) at += 1;
      found.push({ kind: 'text', text: question.slice(start, at), at: start + 1 });
    }
  }
  return found;
}
