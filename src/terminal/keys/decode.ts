import { type Key, sequences } from './key.ts';

/** A key before it is known who pressed it. */
export type RawKey = { text: string } | { enter: true } | { other: Exclude<Key, { scanned: boolean }> };

/** One whole escape sequence, its ESC apart: CSI, SS3, the Linux console's, or ESC and one sign (Alt). */
const sequence = /^(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[\x20-\x7e]|[^[O\x1b])/;
/** The beginning of one, of which more may come. */
const unfinished = /^(?:|\[|\[\[|\[[0-?]*[ -/]*|O)$/;

/**
 * Cuts what a terminal sent into keys. The rest is the beginning of an escape sequence that is not complete; alone, and
 * with nothing following, it is the Escape key.
 */
export function decode(input: string): { keys: RawKey[]; rest: string } {
  const keys: RawKey[] = [];
  let left = input;
  while (left !== '') {
    if (left.startsWith('\x1b')) {
      const behind = left.slice(1);
      if (unfinished.test(behind)) return { keys, rest: left };
      const found = sequence.exec(behind)?.[0];
      keys.push({ other: { key: found === undefined ? 'escape' : (sequences[found] ?? 'unknown') } });
      left = behind.slice(found?.length ?? 0);
      continue;
    }
    const text = /^[^\x00-\x1f\x7f]+/.exec(left)?.[0];
    if (text !== undefined) keys.push({ text });
    else keys.push(control(left[0]!));
    left = left.slice(text?.length ?? 1);
  }
  return { keys, rest: '' };
}

function control(sign: string): RawKey {
  switch (sign) {
    case '\r':
    case '\n':
      return { enter: true };
    case '\t':
      return { other: { key: 'tab' } };
    case '\x7f':
    case '\b':
      return { other: { key: 'backspace' } };
    default:
      return { other: { key: 'ctrl', letter: String.fromCharCode(sign.charCodeAt(0) + 0x60) } };
  }
}
