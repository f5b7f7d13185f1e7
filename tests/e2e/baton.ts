import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import type { RunRecord } from '../../src/journal/record.ts';

export interface BatonOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Called with the process, to send it signals. */
  onStart?: (pid: number) => void;
}

export interface BatonResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const made: string[] = [];

/** A folder of its own for a test, removed after it. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'baton-'));
  made.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Runs the built program as a user does, without a terminal. Its caches go where the tests' do. */
export function baton(
  args: readonly string[],
  { env = {}, cwd, onStart }: BatonOptions = {},
): Promise<BatonResult> {
  const program = join(import.meta.dirname, '..', '..', 'dist', 'baton.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: cwd ?? join(import.meta.dirname, '..', '..'),
      env: { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(tmpdir(), 'baton-test-cache'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result: BatonResult = { exitCode: null, signal: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      result.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ ...result, exitCode, signal }));
    if (child.pid !== undefined) onStart?.(child.pid);
  });
}

export interface FinishedRun extends BatonResult {
  /** The run directory; absent when the run was refused before there was one. */
  directory?: string;
  record: RunRecord;
  journal: JournalLine[];
  witness: string;
}

export interface SimulatedRun extends BatonOptions {
  sequence?: string;
  faults?: readonly string[];
  /** What the simulated dirigent does wrong, as BATON_SIMULATED_FAULT takes it. */
  misbehaviour?: string;
  args?: readonly string[];
  runs?: string;
  /** The database is what few of these tests are about. Default: nothing is uploaded. */
  upload?: boolean;
}

/** `baton run SEQUENCE --station simulated`, and what it left. */
export async function simulatedRun({
  sequence = 'electrical-qc',
  faults = [],
  misbehaviour,
  args = [],
  runs = scratch(),
  upload = false,
  ...options
}: SimulatedRun = {}): Promise<FinishedRun> {
  const simulation = [
    '--station',
    'simulated',
    '--yes',
    ...(upload ? [] : ['--no-upload']),
    '--directory',
    runs,
    ...faults.flatMap((fault) => ['--fault', fault]),
  ];
  const env = {
    ...options.env,
    ...(misbehaviour === undefined ? {} : { BATON_SIMULATED_FAULT: misbehaviour }),
  };
  const result = await baton(['run', sequence, ...simulation, ...args], { ...options, env });
  return { ...result, ...readRun(runs) };
}

/** The newest run below the folder. */
export function readRun(
  runs: string,
): Pick<FinishedRun, 'record' | 'journal' | 'witness'> & { directory?: string } {
  const name = existsSync(runs)
    ? readdirSync(runs)
        .filter((one) => /^\d{8}T/.test(one))
        .sort()
        .at(-1)
    : undefined;
  const directory = name === undefined ? undefined : join(runs, name);
  const text = (file: string) =>
    directory && existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8') : '';
  return {
    ...(directory === undefined ? {} : { directory }),
    record: JSON.parse(text('record.json') || '{}') as RunRecord,
    journal: text('journal.jsonl')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JournalLine),
    witness: directory === undefined ? '' : join(directory, 'witness.jsonl'),
  };
}
