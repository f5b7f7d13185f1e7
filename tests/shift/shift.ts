import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localPlaces } from '../../src/itkdb/places.ts';
import { serveLocalDatabase } from '../../src/itkdb/server/serve.ts';
import type { RunRecord } from '../../src/journal/record.ts';
import { type Bench, openBench } from '../runUnderTest.ts';
import { judge, readWitness } from '../witness.ts';
import { calibrations, configOf, modulesOfShift, type ShiftModule } from './modules.ts';

export interface ShiftOptions {
  modules: number;
  seed: number;
  timeScale: number;
  onRun?: (run: ShiftRun) => void;
}

export interface ShiftRun {
  module: ShiftModule;
  exitCode: number | NodeJS.Signals;
  record: RunRecord;
  /** Station seconds from the first event to the last. */
  seconds: number;
  /** Largest resident memory of the runner, MB. */
  memoryMB: number;
}

export interface Shift {
  runs: readonly ShiftRun[];
  /** In words; a good shift has none. */
  violations: readonly string[];
  /** Test runs that the database has in the end, and that the queue still had when the network came back. */
  testRuns: number;
  waited: number;
  /** Of the last fifth of the runs against the first. */
  memoryRatio: number;
}

const exitCodes = { PASS: 0, FAIL: 1, trip: 4 } as const;

/** One module after another on one station, as on a long day: what must be true of it afterwards is judged here. */
export async function shift({ modules: count, seed, timeScale, onRun }: ShiftOptions): Promise<Shift> {
  const bench = openBench();
  try {
    const runsDirectory = join(bench.directory, 'runs');
    const runs: ShiftRun[] = [];
    for (const module of modulesOfShift(count, seed)) {
      const run = await test(bench, module, runsDirectory, timeScale);
      runs.push(run);
      onRun?.(run);
    }
    const config = configOf(runs[0]!.module, bench.directory);
    const where = ['--config', config, '--directory', runsDirectory];
    const queue = async () => (await asked(bench, ['queue', 'list', '--local', ...where])) as Queue;
    const away = await queue();
    // The network is back.
    await bench.baton(['queue', 'send', '--local', ...where]).ended;
    const back = await queue();
    const kept = await keptTestRuns(runsDirectory);
    const health = await asked(bench, [
      ...['station', 'report', '--station', 'simulated', '--last', String(count), ...where],
    ]);
    return {
      runs,
      testRuns: kept.length,
      waited: away.counts.waiting,
      memoryRatio: growth(runs.map(({ memoryMB }) => memoryMB)),
      violations: [
        ...runs.flatMap((run) => ownViolations(run, join(runsDirectory, run.record.run))),
        ...queueViolations(back),
        ...uploadViolations(runs, kept),
        ...healthViolations(runs, health as Health),
      ],
    };
  } finally {
    await bench.close();
  }
}

interface Queue {
  counts: { waiting: number; held: number };
  unqueued: readonly string[];
}

/** As `baton station report --json` tells it. */
interface Health {
  runs: number;
  bySequence: readonly { of: string; runs: number; passed: number; failed: number; unjudged: number }[];
  hvTime: readonly { module: string; hvOn: number }[];
}

async function asked(bench: Bench, words: readonly string[]): Promise<unknown> {
  const one = bench.baton([...words, '--json']);
  await one.ended;
  if (one.stdout() === '') throw new Error(`baton ${words.join(' ')} said nothing: ${one.stderr()}`);
  return JSON.parse(one.stdout());
}

/** Run numbers in the local database, as often as they are there. */
async function keptTestRuns(runsDirectory: string): Promise<readonly string[]> {
  const database = await serveLocalDatabase({ file: localPlaces(runsDirectory).database });
  try {
    return database.store.testRunsWhere("state='ready'", []).items.map(({ runNumber }) => String(runNumber));
  } finally {
    await database.close();
  }
}

