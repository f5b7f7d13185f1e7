import { showsUnicode, toAscii } from './ascii.ts';
import { FrameWriter } from './frameWriter.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H';
const leave = '\x1b[0m\x1b[?25h\x1b[?1049l';
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

interface FullScreen {
  readonly frames: FrameWriter;
  readonly unicode: boolean;
  /** Gives the terminal back as it was found, for a while: until somebody brings the job to the foreground again. */
  suspend(): void;
  /** Gives it back for good. */
  close(): void;
}

/**
 * Takes the whole terminal: its second screen, without a cursor, key by key. It is given back on every way out: at the
 * end, on a signal, on an error that nobody catches, and when the program is suspended.
 */
export function openFullScreen(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  on: { input(chunk: string): void; resize(): void; ended(): void },
): FullScreen {
  const unicode = showsUnicode(process.env);
  const frames = new FrameWriter(output, unicode ? undefined : toAscii);
  let open = false;

  const take = () => {
    if (open) return;
    open = true;
    input.setRawMode(true);
    input.resume();
    output.write(enter);
    frames.resume();
  };
  const give = () => {
    if (!open) return;
    open = false;
    frames.pause();
    output.write(leave);
    // A terminal that is gone has no mode to be given back.
    if (!input.destroyed) input.setRawMode(false);
  };
  const resized = () => {
    frames.repaint();
    on.resize();
  };
  const suspend = () => {
    give();
    process.off('SIGTSTP', suspend);
    // As the terminal itself would do it: to all of the job. Where no shell could ever continue it, the kernel does not
    // stop it [POSIX, orphaned process groups], and we go on at once.
    process.kill(0, 'SIGTSTP');
    setTimeout(continued, 200);
  };
  const continued = () => {
    if (open || closed) return;
    process.off('SIGTSTP', suspend).on('SIGTSTP', suspend);
    take();
  };
  // Told by the kernel after it was stopped in any way, by SIGSTOP too: then the shell has changed the terminal meanwhile.
  const woken = () => {
    if (closed) return;
    open = false;
    continued();
  };
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    give();
    frames.pause();
    input.off('data', on.input);
    input.pause();
    output.off('resize', resized);
    process.off('SIGTSTP', suspend).off('SIGCONT', woken).off('exit', close);
    for (const signal of endings) process.off(signal, on.ended);
  };

  input.setEncoding('utf8').on('data', on.input);
  // A terminal that is closed ends its input, or breaks its output.
  input.once('end', on.ended);
  for (const stream of [input, output]) stream.on('error', on.ended);
  output.on('resize', resized);
  process.on('SIGTSTP', suspend).on('SIGCONT', woken).on('exit', close);
  for (const signal of endings) process.on(signal, on.ended);
  take();
  return { frames, unicode, suspend, close };
}
