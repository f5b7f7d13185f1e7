import fc from 'fast-check';
import { type Node as JsoncNode, type ParseError, parseTree } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { readScript } from '../../src/scripts/reading/reader.ts';
import { Source } from '../../src/scripts/reading/source.ts';
import { toValue } from '../../src/scripts/reading/tree.ts';

/** `npm run fuzz:scripts` asks for a hundred thousand, which takes some minutes. */
const numRuns = Number(process.env.BATON_FUZZ_RUNS ?? 1000);
const patience = 30_000 + numRuns * 20;

const fragments = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\\',
    '/',
    '//',
    '/*',
    '*/',
    '*',
    '#',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
  ],
  ...[
    '"a"',
    '"b"',
    '"a": ',
    '"\\u00e9"',
    '"\\x"',
    '"%%Lot"',
    '1',
    '-1',
    '1.0',
    '1e5',
    '1e999',
    '05',
    '.5',
    '+1',
    '0x1',
  ],
  ...[
    'true',
    'false',
    'null',
    'True',
    'None',
    'NaN',
    'Infinity',
    'x',
    '\u00a0',
    '\u2028',
    '\uFEFF',
    '\u0000',
    'ß',
    '\ud800',
  ],
  ...['{"a": 1}', '[1, 2,]', '// x\n', '/* x */', '\n# x\n', '"__proto__": {}', ',,', '“'],
];
const soup = fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(''));
const gap = fc.constantFrom(
  '',
  '',
  '',
  ' ',
  '\n',
  '\t',
  '\r\n',
  '// } "\n',
  '/* , */',
  '/* 2*3 and a/b */',
  '\n  # x: [\n',
  '//\r',
);

/** A value as JSON with blanks, comments and trailing commas anywhere that they may stand. */
const decorated = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
    fc.infiniteStream(gap),
    fc.infiniteStream(fc.boolean()),
  )
  .map(([value, gaps, commas]) => {
    const draw = () => String(gaps.next().value);
    const write = (node: unknown): string => {
      const wrap = (open: string, parts: string[], close: string) => {
        const trailing = parts.length > 0 && commas.next().value ? `,${draw()}` : '';
        return `${open}${draw()}${parts.join(`${draw()},${draw()}`)}${draw()}${trailing}${close}`;
      };
      if (Array.isArray(node)) return wrap('[', node.map(write), ']');
      if (typeof node !== 'object' || node === null) return JSON.stringify(node);
      const members = Object.entries(node).map(
        ([key, v]) => `${JSON.stringify(key)}${draw()}:${draw()}${write(v)}`,
      );
      return wrap('{', members, '}');
    };
    return { value: JSON.parse(JSON.stringify(value)) as unknown, text: `${draw()}${write(value)}${draw()}` };
  });

/** A readable script with a few characters changed: the faults that people make. */
const damaged = fc
  .tuple(decorated, fc.array(fc.tuple(fc.nat(), fc.constantFrom('', ...fragments)), { maxLength: 3 }))
  .map(([{ text }, changes]) =>
    changes.reduce((t, [at, put]) => {
      const place = at % (t.length + 1);
      return t.slice(0, place) + put + t.slice(place + 1);
    }, text),
  );

test('every script with comments and trailing commas reads as its value', { timeout: patience }, () => {
  fc.assert(
    fc.property(decorated, ({ value, text }) => {
      const { tree, findings } = readScript(new Source('x.scr', text));
      expect(findings.problems.filter(({ severity }) => severity !== 'warning')).toEqual([]);
      expect(toValue(tree!.root)).toEqual(value);
    }),
    { numRuns },
  );
});

test.each([
  ['fragments', soup, 0],
  ['damaged scripts', damaged, numRuns / 20],
  ['any characters', fc.string({ unit: 'binary', maxLength: 60 }), 0],
])(
  'no crash on %s, every problem has a place in the text, and what is accepted a tolerant JSON reader reads alike',
  { timeout: patience },
  (_, texts, leastAccepted) => {
    let accepted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const { tree, findings } = readScript(new Source('x.scr', text));
        const lines = text.split(/\r\n?|\n/);
        for (const { where, remedy } of findings.problems) {
          expect(where!.column!).toBeLessThanOrEqual(lines[where!.line! - 1]!.length + 3);
          expect(remedy).not.toBe('');
        }
        expect(tree === undefined).toBe(findings.hasErrors);
        if (!tree) return;
        accepted += 1;
        expect(toValue(tree.root)).toEqual(readTolerantly(text));
      }),
      { numRuns },
    );
    expect(accepted).toBeGreaterThanOrEqual(leastAccepted);
  },
);

/** With # lines made // comments, which this reader knows: no text runs over a line, so such a line is in none. */
function readTolerantly(text: string): unknown {
  const errors: ParseError[] = [];
  const plain = text.replace(/^\uFEFF/, '').replace(/(^|[\r\n])([ \t]*)#/g, '$1$2//');
  const root = parseTree(plain, errors, { allowTrailingComma: true, disallowComments: false });
  expect(errors).toEqual([]);
  return plainValue(root!);
}

function plainValue(node: JsoncNode): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(
    (node.children ?? []).map(({ children }) => [children![0]!.value as string, plainValue(children![1]!)]),
  );
}
