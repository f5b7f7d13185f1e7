import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bigText } from '../../src/terminal/draw/bigText.ts';
import { plot } from '../../src/terminal/draw/plot.ts';
import { LogTail, presentable } from '../../src/terminal/run/logTail.ts';
import { Traces } from '../../src/terminal/run/traces.ts';
import { en } from '../../src/terminal/strings/en.ts';
import { stringsIn } from '../../src/terminal/strings/strings.ts';

const points = fc.array(
  fc.record({
    x: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    y: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  }),
  { minLength: 1 },
);

test('a curve fits its frame whatever the points are, in braille and in ASCII', () => {
  fc.assert(
    fc.property(
      points,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (some, width, height) => {
        for (const unicode of [true, false]) {
          const rows = plot(some, width, height, unicode);
          expect(rows).toHaveLength(height);
          for (const row of rows) expect([...row]).toHaveLength(width);
          expect(rows.join('').trim()).not.toBe('');
          if (!unicode) expect(rows.join('')).toMatch(/^[ *]+$/);
        }
      },
    ),
  );
});

test('noise around a level is drawn as a level, because the axis begins at zero', () => {
  const level = Array.from({ length: 50 }, (_, i) => ({ x: i, y: -60 + Math.sin(i) * 0.02 }));
  expect(plot(level, 20, 3, false)).toEqual([' '.repeat(20), ' '.repeat(20), '*'.repeat(20)]);
});

test('every verdict, and the call for a person, is drawn in letters that fill 80 columns', () => {
  for (const word of [...Object.values(en.verdicts), en.stopped, en.personNeeded]) {
    const rows = bigText(word, 76, 14);
    expect(rows.length, word).toBeGreaterThanOrEqual(5);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(76);
    expect(rows.join('')).toMatch(/^[█ ]+$/);
  }
  // Two metres away a tester sees this, not a line of text.
  expect(bigText('PASS', 76, 14)).toHaveLength(10);
});

test('a word that has no letters here stands as text, and is not lost', () => {
  expect(bigText('合格', 76, 14)).toEqual(['合格']);
});

test('the end of the output is the same however it was cut in pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,5}$/)), fc.array(fc.nat({ max: 6 })), (lines, cuts) => {
      const text = lines.map((line) => `${line}\n`).join('');
      const tail = new LogTail();
      let at = 0;
      for (const cut of [...cuts, text.length]) {
        tail.take(text.slice(at, at + cut));
        at += cut;
      }
      tail.take(text.slice(at));
      expect(tail.all()).toEqual(lines);
      expect(tail.last(3)).toEqual(lines.slice(-3));
    }),
  );
});

test('a flood is remembered by its end alone', () => {
  const tail = new LogTail();
  const chunk = `${'x'.repeat(99)}\n`.repeat(1000);
  for (let i = 0; i < 100; i++) tail.take(chunk);
  expect(tail.all().join('\n').length).toBeLessThan(600_000);
  expect(tail.last(5)).toHaveLength(5);
});

test('nothing that a calibration prints moves our cursor or changes our colours', () => {
  expect(presentable('\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2Jgone')).toBe('red gone');
  expect(presentable('10 %\r20 %\r30 %')).toBe('30 %');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(presentable(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    }),
  );
});

test('the points of an IV are read from what it prints, and no more of them kept than are drawn', () => {
  const traces = new Traces();
  traces.startIV();
  // Not a point of the curve: it would flatten all the others.
  traces.ivOutput('2026-11-20 11:59:59 INFO iv_curve - LV lv_1:1 is on: 1.494 V, 3.699 A.\n');
  traces.ivOutput('2026-11-20 12:00:00 INFO iv_curve - Module 0: -5.01 V, -1.2e-');
  traces.ivOutput('7 A\n2026-11-20 12:00:01 INFO iv_curve - Module 0: -10 V, 2e-7 A\n');
  expect(traces.iv).toEqual([
    { x: 5.01, y: 1.2e-7 },
    { x: 10, y: 2e-7 },
  ]);
  for (let i = 0; i < 5000; i++) traces.ivOutput(`Module 0: -${i} V, 1e-9 A\n`);
  expect(traces.iv.length).toBeLessThanOrEqual(600);
});

test('a language that nobody wrote is English', () => {
  expect(stringsIn('xx')).toEqual(en);
});
