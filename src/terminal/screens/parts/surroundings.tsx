import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { EpochMs } from '../../../base/units.ts';
import type { KeyHandler, KeyLevel } from '../../keys/keyboard.ts';
import type { RunWatch } from '../../run/runWatch.ts';
import type { Strings } from '../../strings/en.ts';

/** What every screen stands in. */
export interface Surroundings {
  strings: Strings;
  columns: number;
  rows: number;
  /** False: ASCII alone. */
  unicode: boolean;
  now(): EpochMs;
  /** Returns what ends it. */
  listen(level: KeyLevel, handler: KeyHandler): () => void;
}

const Context = createContext<Surroundings | undefined>(undefined);

export function Surrounded({ by, children }: { by: Surroundings; children: ReactNode }) {
  return <Context.Provider value={by}>{children}</Context.Provider>;
}

export function useSurroundings(): Surroundings {
  const surroundings = useContext(Context);
  if (!surroundings) throw new Error('a screen stands outside of its surroundings');
  return surroundings;
}

/** Keys go to the dialog first, then to the screen below it, as long as nobody takes them. */
export function useKeys(level: KeyLevel, handler: KeyHandler): void {
  const { listen } = useSurroundings();
  const current = useRef(handler);
  current.current = handler;
  useEffect(() => listen(level, (key) => current.current(key)), [listen, level]);
}

/** The keys of a page; those that every page has come last: Esc and Ctrl-C go back, F1 shows all of them. */
export function usePageKeys(
  {
    onBack,
    onHelp,
    covered = false,
  }: {
    onBack: () => void;
    onHelp?: () => void;
    /** Another page stands on it, and has the keys. */
    covered?: boolean;
  },
  handler: KeyHandler = () => false,
): void {
  useKeys('screen', (key) => {
    if (covered) return false;
    if (handler(key)) return true;
    if (key.key === 'escape' || (key.key === 'ctrl' && key.letter === 'c')) onBack();
    else if (key.key === 'F1' && onHelp) onHelp();
    else return false;
    return true;
  });
}

/** Looks at a run, and draws again when it has changed. */
export function useRun(run: RunWatch): RunWatch {
  useSyncExternalStore(run.subscribe, () => run.version);
  return run;
}

/** The time, told anew twice a second: ages and what is left grow old by themselves. */
export function useNow(): EpochMs {
  const { now } = useSurroundings();
  const [time, setTime] = useState(now());
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 500);
    return () => clearInterval(timer);
  }, [now]);
  return Math.max(time, now());
}