async function test(
  bench: Bench,
  module: ShiftModule,
  runsDirectory: string,
  timeScale: number,
): Promise<ShiftRun> {
  const known = new Set(existsSync(runsDirectory) ? readdirSync(runsDirectory) : []);
  const { sequence, fault, network, number } = module;
  const own = calibrations[sequence];
  const process = bench.baton(
    [
      ...['run', own ? bench.sequence(...own) : sequence, '--config', configOf(module, bench.directory)],
      ...['--station', 'simulated', '--time-scale', String(timeScale), '--seed', String(number)],
      ...['--directory', runsDirectory, '--yes', '--renderer', 'json', ...(fault ? ['--fault', fault] : [])],
    ],
    network === 'away' ? { BATON_SIMULATED_NETWORK: 'away' } : {},
  );
  let memoryMB = 0;
  const looking = setInterval(() => {
    memoryMB = Math.max(memoryMB, peakMB(process.child.pid));
  }, 100);
  const exitCode = await process.ended;
  clearInterval(looking);
  const name = readdirSync(runsDirectory).find((one) => /^\d{8}T/.test(one) && !known.has(one));
  if (name === undefined) throw new Error(`module ${number} made no run: ${process.stderr()}`);
  const record = JSON.parse(readFileSync(join(runsDirectory, name, 'record.json'), 'utf8')) as RunRecord;
  const lines = readFileSync(join(runsDirectory, name, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const [first, last] = [lines[0]!, lines.at(-1)!].map((line) => (JSON.parse(line) as { t: number }).t);
  return { module, exitCode, record, memoryMB, seconds: ((last! - first!) / 1000) * timeScale };
}

/** The largest that it has been so far; 0 once it is over. */
function peakMB(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function ownViolations({ module, exitCode, record }: ShiftRun, directory: string): string[] {
  const who = `module ${module.number} (${module.sequence}${module.fault ? `, ${module.fault}` : ''})`;
  const expected = exitCodes[module.expected];
  const { violations, endsSafe } = judge(readWitness(join(directory, 'witness.jsonl')), { maxStep: 5 });
  return [
    ...(exitCode === expected
      ? []
      : [`${who}: exit code ${exitCode} instead of ${expected}, ${record.verdict}`]),
    ...violations.map((what) => `${who}: ${what}`),
    ...(endsSafe ? [] : [`${who}: something was left on`]),
  ];
}

function queueViolations({ counts, unqueued }: Queue): string[] {
  return [
    ...(counts.waiting + counts.held === 0
      ? []
      : [`${counts.waiting} wait and ${counts.held} are held in the end`]),
    ...unqueued.map((run) => `the results of ${run} were never queued`),
  ];
}

/** Every completed step that has a test type is in the database once, and nothing else is. */
function uploadViolations(runs: readonly ShiftRun[], kept: readonly string[]): string[] {
  const mapping = JSON.parse(readFileSync('config/test-types.json', 'utf8')) as { calibrations: object };
  const expected = runs
    .filter(({ exitCode }) => exitCode === 0 || exitCode === 1)
    .flatMap(({ record }) =>
      record.steps
        .filter(
          ({ state, calibration }) =>
            state === 'completed' && Object.hasOwn(mapping.calibrations, calibration),
        )
        .map(({ step }) => `${record.run}-${step}`),
    );
  const count = (number: string) => kept.filter((one) => one === number).length;
  return [
    ...expected.filter((one) => count(one) === 0).map((one) => `${one} is lost`),
    ...[...new Set(kept)].filter((one) => count(one) > 1).map((one) => `${one} is there ${count(one)} times`),
    ...kept.filter((one) => !expected.includes(one)).map((one) => `${one} should not be there`),
  ];
}

/** The station report tells what really was. */
function healthViolations(runs: readonly ShiftRun[], health: Health): string[] {
  const verdicts = (...wanted: string[]) =>
    runs.filter(({ record }) => wanted.includes(record.verdict)).length;
  const told = (key: 'passed' | 'failed' | 'runs') =>
    health.bySequence.reduce((sum, one) => sum + one[key], 0);
  const underHv = new Set(
    runs
      .filter(({ record }) =>
        record.steps.some(({ calibration, state }) => calibration === 'iv_curve' && state === 'completed'),
      )
      .map(({ module }) => module.serialNumber),
  );
  const withoutHv = [...underHv].filter(
    (serial) => !health.hvTime.some(({ module, hvOn }) => module === serial && hvOn > 0),
  );
  const numbers: [string, number, number][] = [
    ['runs', told('runs'), runs.length],
    ['passed', told('passed'), verdicts('PASS')],
    ['failed', told('failed'), verdicts('FAIL')],
  ];
  return [
    ...numbers
      .filter(([, says, is]) => says !== is)
      .map(([what, says, is]) => `the station report says ${says} ${what} of ${is}`),
    ...withoutHv.map((serial) => `the station report knows no time under HV of ${serial}`),
  ];
}

/** The middle of the last fifth against that of the first. */
function growth(values: readonly number[]): number {
  const part = Math.max(1, Math.floor(values.length / 5));
  const middle = (some: readonly number[]) => [...some].sort((a, b) => a - b)[Math.floor(some.length / 2)]!;
  return middle(values.slice(-part)) / middle(values.slice(0, part));
}
