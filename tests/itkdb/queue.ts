import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ItkdbClient } from '../../src/itkdb/client/client.ts';
import { getTestRuns, listTestRuns } from '../../src/itkdb/commands/testRuns.ts';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import { Outbox } from '../../src/itkdb/outbox/outbox.ts';
import { sendPatiently } from '../../src/itkdb/outbox/sender.ts';
import type { SenderOptions } from '../../src/itkdb/outbox/sending.ts';
import { temporaryFolder } from './localDatabase.ts';

export interface Queue {
  outbox: Outbox;
  target: { database: string; simulated: boolean };
  /** Sends until nothing is due any more within the patience. */
  send(options?: Partial<SenderOptions>): ReturnType<typeof sendPatiently>;
  file(name: string, text: string): string;
}

export async function queueFor(client: ItkdbClient, simulated = false): Promise<Queue> {
  const folder = temporaryFolder();
  const outbox = await Outbox.open(join(folder, 'outbox.sqlite'));
  onTestFinished(() => outbox.close());
  const definitions = new Definitions({ client, database: client.name, folder: join(folder, 'definitions') });
  return {
    outbox,
    target: { database: client.name, simulated },
    send: (options = {}) =>
      sendPatiently({ outbox, client, definitions, local: true, pauseMs: 1, settleMs: 20, ...options }, 5000),
    file(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
  };
}

/** The ready test runs of a component, with their values. */
export async function readyRuns(client: ItkdbClient, component: string) {
  const ids: string[] = [];
  for await (const run of listTestRuns(client, { component })) if (run.state === 'ready') ids.push(run.id);
  return getTestRuns(client, ids);
}
