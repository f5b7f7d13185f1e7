import { expect } from 'vitest';

const known = Symbol.for('a pattern matches the text in its place');

/** To vitest a pattern in `toMatchObject` is an object without keys, and so like everything. Here it is matched. */
function matchPattern(one: unknown, other: unknown): boolean | undefined {
  const [pattern, text] = one instanceof RegExp ? [one, other] : [other, one];
  if (!(pattern instanceof RegExp) || text instanceof RegExp) return undefined;
  return typeof text === 'string' && pattern.test(text);
}

// Files that share a process share this, too.
if (!(known in globalThis)) expect.addEqualityTesters([matchPattern]);
Object.assign(globalThis, { [known]: true });
