import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/itkdb/server/fault.ts';
import { bundled } from './bundled.ts';
import { startDatabase, temporaryFolder } from './localDatabase.ts';

const upload = 'uploadTestRunResults';
const attach = 'createTestRunAttachment';

// Of the moments at which a sender can die; outboxChaos.test.ts draws them from all.
test.each<[string, string, number, Fault]>([
  ['after the test run is made, before it knows', upload, 1, 'cut after'],
  ['after the first attachment is made, before it knows', attach, 1, 'cut after'],
  ['when everything is there, before the queue knows', attach, 2, 'cut after'],
])(
  'a sender that is killed %s leaves nothing undone and nothing twice',
  async (_what, command, time, fault) => {
    let sender: ChildProcess | undefined;
    let seen = 0;
    let killed = false;
    const database = await startDatabase({
      modules: [{ serialNumber: '20UPGM22110000' }],
      faults: (request) => {
        if (killed || request.command !== command || ++seen < time) return undefined;
        killed = sender!.kill('SIGKILL');
        return fault;
      },
    });
    const folder = temporaryFolder();
    const worker = await bundled('tests/itkdb/outboxWorker.ts');
    const send = async () => {
      const args = [
        worker,
        join(folder, 'outbox.sqlite'),
        join(folder, 'definitions'),
        database.url,
        '1',
        '0',
      ];
      sender = spawn(process.execPath, args, { stdio: 'ignore' });
      const [code, signal] = (await once(sender, 'exit')) as [number | null, string | null];
      return signal ?? code;
    };
    expect(await send()).toBe('SIGKILL');
    expect(await send()).toBe(0);
    const { items } = database.store.testRunsWhere('1=1', []);
    expect(items.map(({ state }) => state)).toEqual(['ready']);
    const attachments = database.store.attachments('testRun', items[0]!.id);
    expect(attachments.map(({ title }) => title).sort()).toEqual(['a', 'b']);
  },
);
