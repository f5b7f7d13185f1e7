import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { toAscii } from '../../src/terminal/frame/ascii.ts';
import { Keyboard } from '../../src/terminal/keys/keyboard.ts';
import { Surrounded, type Surroundings } from '../../src/terminal/screens/parts/surroundings.tsx';
import { stringsIn } from '../../src/terminal/strings/strings.ts';

// What is shown on the clock on the wall is the same on every wall.
process.env.TZ = 'UTC';

/** A fixed moment, so that what is drawn is the same every time. */
export const noon = Date.UTC(2026, 10, 20, 12, 0, 0);

export interface DrawnScreen {
  /** What stands on it, without colours and blanks at the ends of lines. */
  text(): string;
  press(...chunks: string[]): Promise<void>;
  /** Lets the time pass that screens are told. */
  passes(ms: number): void;
  close(): void;
}

/** Draws screens as on a terminal of that size, with keys and a clock in the hands of the test. */
export async function drawScreen(
  element: ReactNode,
  {
    columns = 80,
    rows = 24,
    unicode = true,
    language = 'en',
    /** How long after noon it is, s. */
    at = 0,
  } = {},
): Promise<DrawnScreen> {
  let now = noon + at * 1000;
  let frame = '';
  // Every piece counts as pressed by itself, unless it comes as one.
  let typed = 0;
  const keyboard = new Keyboard(() => (typed += 1000));
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    write: (text: string) => {
      frame = text;
      return true;
    },
  });
  const surroundings: Surroundings = {
    strings: stringsIn(language),
    columns,
    rows,
    unicode,
    now: () => now,
    listen: (...how) => keyboard.listen(...how),
  };
  const instance = render(<Surrounded by={surroundings}>{element}</Surrounded>, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  await settled();
  return {
    text: () => {
      const plain = stripVTControlCharacters(frame).replace(/[ ]+$/gm, '');
      return unicode ? plain : toAscii(plain);
    },
    press: async (...chunks) => {
      for (const chunk of chunks) {
        keyboard.take(chunk);
        await settled();
      }
    },
    passes: (ms) => {
      now += ms;
    },
    close: () => {
      keyboard.close();
      instance.unmount();
    },
  };
}

/** React's effects and what they cause have happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setImmediate(resolve));
}
