import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BatonError, type Problem } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { programPath } from '../base/programs.ts';
import type { ControlAnswer, ControlRequest } from './control.ts';
import type { StationDescription } from './description.ts';
import type { StationAddresses } from './station.ts';

/** A simulated station in a process of its own, as its owner sees it. */
export interface SimulatedStation extends StationAddresses {
  pid: number;
  /** Path of a unix socket that takes control lines, for other processes. */
  control: string;
  /** Sets a fault, `silent:instrument=hv_1,after=20`; answers with its number. */
  setFault(text: string): Promise<number>;
  /** Ends the fault of that number, or all of a kind; answers how many there were. */
  endFault(which: number | string): Promise<number>;
  state(): Promise<{
    live: boolean;
    clients: number;
    faults: { id: number; fault: string; active: boolean }[];
  }>;
  /** Lets it go: it ends by itself when its outputs are off and nobody is connected. */
  release(): void;
  /** Ends it now. */
  end(): Promise<void>;
  /** Resolves when it has ended, whoever ended it. */
  waitForEnd(): Promise<void>;
}

/**
 * Starts a simulated station as a process and session of its own and waits until it listens. It outlives its owner:
 * when the owner dies, it stays while an output is on or a client connected. Throws E95xx with every problem of the
 * description, before anything is opened.
 */
export async function startSimulatedStation(description: StationDescription): Promise<SimulatedStation> {
  makeFolder(description.directory, 0o700);
  const logPath = join(description.directory, 'simulator.log');
  const log = openSync(logPath, 'a', 0o600);
  const child = spawn(process.execPath, [programPath('simulatedStation')], {
    detached: true,
    stdio: ['pipe', 'pipe', log],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  closeSync(log);
  const [stdin, stdout] = [child.stdin!, child.stdout!];
  // It may be gone when we write; what that means is told by its end.
  stdin.on('error', () => {});
  const lines = createInterface({ input: stdout });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  stdin.write(`${JSON.stringify(description)}\n`);

  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    ended.then(() => undefined),
  ]);
  const ready = first === undefined ? undefined : (JSON.parse(first) as ReadyLine | { problems: Problem[] });
  if (ready === undefined) throw new BatonError(diedEarly(logPath), { exitCode: 3 });
  if ('problems' in ready) throw new BatonError(ready.problems);

  letTheOwnerEnd(child);
  const ask = conversation((line) => stdin.write(line), lines, ended);
  return {
    ...ready,
    setFault: async (fault) => ((await ask({ do: 'fault', fault })) as { fault: number }).fault,
    endFault: async (which) => ((await ask({ do: 'end-fault', which })) as { ended: number }).ended,
    state: async () => (await ask({ do: 'state' })) as Awaited<ReturnType<SimulatedStation['state']>>,
    release: () => stdin.end(),
    end: async () => {
      child.ref();
      child.kill('SIGTERM');
      await ended;
    },
    waitForEnd: async () => {
      child.ref();
      await ended;
    },
  };
}

type ReadyLine = StationAddresses & { pid: number; control: string };

/** The station must not hold its owner: neither the process nor the pipes count as something to wait for. */
function letTheOwnerEnd(child: ChildProcess): void {
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as Socket | null)?.unref();
}

/** Questions and answers over the pipe, in order. */
function conversation(
  write: (line: string) => void,
  lines: NodeJS.EventEmitter,
  ended: Promise<unknown>,
): (request: ControlRequest) => Promise<unknown> {
  let lastId = 0;
  return async (request) => {
    lastId += 1;
    const id = lastId;
    const answer = new Promise<ControlAnswer>((resolve) => {
      const take = (line: string) => {
        const read = JSON.parse(line) as ControlAnswer;
        if (read.id !== id) return;
        lines.off('line', take);
        resolve(read);
      };
      lines.on('line', take);
    });
    // Waiting for an answer is something to wait for, the unreferenced pipe is not.
    const waiting = setInterval(() => {}, 60_000);
    write(`${JSON.stringify({ ...request, id })}\n`);
    const read = await Promise.race([answer, ended.then(() => undefined)]);
    clearInterval(waiting);
    if (read === undefined) throw new BatonError(gone, { exitCode: 3 });
    if ('problems' in read) throw new BatonError(read.problems);
    return read.result;
  };
}

const gone: Problem = {
  code: 'E9507',
  what: 'The simulated station has ended.',
  remedy: 'Start another one.',
};

function diedEarly(logPath: string): Problem {
  const said = readFileSync(logPath, 'utf8').trim().split('\n').slice(-8).join(' ');
  return { ...gone, what: `The simulated station ended before it was ready: ${said || 'it said nothing'}` };
}
