import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BatonError } from '../../base/errors.ts';
import { programPath } from '../../base/programs.ts';
import { type DatabaseSettings, localSettings } from '../client/settings.ts';
import { isObject, textOf } from '../json.ts';
import type { KnownModule } from './seed/seed.ts';

interface StartedDatabase {
  url: string;
  settings: DatabaseSettings;
  /** Ends the process; what the database was given stays in its file. */
  stop(): Promise<void>;
}

/** Starts the local database in a process of its own, for whoever must not be held up by its disk. Throws E8064. */
export async function startLocalDatabase(wanted: {
  file: string;
  modules?: readonly KnownModule[];
}): Promise<StartedDatabase> {
  const child = spawn(process.execPath, [programPath('localDatabase')], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const exited = once(child, 'exit');
  child.stdin.write(`${JSON.stringify(wanted)}\n`);
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const answer: unknown = value === undefined ? undefined : JSON.parse(String(value));
  const url = isObject(answer) ? textOf(answer.url) : undefined;
  if (!url) {
    await exited;
    throw new BatonError(
      {
        code: 'E8064',
        what: `The local database did not start: ${said.trim() || 'it said nothing'}.`,
        remedy: 'What was queued stays queued. Try `baton itkdb serve` by hand.',
      },
      { exitCode: 3 },
    );
  }
  return {
    url,
    settings: localSettings(url),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
