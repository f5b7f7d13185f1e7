import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** One stream of a calibration on its way to the log and to the runner. */
export interface KeptOutput {
  /** What the calibration is given to print on; to be closed here once it has it. */
  into: Writable;
  /** The same, for the runner to read. */
  from: Readable;
  /** Resolves when nobody prints any more, with what the log could not take. */
  ended: Promise<string | undefined>;
  /** Reads no more of it. What somebody prints all the same goes to the log. */
  leave(): void;
}

/**
 * A stream that is kept whatever becomes of the runner: `tee` writes it to the log as it comes and passes it on. When the
 * runner dies, the calibration meets no broken pipe on its way down, and all that it prints is still found in its log.
 * A log that the disk does not take is told at the end, and holds nothing up.
 */
export async function keepOutput(logFile: string): Promise<KeptOutput> {
  // Made here, for the user alone; tee would let others read it.
  await (await open(logFile, 'a', 0o600)).close();
  // -p: it goes on when the other side of its pipe has gone [coreutils 8.24]. In a session of its own no signal of a
  // terminal ends it before its time.
  const tee = spawn('tee', ['-a', '-p', '--', logFile], { detached: true, stdio: 'pipe' });
  await once(tee, 'spawn');
  let said = '';
  tee.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 1000);
  });
  for (const stream of [tee.stdin, tee.stderr]) stream.on('error', () => undefined);
  const ended = new Promise<string | undefined>((resolve) => {
    tee.once('close', (code) => resolve(code === 0 ? undefined : said.trim() || `tee ended with ${code}`));
  });
  return {
    into: tee.stdin,
    from: tee.stdout,
    ended,
    leave: () => {
      tee.stdout.destroy();
      tee.stderr.destroy();
      tee.unref();
      (tee.stderr as Socket).unref();
    },
  };
}
