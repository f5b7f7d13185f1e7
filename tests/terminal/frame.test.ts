import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { showsUnicode, toAscii } from '../../src/terminal/frame/ascii.ts';
import { FrameWriter } from '../../src/terminal/frame/frameWriter.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A terminal that knows no more than absolute places and erasing. */
function terminal(columns = 20, rows = 4) {
  const lines = new Array<string>(rows).fill('');
  const written: string[] = [];
  return {
    columns,
    rows,
    lines,
    written,
    write: (text: string) => {
      written.push(text);
      if (text.includes('\x1b[2J')) lines.fill('');
      for (const [, row, line] of text.matchAll(/\x1b\[(\d+);1H\x1b\[0m(.*?)\x1b\[0m\x1b\[K/gs))
        lines[Number(row) - 1] = line!;
    },
  };
}

test('only the lines that changed are written, each at its place', () => {
  const screen = terminal();
  const frames = new FrameWriter(screen);
  frames.write('one\ntwo\nthree');
  vi.advanceTimersByTime(200);
  frames.write('one\nTWO\nthree');
  expect(screen.lines).toEqual(['one', 'TWO', 'three', '']);
  expect(screen.written.at(-1)).not.toContain('three');
});

test('whatever frames follow each other, the last one stands on the screen', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z ]{0,8}$/), { maxLength: 6 })), (frames) => {
      const screen = terminal();
      const writer = new FrameWriter(screen);
      for (const frame of frames) writer.write(frame.join('\n'));
      vi.advanceTimersByTime(1000);
      const last = frames.at(-1) ?? [];
      expect(screen.lines).toEqual(Array.from({ length: 4 }, (_, i) => last[i] ?? ''));
    }),
  );
});

test('at most ten frames a second are drawn, and the last one always', () => {
  const screen = terminal();
  const frames = new FrameWriter(screen);
  for (let i = 0; i < 1000; i++) {
    frames.write(`frame ${i}`);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(200);
  expect(screen.written.length).toBeLessThanOrEqual(12);
  expect(screen.lines[0]).toBe('frame 999');
});

test('a repaint draws everything anew, and while it is paused nothing is written', () => {
  const screen = terminal();
  const frames = new FrameWriter(screen);
  frames.write('one\ntwo');
  screen.lines.fill('spoilt');
  frames.repaint();
  expect(screen.lines.slice(0, 2)).toEqual(['one', 'two']);
  frames.pause();
  const before = screen.written.length;
  frames.write('three');
  vi.advanceTimersByTime(1000);
  expect(screen.written).toHaveLength(before);
  frames.resume();
  expect(screen.lines[0]).toBe('three');
});

test('a frame that is higher than the terminal is cut: a terminal that scrolls has lost its picture', () => {
  const screen = terminal();
  new FrameWriter(screen).write('1\n2\n3\n4\n5\n6');
  expect(screen.lines).toEqual(['1', '2', '3', '4']);
  expect(screen.written.join('')).not.toContain('5');
});

test('ASCII is as wide as what it replaces, and no sign of the screens becomes a question mark', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(toAscii(text)).toMatch(/^[\x00-\x7f]*$/);
      expect([...toAscii(text)]).toHaveLength([...text].length);
    }),
  );
  expect(toAscii('▸ ── 10 µA × 5 °C → Übergang…')).toBe('> -- 10 uA x 5  C > Ubergang~');
});

test('Unicode is shown where the locale says so, in the order that the system asks them', () => {
  expect(showsUnicode({ LANG: 'de_DE.UTF-8' })).toBe(true);
  expect(showsUnicode({ LANG: 'C' })).toBe(false);
  expect(showsUnicode({})).toBe(false);
  expect(showsUnicode({ LC_ALL: 'C', LANG: 'en_GB.utf8' })).toBe(false);
  expect(showsUnicode({ LANG: 'en_GB.utf8', TERM: 'linux' })).toBe(false);
});
