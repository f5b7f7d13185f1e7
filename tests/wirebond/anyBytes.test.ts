import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from '../../src/wirebond/formats/text.ts';
import { dageFile, parseDage, writeDage } from './dageText.ts';
import { read, refusals } from './settings.ts';

const pulls = fc.array(
  fc.record({
    load: fc.integer({ min: 1, max: 250_000 }).map((n) => n / 1e4),
    grade: fc.constantFrom('1', '2', '3', '4', '5'),
  }),
  { minLength: 2, maxLength: 30 },
);

test('whatever bytes a file holds, reading ends with tests, or with a problem or a question', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const { tests, problems, questions } = read(bytes);
      expect(tests.length + problems.length + questions.length).toBeGreaterThan(0);
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('a file with any one character changed is refused, asked about, or read with that many pulls', () => {
  fc.assert(
    fc.property(pulls, fc.nat(), fc.constantFrom(...'0123456789,;."\n\tTxé'), (made, at, character) => {
      const text = dageFile(made);
      const position = at % text.length;
      const changed = text.slice(0, position) + character + text.slice(position + 1);
      const { tests, problems, questions } = read(changed);
      const warned = problems.some(({ severity }) => severity === 'warning');
      if (tests.length === 0) expect(problems.length + questions.length).toBeGreaterThan(0);
      else if (!warned) expect(tests[0]!.pulls).toHaveLength(made.length);
      expect(tests.every(({ pulls: kept }) => kept.every(({ strength }) => Number.isFinite(strength)))).toBe(
        true,
      );
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('every pull of a file comes back with its load, in any of the writings', () => {
  const styles = fc.record({
    separator: fc.constantFrom(',' as const, ';' as const, '\t' as const),
    decimalComma: fc.boolean(),
    quotes: fc.constantFrom('text' as const, 'none' as const, 'all' as const),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    space: fc.constantFrom('', ' '),
  });
  fc.assert(
    fc.property(pulls, styles, (made, style) => {
      const reading = read(writeDage(parseDage(dageFile(made)), style));
      expect(refusals(reading)).toEqual([]);
      expect(reading.tests[0]!.pulls.map(({ strength }) => strength)).toEqual(made.map(({ load }) => load));
    }),
    { seed: 5 },
  );
});

test('a text comes back from every encoding that testers write', () => {
  // An accent and a sign in a row may also be UTF-8 for a third letter; words do not have that.
  const word = fc.constantFrom(
    'a',
    'XY',
    '01.5',
    ' ',
    ',',
    ';',
    '"',
    '\n',
    '\t',
    'µm',
    'ä',
    'öl',
    'Prüf',
    '°C',
  );
  const letters = fc.array(word, { maxLength: 60 }).map((words) => words.join('|'));
  fc.assert(
    fc.property(letters, (body) => {
      const text = `"TESTER","${body}`;
      const marked = `\uFEFF${text}`;
      expect(decodeText(Buffer.from(text, 'utf8'))?.text).toBe(text);
      expect(decodeText(Buffer.from(marked, 'utf8'))?.text).toBe(text);
      expect(decodeText(Buffer.from(marked, 'utf16le'))?.text).toBe(text);
      expect(decodeText(Buffer.from(marked, 'utf16le').swap16())?.text).toBe(text);
      expect(decodeText(Buffer.from(text, 'latin1'))?.text).toBe(text);
    }),
    { seed: 5 },
  );
});

test('the euro sign of Windows-1252 is not lost to ISO-8859-1', () => {
  expect(decodeText(Uint8Array.of(0x41, 0x80, 0x42))).toEqual({ text: 'A€B', encoding: 'windows-1252' });
});
