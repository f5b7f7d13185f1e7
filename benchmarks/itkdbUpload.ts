import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ItkdbClient } from '../src/itkdb/client/client.ts';
import { Session } from '../src/itkdb/client/session.ts';
import { localSettings } from '../src/itkdb/client/settings.ts';
import { Transport } from '../src/itkdb/client/transport.ts';
import { Definitions } from '../src/itkdb/definitions/definitions.ts';
import { Outbox } from '../src/itkdb/outbox/outbox.ts';
import { sendPatiently } from '../src/itkdb/outbox/sender.ts';
import { localCodes } from '../src/itkdb/server/serve.ts';

interface Row {
  name: string;
  /** Ours over theirs; larger is better. */
  ratio: number;
  absolute: string;
  against: string;
  /** The ratio that must be reached. */
  limit?: number;
}

const documents = 1000;
const longQueue = 4000;

export async function uploadRows(server: string, folder: string): Promise<Row[]> {
  const child = fork(server, [join(folder, 'database.sqlite')]);
  try {
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    const client = clientOf(url);
    const token = (await client.session.token()).bearer.reveal();
    // Both sides once before, so that neither pays for the other's warming up.
    await bareLoop(url, token, 'warm', 200);
    await throughQueue(client, folder, 'warm', 200);
    // Side by side, and the middle of three: a machine that is busy with something else is so for both.
    const rounds: { bare: number; queued: number }[] = [];
    for (let round = 0; round < 3; round++)
      rounds.push({
        bare: await bareLoop(url, token, `bare-${round}`, documents),
        queued: (await throughQueue(client, folder, `queue-${round}`, documents)).rate,
      });
    const { bare, queued } = rounds.sort((a, b) => a.queued / a.bare - b.queued / b.bare)[1]!;
    const heap = await throughQueue(client, folder, 'long', longQueue);
    await client.close();
    return [
      {
        name: `upload of ${documents} test runs, queued durably and read back`,
        ratio: queued / bare,
        absolute: `${queued.toFixed(0)} test runs/s`,
        against: `bare keep-alive HTTP loop, ${bare.toFixed(0)} test runs/s`,
        limit: 1 / 3,
      },
      {
        name: `memory after ${longQueue} test runs sent, against after ${longQueue / 4}`,
        ratio: heap.early / heap.late,
        absolute: `${(heap.late / 1e6).toFixed(1)} MB`,
        against: `${(heap.early / 1e6).toFixed(1)} MB`,
        limit: 0.8,
      },
    ];
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

function draft(session: string, n: number) {
  return {
    component: `20UPGM2211${String(n % 40).padStart(4, '0')}`,
    testType: 'PIXEL_FAILURE_ANALYSIS',
    runNumber: `${session}-${n}`,
    date: '2026-01-02T03:04:05.678Z',
    passed: true,
    problems: false,
    properties: { OPERATOR: session },
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [n, 1, 2, 3] },
    comments: ['Benchmark 1/1'],
  };
}

/** Test runs a second. */
async function bareLoop(url: string, token: string, session: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const began = performance.now();
  for (let n = 0; n < count; n++) {
    const body = JSON.stringify({ ...draft(session, n), institution: 'CERN' });
    await new Promise<void>((resolve, reject) => {
      const outgoing = request(
        `${url}uploadTestRunResults`,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${token}`,
          },
        },
        (answer) => {
          answer.resume();
          answer.on('end', () =>
            answer.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${answer.statusCode}`)),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
  agent.destroy();
  return count / ((performance.now() - began) / 1000);
}

async function throughQueue(
  client: ItkdbClient,
  folder: string,
  session: string,
  count: number,
): Promise<{ rate: number; early: number; late: number }> {
  const outbox = await Outbox.open(join(folder, `outbox-${session}.sqlite`));
  const definitions = new Definitions({ client, database: client.name, folder: join(folder, 'definitions') });
  const memory = count === longQueue ? [0, 0] : undefined;
  let confirmed = 0;
  const began = performance.now();
  const target = { database: client.name, simulated: true };
  // As runs of five steps queue their results.
  for (let n = 0; n < count; n += 5) {
    const run = Array.from({ length: 5 }, (_, step) => ({ draft: draft(session, n + step), files: [] }));
    await outbox.addTestRuns(run, target);
  }
  await sendPatiently(
    {
      outbox,
      client,
      definitions,
      local: true,
      onEvent: ({ what }) => {
        if (what !== 'confirmed') return;
        confirmed += 1;
        if (memory && confirmed === count / 4) memory[0] = heapInUse();
        if (memory && confirmed === count) memory[1] = heapInUse();
      },
    },
    60_000,
  );
  const seconds = (performance.now() - began) / 1000;
  outbox.close();
  if (confirmed !== count) throw new Error(`${confirmed} of ${count} were confirmed`);
  return { rate: count / seconds, early: memory?.[0] ?? 0, late: memory?.[1] ?? 0 };
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function clientOf(url: string): ItkdbClient {
  const settings = localSettings(url);
  const transport = new Transport(settings);
  const session = new Session({ settings, transport, accessCodes: async () => localCodes() });
  return new ItkdbClient({ session, transport });
}
