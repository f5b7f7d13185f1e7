import { writeFileSync } from 'node:fs';
import { ItkdbClient } from '../../src/itkdb/client/client.ts';
import { Session } from '../../src/itkdb/client/session.ts';
import { localSettings } from '../../src/itkdb/client/settings.ts';
import { Transport } from '../../src/itkdb/client/transport.ts';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import { Outbox } from '../../src/itkdb/outbox/outbox.ts';
import { sendPatiently } from '../../src/itkdb/outbox/sender.ts';
import { localCodes } from '../../src/itkdb/server/serve.ts';

/*
 * A process that queues documents and sends them, and kills itself at the n-th action: before or after any operation
 * on the queue, and between any two requests. Run by outboxChaos.test.ts, bundled.
 */
const [file, definitionsFolder, url, documents, killAt] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

/** Every tenth document has two files. */
const files = ['a', 'b'].map((title) => ({ path: `${file}.${title}.csv`, title }));
for (const { path, title } of files) writeFileSync(path, title.repeat(1000));

let actions = 0;
function action(): void {
  actions += 1;
  if (actions === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

const outbox = new Proxy(await Outbox.open(file), {
  get(target, key) {
    const value: unknown = Reflect.get(target, key, target);
    if (typeof value !== 'function') return value;
    return (...args: unknown[]) => {
      action();
      const result: unknown = (value as (...all: unknown[]) => unknown).apply(target, args);
      action();
      return result;
    };
  },
});

const settings = localSettings(url);
const transport = new Transport(settings);
const session = new Session({ settings, transport, accessCodes: async () => localCodes() });
const client = new ItkdbClient({ session, transport, pauseMs: 1 });

for (let n = 0; n < Number(documents); n++) {
  const draft = {
    component: `20UPGM2211${String(n % 20).padStart(4, '0')}`,
    testType: 'PIXEL_FAILURE_ANALYSIS',
    runNumber: `20260102T030405_bench_x-${n}`,
    date: '2026-01-02T03:04:05.678Z',
    passed: true,
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [n, 0, 0, 1] },
  };
  await outbox.addTestRun(draft, { database: client.name, simulated: true }, n % 10 === 0 ? files : []);
}
const definitions = new Definitions({ client, database: client.name, folder: definitionsFolder });
const summary = await sendPatiently(
  {
    outbox,
    client,
    definitions,
    local: true,
    pauseMs: 1,
    settleMs: 20,
    onEvent: action,
  },
  20_000,
);
await client.close();
outbox.close();
process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exitCode = summary && !summary.stopped ? 0 : 7;
