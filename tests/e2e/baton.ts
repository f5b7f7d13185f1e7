import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalLine } from '../../src/journal/event.ts';
import type { RunRecord } from '../../src/journal/record.ts';
import { expectDescribed } from '../journal/schemas.ts';
import { newestRun } from '../runUnderTest.ts';

export interface BatonOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Called with the process, to send it signals. */
  onStart?: (pid: number) => void;
  /** Called with what it prints on standard output, as it comes. */
  onOutput?: (text: string) => void;
}

export interface BatonResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A folder of its own; all of them go when the last test has ended. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'baton-'));
}

/** One calibration of a sequence: its name, or the whole item. */
export type Item = string | { id: string; timeout?: number; args?: object };

const usual: Record<string, object> = {
  iv_curve: { options: ['-t', '-s', 5] },
  calibrate_module: { tuning: [{ name: 'PixelAlive_Analog' }, { name: 'ThresholdAdjustment_2000' }] },
};

/** The path of a script with these calibrations, the shortest that the tests need. */
export function sequence(items: readonly Item[], { failFast = true, drivers = ['station'] } = {}): string {
  const script = {
    info: { product: 'p', bom: 'b', lot: 'l', location: 'x' },
    config: { title: 'Under test', fail_fast: failFast, drivers },
    tests: [
      {
        module: 'calibrations',
        options: {},
        items: items.map((item) => (typeof item === 'string' ? { id: item, args: usual[item] ?? {} } : item)),
      },
    ],
  };
  const path = join(scratch(), 'under-test.scr');
  writeFileSync(path, JSON.stringify(script, null, 2));
  return path;
}

/** Runs the built program as a user does, without a terminal. */
export function baton(
  args: readonly string[],
  { env = {}, cwd, onStart, onOutput }: BatonOptions = {},
): Promise<BatonResult> {
  const program = join(import.meta.dirname, '..', '..', 'dist', 'baton.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: cwd ?? join(import.meta.dirname, '..', '..'),
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result: BatonResult = { exitCode: null, signal: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result.stdout += text;
      onOutput?.(text);
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
  /** A name, a path, or the calibrations of a script. */
  sequence?: string | readonly Item[];
  faults?: readonly string[];
  /** What the simulated dirigent does wrong, as BATON_SIMULATED_FAULT takes it. */
  misbehaviour?: string;
  args?: readonly string[];
  runs?: string;
  /** The database is what few of these tests are about. Default: nothing is uploaded. */
  upload?: boolean;
}

/** `baton run SEQUENCE --station simulated`, and what it left, which is as the published schemas say. */
export async function simulatedRun({
  sequence: which = 'electrical-qc',
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
  const script = typeof which === 'string' ? which : sequence(which);
  const result = await baton(['run', script, ...simulation, ...args], { ...options, env });
  const run = readRun(runs);
  if (run.journal.length > 0) expectDescribed(run.journal, 'run' in run.record ? run.record : undefined);
  return { ...result, ...run };
}

/** The newest run below the folder. */
export function readRun(
  runs: string,
): Pick<FinishedRun, 'record' | 'journal' | 'witness'> & { directory?: string } {
  const directory = newestRun(runs);
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
