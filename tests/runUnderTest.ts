import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { privateSocketPath } from '../src/base/privateSocket.ts';
import type { JournalLine } from '../src/journal/event.ts';
import type { RunRecord } from '../src/journal/record.ts';
import { endProcessesOf } from './processesOf.ts';
import { readWitness, type WitnessLine } from './witness.ts';

const baton = join(import.meta.dirname, '..', 'dist', 'baton.js');
const config = join(import.meta.dirname, '..', 'config');

/** A place of its own for runs, locks and sequences; away with it in the end. */
export interface Bench {
  directory: string;
  env: NodeJS.ProcessEnv;
  /** The path of a sequence of these calibrations. */
  sequence(...calibrations: string[]): string;
  /** Starts `baton`, under another program if one is given, and waits for nothing. */
  baton(args: readonly string[], env?: NodeJS.ProcessEnv, under?: readonly string[]): BatonUnderTest;
  /** Starts a run on a simulated twin and waits until it has a journal. */
  run(sequence: string, options?: RunOptions): Promise<RunUnderTest>;
  /** Ends what is left of it, the simulated stations too: one whose output is stuck would stay for hours. */
  close(): Promise<void>;
}

export interface RunOptions {
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  timeScale?: number;
}

export function openBench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'baton-test-'));
  const env = { ...process.env, XDG_STATE_HOME: join(directory, 'state'), XDG_RUNTIME_DIR: directory };
  const bench: Bench = {
    directory,
    env,
    sequence: (...calibrations) => {
      const path = join(directory, `${calibrations.join('-')}.scr`);
      writeFileSync(path, JSON.stringify(script(calibrations)));
      return path;
    },
    baton: (args, more, under) => startBaton(args, { ...env, ...more }, under),
    run: async (sequence, { args = [], env: more = {}, timeScale = 100 } = {}) => {
      const runs = mkdtempSync(join(directory, 'runs-'));
      const process = bench.baton(
        [
          'run',
          sequence,
          ...['--config', config, '--station', 'simulated', '--time-scale', String(timeScale)],
          ...['--directory', runs, '--yes', '--no-upload', '--renderer', 'json', ...args],
        ],
        more,
      );
      const path = await eventually(
        () => {
          const [run] = readdirSync(runs);
          return run && existsSync(join(runs, run, 'journal.jsonl')) ? join(runs, run) : undefined;
        },
        () => `a run directory; it said ${process.stderr()}`,
      );
      return runIn(path, process);
    },
    close: async () => {
      await endProcessesOf(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return bench;
}

/** Tells a simulated station something, as its owner would; nothing, if it has ended. */
export async function tellStation(directory: string, request: object): Promise<void> {
  const socket = connect(privateSocketPath(directory, 'control.sock'));
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve()).once('error', () => resolve());
    socket.write(`${JSON.stringify(request)}\n`);
  });
  socket.destroy();
}

export interface BatonUnderTest {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

function startBaton(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  under: readonly string[] = [],
): BatonUnderTest {
  const [program, ...words] = [...under, process.execPath, baton, ...args];
  const child = spawn(program!, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal!));
  });
  return { child, stdout: () => out, stderr: () => err, ended };
}

export interface RunUnderTest {
  path: string;
  process: BatonUnderTest;
  pid: number;
  journal(): JournalLine[];
  witness(): WitnessLine[];
  record(): RunRecord;
  /** Waits for a line of the journal. */
  sees(what: (line: JournalLine) => boolean): Promise<JournalLine>;
  guardian(): number;
  guardianLog(): string;
}

export function runIn(path: string, process: BatonUnderTest): RunUnderTest {
  const journal = () =>
    wholeLines(join(path, 'journal.jsonl')).map((line) => JSON.parse(line) as JournalLine);
  const run: RunUnderTest = {
    path,
    process,
    pid: process.child.pid!,
    journal,
    witness: () => readWitness(join(path, 'witness.jsonl')),
    record: () => JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as RunRecord,
    sees: (what) =>
      eventually(
        () => {
          const lines = journal();
          const found = lines.find(what);
          if (!found && lines.at(-1)?.event === 'run.ended')
            throw new Error(`the run ended without it: ${JSON.stringify(lines.slice(-3))}`);
          return found;
        },
        () => `a line of the journal; the last: ${JSON.stringify(journal().slice(-3))}`,
      ),
    guardian: () => {
      const started = journal().findLast((line) => line.event === 'guardian.started');
      if (started?.event !== 'guardian.started') throw new Error('no guardian was started');
      return started.pid;
    },
    guardianLog: () => readFileSync(join(path, 'guardian.log'), 'utf8'),
  };
  return run;
}

/** Looks again and again; a test's own time limit is the last resort, so that what was awaited is told before. */
export async function eventually<T>(
  look: () => T | undefined | false,
  what: () => string,
  withinMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what()}`);
    await sleep(2);
  }
}

/** A process that has ended and waits to be collected has ended. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function wholeLines(path: string): string[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
}

function script(calibrations: readonly string[]): object {
  return {
    subs: {},
    info: { product: 'module', bom: 'any', lot: 'any', location: 'test' },
    config: { title: 'Kill test', fail_fast: true, drivers: ['station'] },
    tests: [
      {
        module: 'calibrations',
        options: {},
        // With the temperature (-t), for leakage is judged at 20 °C.
        items: calibrations.map((id) => ({ id, args: id === 'iv_curve' ? { options: ['-t'] } : {} })),
      },
    ],
  };
}

export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
