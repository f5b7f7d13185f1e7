import { join } from 'node:path';
import winston from 'winston';
import type { WireEvent } from '../../instruments/transports/link.ts';
import type { JournalLine } from '../../journal/event.ts';
import { runFiles } from '../../journal/runDirectory.ts';

interface RunLog {
  event(line: JournalLine): void;
  wire(event: WireEvent): void;
  close(): Promise<void>;
}

/** A disk that does not answer keeps no run from its end for longer, ms. */
const longestMs = 1000;

/**
 * baton.log of a run: for whoever looks for a fault afterwards. The journal says what happened; this says how, with every
 * exchange on every wire when BATON_LOG is `debug`.
 */
export function openRunLog(directory: string): RunLog {
  const file = new winston.transports.File({
    filename: join(directory, runFiles.log),
    options: { flags: 'a', mode: 0o600 },
  });
  const logger = winston.createLogger({
    level: process.env.BATON_LOG ?? 'info',
    format: winston.format.combine(winston.format.timestamp(), winston.format.printf(format)),
    transports: [file],
  });
  // A full disk is told by the journal; the log must not end the run.
  file.on('error', () => undefined);
  return {
    event: ({ event, n, t, ...rest }) => {
      if (event !== 'power') logger.info(`${event} ${JSON.stringify(rest)}`);
    },
    // There are thousands, and what would be thrown away is not made.
    wire: (event) => {
      if (logger.isDebugEnabled()) logger.debug(`wire ${JSON.stringify(event)}`);
    },
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, longestMs);
        // After an error there is no other end, and nobody may wait for one.
        for (const end of ['finish', 'error'])
          file.on(end, () => {
            clearTimeout(timer);
            resolve();
          });
        logger.end();
      }),
  };
}

function format({ timestamp, level, message }: winston.Logform.TransformableInfo): string {
  return `${String(timestamp)} ${level.toUpperCase()} ${String(message)}`;
}
