import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listenPrivately, privateSocketPath } from '../../src/base/privateSocket.ts';
import type { JournalLine } from '../../src/journal/event.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { connectToRun } from '../../src/sequence/attach/runClient.ts';
import { runSocketName, type ToClient } from '../../src/sequence/attach/runProtocol.ts';
import { RunServer } from '../../src/sequence/attach/runServer.ts';
import { type Bench, eventually, isAlive, openBench, type RunUnderTest, runIn } from '../runUnderTest.ts';
import { judge } from '../witness.ts';
import { powered } from './takenOver.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
const runtime = process.env.XDG_RUNTIME_DIR;
beforeAll(() => {
  bench = openBench();
  process.env.XDG_RUNTIME_DIR = bench.directory;
});
afterAll(async () => {
  if (runtime === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = runtime;
  await bench.close();
});

const holding = { env: { BATON_SIMULATED_FAULT: 'voltage_trimming:hang' } };
const hanging = () => bench.run(bench.sequence('voltage_trimming'), holding);

async function look(run: RunUnderTest) {
  const messages: ToClient[] = [];
  await eventually(
    () => existsSync(privateSocketPath(run.path, runSocketName)),
    () => 'the socket of the run',
  );
  const client = await connectToRun(run.path, (message) => messages.push(message));
  if (!client) throw new Error('nobody listens');
  const lines = () => messages.flatMap((message) => ('line' in message ? [message.line] : []));
  return { client, messages, lines };
}

describe('the socket of a run', () => {
  test.concurrent('shows the whole journal to whoever comes, early or late, and one of them stops the run', async () => {
    const run = await hanging();
    const early = await look(run);
    await powered(run);
    const late = await look(run);
    late.client.stop('a tester');
    expect(await run.process.ended).toBe(130);
    await Promise.all([early.client.ended, late.client.ended]);
    const written: JournalLine[] = run.journal();
    expect(early.lines()).toEqual(written);
    expect(late.lines()).toEqual(written);
    expect(run.record().stops).toMatchObject([{ by: 'a tester' }]);
    expect(await connectToRun(run.path, () => undefined), 'nobody listens any more').toBeUndefined();
  });

  test.concurrent('lets a client answer what a calibration asks, and no secret is written down', async () => {
    const secret = 'geheim-4711';
    const run = await bench.run(bench.sequence('voltage_trimming'), {
      env: { BATON_SIMULATED_FAULT: 'voltage_trimming:prompt-password' },
    });
    const { client, messages } = await look(run);
    const { question } = await eventually(
      () => messages.find((message) => 'question' in message),
      () => 'the question',
    );
    expect(question).toMatchObject({ secret: true });
    client.answer(question.id, secret);
    expect(await run.process.ended).toBe(0);
    expect(run.journal().find(({ event }) => event === 'step.answered')).toMatchObject({
      answer: '(not written down)',
      by: 'operator',
    });
    for (const [path, text] of everyFile(run.path)) expect(text, path).not.toContain(secret);
    expect(run.process.stdout() + run.process.stderr()).not.toContain(secret);
  });

  test.concurrent('is for its user alone, and so is everything in the run directory', async () => {
    const run = await hanging();
    await powered(run);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(privateSocketPath(run.path, runSocketName))).toBe('600');
    expect(mode(run.path)).toBe('700');
    for (const [path] of everyFile(run.path)) expect(mode(path), path).toMatch(/^[67]00$/);
    process.kill(run.pid, 'SIGTERM');
    await run.process.ended;
  });

  test('lets a client go that is stopped while it is told the past, before that fills the memory', async () => {
    const directory = mkdtempSync(join(bench.directory, 'stopped-'));
    const path = join(directory, 'journal.jsonl');
    const line = { n: 0, t: 0, event: 'stop.requested', by: 'x'.repeat(1 << 20) } as const;
    writeFileSync(path, `${JSON.stringify(line)}\n`.repeat(8));
    let tell: (line: JournalLine) => void = () => undefined;
    const journal = { path, bytes: statSync(path).size, listen: (to: typeof tell) => (tell = to) };
    const server = await RunServer.open(journal as unknown as Journal, directory, () => undefined);
    const client = connect(privateSocketPath(directory, runSocketName)).pause();
    await eventually(
      () => server.watched,
      () => 'the client',
    );
    for (let k = 0; k < 60; k += 1) tell(line);
    expect(server.watched, 'it may lag').toBe(true);
    for (let k = 0; k < 10; k += 1) tell(line);
    await eventually(
      () => !server.watched,
      () => 'the client to be let go',
    );
    client.destroy();
    await server.close();
  });

  test('lies in a short private folder where the path is too long for a socket', async () => {
    const long = join(bench.directory, 'x'.repeat(120));
    mkdirSync(long);
    const server = createServer((socket) => socket.end('here'));
    const remove = await listenPrivately(server, long, 's.sock');
    const path = privateSocketPath(long, 's.sock');
    expect(path.length).toBeLessThan(108);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    server.close();
    remove();
    expect(readdirSync(long)).toEqual([]);
  });
});

