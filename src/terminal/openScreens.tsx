import { render } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import { openFullScreen } from './frame/fullScreen.ts';
import { Keyboard } from './keys/keyboard.ts';
import { Surrounded, type Surroundings } from './screens/parts/surroundings.tsx';
import { stringsIn } from './strings/strings.ts';

/**
 * Shows screens on the terminal until they end with a result, or somebody takes the terminal away: a signal, or a
 * connection that is lost. Then the result is undefined.
 *
 * @param draw the screens; it is handed what ends them
 */
export function openScreens<T>(
  draw: (end: (result: T) => void) => ReactNode,
  { language = 'en' }: { language?: string } = {},
): Promise<T | undefined> {
  const keyboard = new Keyboard();
  const strings = stringsIn(language);
  let size = sizeOf(process.stdout);
  const resizeListeners = new Set<() => void>();

  return new Promise((resolve, reject) => {
    const screen = openFullScreen(process.stdin, process.stdout, {
      input: (chunk) => keyboard.take(chunk),
      resize: () => {
        size = sizeOf(process.stdout);
        for (const listener of resizeListeners) listener();
      },
      ended: () => finish(undefined),
    });
    keyboard.listen('program', (key) => {
      if (key.key !== 'ctrl') return false;
      if (key.letter === 'z') screen.suspend();
      else if (key.letter === 'l') screen.frames.repaint();
      else return false;
      return true;
    });

    const { unicode } = screen;
    // In its debug mode ink hands over whole frames and leaves the terminal alone: FrameWriter draws them.
    const instance = render(
      <Whole size={{ subscribe, now: () => size }} rest={{ strings, unicode, now: Date.now, listen }}>
        {draw(finish)}
      </Whole>,
      {
        stdout: screen.frames as unknown as NodeJS.WriteStream,
        stdin: process.stdin,
        debug: true,
        exitOnCtrlC: false,
        patchConsole: false,
      },
    );
    instance.waitUntilExit().catch((error: unknown) => {
      screen.close();
      keyboard.close();
      reject(error);
    });

    function finish(result: T | undefined): void {
      instance.unmount();
      screen.close();
      keyboard.close();
      resolve(result);
    }
  });

  function subscribe(listener: () => void): () => void {
    resizeListeners.add(listener);
    return () => resizeListeners.delete(listener);
  }

  function listen(...how: Parameters<Keyboard['listen']>): () => void {
    return keyboard.listen(...how);
  }
}

/** The screens in surroundings that follow the size of the terminal. */
function Whole({
  size,
  rest,
  children,
}: {
  size: { subscribe(listener: () => void): () => void; now(): Pick<Surroundings, 'columns' | 'rows'> };
  rest: Omit<Surroundings, 'columns' | 'rows'>;
  children: ReactNode;
}) {
  const { columns, rows } = useSyncExternalStore(size.subscribe, size.now);
  return <Surrounded by={{ ...rest, columns, rows }}>{children}</Surrounded>;
}

/** A terminal that does not know its size is taken for the smallest one. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}
