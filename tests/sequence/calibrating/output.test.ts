import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksForSecret, OutputScanner, type Progress } from '../../../src/sequence/calibrating/output.ts';

const text = [
  '2026-11-20 12:00:00 INFO iv_curve - ===== 1/3 Ramp up =====',
  '2026-11-20 12:00:01 ERROR iv_curve - the supply did not answer',
  'a line about an ERROR that is none',
  'Traceback (most recent call last):',
  '2026-11-20 12:00:01,123 CRITICAL iv_curve - so be it',
  '===== 2/3 Ramp down =====\r',
  '2026-11-20 12:00:02 WARNING iv_curve - ERROR in a warning',
  '',
].join('\n');

/** The text in pieces, cut anywhere. */
const pieces = (of: string) =>
  fc
    .array(fc.nat({ max: of.length }), { maxLength: 30 })
    .map((cuts) => [0, ...cuts.sort((a, b) => a - b), of.length])
    .map((cuts) => cuts.slice(1).map((end, i) => of.slice(cuts[i], end)));

function scan(chunks: readonly string[]) {
  const scanner = new OutputScanner();
  const progress: Progress[] = [];
  for (const chunk of chunks) {
    const told = scanner.take(chunk);
    if (told) progress.push(told);
  }
  scanner.end();
  return { scanner, progress };
}

test('error lines and progress are the same wherever the chunks are cut', () => {
  fc.assert(
    fc.property(pieces(text), (chunks) => {
      const { scanner, progress } = scan(chunks);
      expect(scanner.errorLines).toEqual([
        '2026-11-20 12:00:01 ERROR iv_curve - the supply did not answer',
        'Traceback (most recent call last):',
        '2026-11-20 12:00:01,123 CRITICAL iv_curve - so be it',
      ]);
      expect(progress.at(-1)).toEqual({ done: 2, of: 3, text: 'Ramp down' });
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['2026-11-20 12:00:01,123 - icicle.keithley - ERROR - no reply', 1],
  ['2026-11-20 12:00:01.123 | ERROR    | module:run:12 - no reply', 1],
  ['2026-11-20T12:00:01+01:00 [CRITICAL] no reply', 1],
  ['ERROR:root:no reply', 1],
  ['2026-11-20 12:00:01 INFO - ERROR rate 0', 0],
  ['2026-11-20 12:00:01,123 - icicle.keithley - INFO - ERROR counter 0', 0],
  ['2026-11-20 12:00:01.123 | INFO     | ERROR:0', 0],
  ['ERRORS: 0', 0],
])('an error line is known in the forms that loggers give it: %s', (line, errors) => {
  expect(scan([`${line}\n`]).scanner.errorCount).toBe(errors);
});

const prompts = [
  '[Attention]  Bad Status encountered during runtime\nProblem: HV is on\n[Y] to continue [N] to quit.\n >>>> ',
  'Switch LV off? (y/n)',
  'Switch LV off? [y/N]: ',
  'Panthera password: ',
  'Password for shifter:',
  'Press Enter to terminate the programm.',
];

test.each(prompts)(
  'the question %j is noticed when its last character has come, wherever it is cut',
  (question) => {
    fc.assert(
      fc.property(pieces(`some output\n${question}`), (chunks) => {
        const scanner = new OutputScanner();
        for (const chunk of chunks) scanner.take(chunk);
        expect(scanner.prompt()).toContain(question.trim().split('\n').at(-1));
      }),
      { numRuns: 100 },
    );
  },
);

describe('a question', () => {
  test('is shown with what stands before it', () => {
    const scanner = new OutputScanner();
    scanner.take(prompts[0]!);
    expect(scanner.prompt()).toContain('Problem: HV is on');
  });

  test('that was answered is not asked again', () => {
    const scanner = new OutputScanner();
    scanner.take('Go on? (y/n)');
    scanner.answered();
    expect(scanner.prompt()).toBeUndefined();
    scanner.take(' y\nand on it goes\n');
    expect(scanner.prompt()).toBeUndefined();
  });

  test('is told without what stood before its block, and without the one before it', () => {
    const scanner = new OutputScanner();
    scanner.take('measured 3 V\n[Attention] HV is on\nSwitch ');
    scanner.take('it off? (y/n)');
    expect(scanner.prompt()).toBe('[Attention] HV is on\nSwitch it off? (y/n)');
    scanner.answered();
    expect(scanner.prompt(true), 'the block is over').toBeUndefined();
    scanner.take(' y\nAnd LV? (y/n)');
    expect(scanner.prompt()).toBe('y\nAnd LV? (y/n)');
    scanner.end();
    expect(scanner.prompt(), 'nobody waits for an answer').toBeUndefined();
  });

  test('is told with the dozen lines before it', () => {
    const scanner = new OutputScanner();
    scanner.take(`${Array.from({ length: 1000 }, (_, k) => `line ${k}\n`).join('')}Go on? (y/n)`);
    expect(scanner.prompt()?.split('\n')).toHaveLength(13);
  });

  test('in words that nobody knows is one when an [Attention] block falls silent, and not before', () => {
    const scanner = new OutputScanner();
    scanner.take('[Attention] something new\nWhat now');
    expect(scanner.prompt()).toBeUndefined();
    expect(scanner.prompt(true)).toContain('What now');
  });

  test('is not seen in ordinary output', () => {
    for (const line of [
      '>>>> is printed and more follows\n',
      'password: written to the log\n',
      '(y/n) asked\n',
    ]) {
      const scanner = new OutputScanner();
      scanner.take(line);
      expect(scanner.prompt()).toBeUndefined();
      expect(scanner.prompt(true)).toBeUndefined();
    }
  });

  test('for a secret is known as one', () => {
    expect(asksForSecret('Panthera password: ')).toBe(true);
    expect(asksForSecret('Access code 1: ')).toBe(true);
    expect(asksForSecret('Switch LV off? (y/n)')).toBe(false);
  });
});

test.each([
  '2026-11-20 12:00:01 \x1b[31mERROR\x1b[0m iv_curve - in colour',
  '\x1b[1;31m2026-11-20 12:00:01 ERROR iv_curve - in colour\x1b[0m',
  '  2026-11-20 12:00:01 ERROR iv_curve - indented',
  '2026-11-20T12:00:01.123 [CRITICAL] iv_curve - in brackets',
  '  + Exception Group Traceback (most recent call last):',
  `2026-11-20 12:00:01 ERROR ${'x'.repeat(300_000)}`,
])('%.40s… is an error line', (line) => {
  for (const chunks of [[`before\n${line}\nafter\n`], [...line.match(/.{1,65536}/gs)!, '\n'], [line]]) {
    expect(scan(chunks).scanner.errorCount).toBe(1);
    expect(scan([...chunks, '\nand on it goes\n']).scanner.errorCount).toBe(1);
  }
});

test('of millions of lines a few are kept, and of a line without end its end', () => {
  const { scanner } = scan(Array.from({ length: 2000 }, (_, k) => `2026-11-20 12:00:00 ERROR x - ${k}\n`));
  expect(scanner.errorCount).toBe(2000);
  expect(scanner.errorLines).toHaveLength(20);
  scanner.end();
  expect(scanner.errorCount).toBe(2000);
  const endless = new OutputScanner();
  for (let k = 0; k < 100; k++) endless.take('x'.repeat(100_000));
  expect(endless.prompt()).toBeUndefined();
  endless.take(' (y/n)');
  expect(endless.prompt()!.length).toBeLessThan(100_000);
});