describe('baton attach', () => {
  test.concurrent('leaves the run alone when it is left, and stops it with --stop', async () => {
    const run = await hanging();
    await powered(run);
    const attached = bench.baton(['attach', run.path]);
    await eventually(
      () => attached.stdout().includes('step 1'),
      () => attached.stderr(),
    );
    attached.child.kill('SIGINT');
    expect(await attached.ended).toBe(0);
    expect(attached.stderr()).toContain('the run goes on');
    expect(isAlive(run.pid)).toBe(true);

    const stopping = bench.baton(['attach', run.path, '--stop']);
    expect(await stopping.ended).toBe(130);
    expect(stopping.stdout()).toContain('stopped by the operator; the station is safe');
    expect(await run.process.ended).toBe(130);
    const gone = bench.baton(['attach', run.path]);
    expect(await gone.ended).toBe(2);
    expect(gone.stderr()).toContain('E4602');
  });

  test.concurrent('goes on showing what the guardian does when the runner is killed', async () => {
    const run = await hanging();
    await powered(run);
    const attached = bench.baton(['attach', run.path]);
    await eventually(
      () => attached.stdout().includes('step 1'),
      () => attached.stderr(),
    );
    process.kill(run.pid, 'SIGKILL');
    expect(await attached.ended).toBe(3);
    expect(attached.stdout()).toMatch(/guardian takes over[\s\S]*safe +verified/);
  });
});

describe('baton run --detach', () => {
  test.concurrent('goes on when the terminal that started it is killed, and attach finds it', async () => {
    const runs = join(bench.directory, 'detached');
    const sequence = bench.sequence('voltage_trimming');
    const simulated = ['--station', 'simulated', '--time-scale', '100', '--directory', runs, '--yes'];
    const client = bench.baton(['run', sequence, ...simulated, '--detach'], holding.env);
    await eventually(
      () => client.stdout().includes('run voltage_trimming') || client.stdout().includes('step 1'),
      () => client.stderr(),
    );
    const path = join(runs, readdirSync(runs)[0]!);
    const run = runIn(path, client);
    await powered(run);
    client.child.kill('SIGKILL');
    await client.ended;
    const back = bench.baton(['attach', '--directory', runs, '--stop']);
    expect(await back.ended, back.stderr()).toBe(130);
    expect(run.record()).toMatchObject({ end: 'stopped', safe: { verified: true } });
    expect(judge(run.witness(), { maxStep: 5 }).violations).toEqual([]);
  });

  test.concurrent('says what the run is refused for, with its exit code', async () => {
    const refused = bench.baton(['run', 'no-such-sequence', '--station', 'simulated', '--yes', '--detach']);
    expect(await refused.ended).toBe(2);
    expect(refused.stderr()).toContain('no-such-sequence');
  });
});

function everyFile(directory: string): [path: string, text: string][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}
