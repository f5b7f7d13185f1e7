import { useCallback, useState } from 'react';
import { firstSeen } from '../../draw/firstSeen.ts';
import type { Key } from '../../keys/key.ts';
import { stride } from '../../keys/stride.ts';
import { withoutLast } from './scanField.tsx';

/** A list that typing filters, and in which the arrows choose. */
export interface TypedList<Row> {
  typed: string;
  fitting: readonly Row[];
  chosen: Row | undefined;
  /** Those that there is room for, the chosen one among them. */
  seen: readonly Row[];
  /** True: the key was one of the list's. */
  press(key: Key): boolean;
  move(by: number): void;
  /** Begins again with that text, at that row. */
  restart(typed?: string, at?: number): void;
}

/** `wordsOf` is what a row is found by; `room` is how many rows are seen. */
export function useTypedList<Row>(
  rows: readonly Row[],
  wordsOf: (row: Row) => string,
  room: number,
  begin: { typed?: string; at?: number } = {},
): TypedList<Row> {
  const [typed, setTyped] = useState(begin.typed ?? '');
  const [wanted, setAt] = useState(begin.at ?? 0);
  const fitting = rows.filter((row) => fitsTyped(wordsOf(row), typed));
  const last = fitting.length - 1;
  const at = Math.min(wanted, last);
  const from = firstSeen(at, fitting.length, room);

  function move(by: number): void {
    setAt(Math.max(0, Math.min(last, at + by)));
  }

  const restart = useCallback((text = '', row = 0): void => {
    setTyped(text);
    setAt(row);
  }, []);

  function press(key: Key): boolean {
    const by = rows.length > 0 ? stride(key, room) : undefined;
    if (by !== undefined) move(by);
    else if (key.key === 'text') restart(typed + key.text);
    else if (key.key === 'backspace') setTyped(withoutLast(typed));
    else return false;
    return true;
  }

  return {
    typed,
    fitting,
    chosen: fitting[at],
    seen: fitting.slice(from, from + room),
    press,
    move,
    restart,
  };
}

export function fitsTyped(words: string, typed: string): boolean {
  return words.toLowerCase().includes(typed.trim().toLowerCase());
}
