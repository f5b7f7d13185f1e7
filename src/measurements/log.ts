/** Log lines in dirigent's shape: `2025-10-07 12:57:24 INFO iv_curve - text`. */
export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  /** `===== i/n text =====` */
  progress(step: number, of: number, text: string): void;
}

type Level = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** A log of this name. `DEBUG` lines are written only if asked for. */
export function startLog(
  name: string,
  write: (line: string) => void,
  { debug = false, clock = () => new Date() } = {},
): Log {
  const line = (level: Level, text: string) => {
    for (const part of text.split('\n')) write(`${timestamp(clock())} ${level} ${name} - ${part}\n`);
  };
  return {
    debug: (text) => {
      if (debug) line('DEBUG', text);
    },
    info: (text) => line('INFO', text),
    warning: (text) => line('WARNING', text),
    error: (text) => line('ERROR', text),
    progress: (step, of, text) => line('INFO', `===== ${step}/${of} ${text} =====`),
  };
}

/** Local time to the second, as Python's logging writes it with dirigent's date format. */
function timestamp(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return (
    `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
    `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  );
}
