import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as plainTest } from 'vitest';
import type { RunRecord } from '../../src/journal/record.ts';
import { type Bench, eventually, newestRun, openBench } from '../runUnderTest.ts';
import { expectSafe, type Judgement } from '../witness.ts';
import { openTerminals, type RealTerminal, type TerminalBench } from './tmux.ts';

const root = join(import.meta.dirname, '..', '..');
export const baton = `node ${join(root, 'dist', 'baton.js')}`;
export const config = join(root, 'config');

/** An IV, its bias ramp, and a tuning under bias. */
export const ivAndTuning = join(root, 'tests', 'fixtures', 'iv-and-tuning.scr');
/** One step. */
export const sldo = join(root, 'config', 'sequences', 'sldo.scr');

/** A bench with terminals, and a folder for its runs. */
export interface Story {
  bench: Bench;
  runs: string;
  open: TerminalBench['open'];
  /** `baton run` of a script on a simulated twin, as words of a shell. */
  run(script: string, timeScale: number, ...more: string[]): string;
  /** The same of a named sequence, as words of a command line. */
  words(sequence: string, timeScale: number): string[];
  /** Starts a simulated station that stays, and answers with its folder. */
  simulatedStation(): Promise<string>;
  /** Station files with a fault, and what mends it. */
  brokenStation(): { path: string; mend(): void };
  program: string;
  config: string;
  /** A terminal on which a script runs on a simulated twin. */
  running(script: string, timeScale: number, ...more: string[]): RealTerminal;
  /** Shows the station's start screen on a simulated twin. */
  station(terminal: RealTerminal): void;
  /** A terminal with that screen, and its sequences on it. */
  atStation(): Promise<RealTerminal>;
  /** The newest run, when it has ended. */
  ended(): Promise<{ record: RunRecord; path: string; safe: Judgement }>;
}

/** A test with a story, which is away with all of its terminals and processes when the test is over. */
export const test = plainTest.extend<{ story: Story }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  story: async ({}, use) => {
    const bench = openBench();
    const terminals = openTerminals(bench.env);
    await use(storyOn(bench, terminals));
    terminals.close();
    await bench.close();
  },
});

function storyOn(bench: Bench, terminals: TerminalBench): Story {
  const runs = join(bench.directory, 'runs');
  // A site's own: where its station.json says, lies what no other word sends elsewhere.
  const own = join(bench.directory, 'site', 'config');
  cpSync(config, own, { recursive: true });
  const simulated = (timeScale: number) =>
    `--config ${own} --station simulated --directory ${runs} --time-scale ${timeScale}`;
  const run = (script: string, timeScale: number, ...more: string[]) =>
    [baton, 'run', script, '--yes --no-upload', simulated(timeScale), ...more].join(' ');
  const station = (terminal: RealTerminal) => terminal.shell(`${baton} ${simulated(100)} --operator Ada`);
  return {
    bench,
    runs,
    open: terminals.open,
    run,
    running: (script, timeScale, ...more) => {
      const terminal = terminals.open();
      terminal.shell(run(script, timeScale, ...more));
      return terminal;
    },
    words: (sequence, timeScale) => ['run', sequence, ...simulated(timeScale).split(' ')],
    simulatedStation: async () => {
      const directory = join(bench.directory, 'station');
      const process = bench.baton(['simulate', '--dir', directory, '--config', own]);
      await eventually(
        () => process.stdout().includes('hv_1') && existsSync(join(directory, 'station.json')),
        () => `a simulated station; it said ${process.stdout()}${process.stderr()}`,
      );
      return directory;
    },
    brokenStation: () => {
      const path = join(bench.directory, 'config');
      cpSync(config, path, { recursive: true });
      const file = join(path, 'station.json');
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, whole.replace('"renderer"', '"rendrer"'));
      return { path, mend: () => writeFileSync(file, whole) };
    },
    program: baton,
    config: own,
    station,
    atStation: async () => {
      const terminal = terminals.open();
      station(terminal);
      await terminal.sees('electrical-qc');
      return terminal;
    },
    ended: async () => {
      const { path, record } = await eventually(
        () => {
          const path = newestRun(runs);
          const record = path === undefined ? undefined : readRecord(path);
          return path !== undefined && record?.state === 'ended' && { path, record };
        },
        () => `a run in ${runs} to end`,
        30_000,
      );
      return { path, record, safe: expectSafe(join(path, 'witness.jsonl'), { maxStep: 5 }) };
    },
  };
}

/** Written when the run has ended. */
function readRecord(path: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
