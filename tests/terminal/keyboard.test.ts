import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { decode } from '../../src/terminal/keys/decode.ts';
import type { Key } from '../../src/terminal/keys/key.ts';
import { Keyboard } from '../../src/terminal/keys/keyboard.ts';
import { settled } from './screen.tsx';

afterEach(() => {
  vi.useRealTimers();
});

/** What a keyboard makes of pieces that come so many ms apart. */
async function pressed(...pieces: (string | number)[]): Promise<Key[]> {
  const keys: Key[] = [];
  let now = 0;
  const keyboard = new Keyboard(() => now);
  keyboard.listen('screen', (key) => {
    keys.push(key);
    return true;
  });
  for (const piece of pieces) {
    if (typeof piece === 'number') now += piece;
    else keyboard.take(piece);
    await settled();
  }
  keyboard.close();
  return keys;
}

test('function keys, arrows and pages are known as xterm, tmux and the Linux console send them', async () => {
  expect(await pressed('\x1bOP', '\x1b[[A', '\x1b[11~', '\x1b[15~', '\x1b[A', '\x1bOA', '\x1b[5~')).toEqual(
    ['F1', 'F1', 'F1', 'F5', 'up', 'up', 'pageUp'].map((key) => ({ key })),
  );
});

test('a sequence that arrives in two pieces is one key', async () => {
  // However long this machine takes from one piece to the next, it is no pause.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  expect(await pressed('\x1b', '[', '6~')).toEqual([{ key: 'pageDown' }]);
});

test('Escape alone is Escape, after a moment in which nothing follows', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const keys: Key[] = [];
  const keyboard = new Keyboard(() => 0);
  keyboard.listen('screen', (key) => keys.push(key) > 0);
  keyboard.take('\x1b');
  expect(keys).toEqual([]);
  vi.advanceTimersByTime(60);
  expect(keys).toEqual([{ key: 'escape' }]);
  keyboard.close();
});

test('what a person types is typed, what a scanner types is scanned, fast or sign by sign', async () => {
  expect(await pressed('a', 200, 'b', 200, '\r')).toEqual([
    { key: 'text', text: 'a', scanned: false },
    { key: 'text', text: 'b', scanned: false },
    { key: 'enter', scanned: false },
  ]);
  expect(await pressed('20U\r')).toEqual([
    { key: 'text', text: '20U', scanned: true },
    { key: 'enter', scanned: true },
  ]);
  expect((await pressed('2', 5, '0', 5, 'U', 5, '\r')).slice(1)).toEqual([
    { key: 'text', text: '0', scanned: true },
    { key: 'text', text: 'U', scanned: true },
    { key: 'enter', scanned: true },
  ]);
});

test('a single letter with Enter in one piece was typed ahead, and is no deliberate key', async () => {
  expect(await pressed('y\r')).toEqual([
    { key: 'text', text: 'y', scanned: true },
    { key: 'enter', scanned: true },
  ]);
});

test('a dialog is asked before its screen, and that before the program', () => {
  const asked: string[] = [];
  const keyboard = new Keyboard(() => 0);
  for (const level of ['screen', 'program', 'dialog', 'session'] as const)
    keyboard.listen(level, () => {
      asked.push(level);
      return level === 'session';
    });
  keyboard.take('x');
  keyboard.close();
  expect(asked).toEqual(['dialog', 'screen', 'session']);
});

test('whatever bytes come, in whatever pieces, none is lost and none is taken twice', () => {
  const sign = fc.oneof(
    fc.constantFrom('\x1b[A', '\x1bOP', '\x1b[15~', '\r', '\t', '\x03', '\x7f'),
    fc.string({ unit: 'grapheme', maxLength: 5 }).filter((text) => !/[\x00-\x1f\x7f]/.test(text)),
  );
  fc.assert(
    fc.property(fc.array(sign), fc.nat(), (signs, at) => {
      const whole = signs.join('');
      const cutAt = whole.length === 0 ? 0 : at % whole.length;
      const first = decode(whole.slice(0, cutAt));
      const second = decode(first.rest + whole.slice(cutAt));
      const together = decode(whole);
      const texts = (keys: typeof together.keys) =>
        keys.map((key) => ('text' in key ? key.text : JSON.stringify(key))).join('');
      expect(texts([...first.keys, ...second.keys])).toBe(texts(together.keys));
      expect(second.rest).toBe(together.rest);
    }),
  );
});
