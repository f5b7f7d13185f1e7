import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { privateSocketPath } from '../src/base/privateSocket.ts';
import type { JournalLine } from '../src/journal/event.ts';
import type { RunRecord } from '../src/journal/record.ts';
import { keepEarlierIv } from './earlierIv.ts';
import { endProcessesOf } from './processesOf.ts';
import type { WitnessLine } from './witness.ts';

const baton = join(import.meta.dirname, '..', 'dist', 'baton.js');
const config = join(import.meta.dirname, '..', 'config');

/** A place of its own for runs, locks and sequences; away with it in the end. */
export interface Bench {
  directory: string;
  env: NodeJS.ProcessEnv;
  /** The path of a sequence of these calibrations. Of those that hang, none is ended by its time limit. */
  sequence(...calibrations: readonly Calibration[]): string;
  /** Starts `baton`, under another program if one is given, and waits for nothing. */
  baton(args: readonly string[], env?: NodeJS.ProcessEnv, under?: readonly string[]): BatonUnderTest;
  /** Starts a run on a simulated twin and waits until it has a journal. */
  run(sequence: string, options?: RunOptions): Promise<RunUnderTest>;
  /** Ends what is left of it, the simulated stations too: one whose output is stuck would stay for hours. */
  close(): Promise<void>;
}

/** Its name, or with its own words. */
export type Calibration = string | { id: string; options: readonly (string | number)[] };

export interface RunOptions {
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  timeScale?: number;
  /** Whether the module has an IV of an earlier run, by which it is biased. */
  earlierIv?: boolean;
}

export function openBench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'baton-test-'));
  const env = { ...process.env, XDG_STATE_HOME: join(directory, 'state'), XDG_RUNTIME_DIR: directory };
  const bench: Bench = {
    directory,
    env,
    sequence: (...calibrations) => {
      const path = join(mkdtempSync(join(directory, 'sequence-')), 'under-test.scr');
      writeFileSync(path, JSON.stringify(script(calibrations)));
      return path;
    },
    baton: (args, more, under) => startBaton(args, { ...env, ...more }, under),
    run: async (sequence, { args = [], env: more = {}, timeScale = 100, earlierIv = false } = {}) => {
      const runs = mkdtempSync(join(directory, 'runs-'));
      if (earlierIv) keepEarlierIv(runs);
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
          const run = newestRun(runs);
          if (process.child.exitCode === 2) throw new Error(`refused: ${process.stderr()}`);
          return run && existsSync(join(run, 'journal.jsonl')) ? run : undefined;
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
  const journal = linesOf<JournalLine>(join(path, 'journal.jsonl'));
  const run: RunUnderTest = {
    path,
    process,
    pid: process.child.pid!,
    journal,
    witness: linesOf<WitnessLine>(join(path, 'witness.jsonl')),
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

/** The directory of the newest run below the folder; a database of simulated results may lie beside it. */
export function newestRun(runs: string): string | undefined {
  const names = existsSync(runs) ? readdirSync(runs).filter((name) => /^\d{8}T/.test(name)) : [];
  const newest = names.sort().at(-1);
  return newest === undefined ? undefined : join(runs, newest);
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
    await sleep(5);
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

/** What whole lines a file of JSON lines has, whenever it is asked; those that were read before are not read again. */
export function linesOf<Line>(path: string): () => Line[] {
  const lines: Line[] = [];
  let offset = 0;
  return () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > offset) {
      const bytes = Buffer.alloc(size - offset);
      const file = openSync(path, 'r');
      const read = readSync(file, bytes, 0, bytes.length, offset);
      closeSync(file);
      const end = bytes.subarray(0, read).lastIndexOf('\n') + 1;
      for (const line of bytes.toString('utf8', 0, end).split('\n'))
        if (line !== '') lines.push(JSON.parse(line) as Line);
      offset += end;
    }
    return [...lines];
  };
}

function script(calibrations: readonly Calibration[]): object {
  return {
    subs: {},
    info: { product: 'module', bom: 'any', lot: 'any', location: 'test' },
    config: { title: 'Kill test', fail_fast: true, drivers: ['station'] },
    tests: [
      {
        module: 'calibrations',
        options: {},
        items: calibrations.map((calibration) => {
          const { id, options } = typeof calibration === 'string' ? usual(calibration) : calibration;
          // One that hangs does so until it is ended: on a busy machine its limit, in station time, would be over before.
          return { id, timeout: 600_000, args: options.length > 0 ? { options } : {} };
        }),
      },
    ],
  };
}

/** An IV with the temperature (-t), for leakage is judged at 20 °C. */
function usual(id: string): Exclude<Calibration, string> {
  return { id, options: id === 'iv_curve' ? ['-t'] : [] };
}

export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** Those that its main thread started, and that nobody collected yet. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
