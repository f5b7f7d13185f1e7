import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * Reads the lines of a socket or pipe, and resolves when there are no more. However the other side goes, that is an end
 * like any other: readline passes an error of its input on, where nobody expects one, and it would end this process.
 */
export function readLines(input: Readable, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input })
      .on('line', onLine)
      .on('close', resolve)
      .on('error', () => resolve());
    input.on('error', () => resolve());
    input.on('close', () => resolve());
  });
}
