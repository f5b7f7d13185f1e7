import { cpSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTwin } from '../../src/cli/running/simulatedTwin.ts';
import type { JournalLine } from '../../src/journal/event.ts';
import type { SimulatedStation } from '../../src/simulator/startSimulatedStation.ts';
import { loadStation } from '../../src/station/load.ts';
import { keepEarlierIv } from '../earlierIv.ts';
import { type Bench, eventually, linesOf, newestRun, type RunUnderTest, runIn } from '../runUnderTest.ts';
import { judge, type WitnessLine } from '../witness.ts';

type Item = { id: string; args?: object; timeout?: number };

export interface LiveOptions {
  /** Folder with the station files; those of config where it has none. */
  files?: string;
  /** In the place of those of the station. */
  interlocks?: readonly object[];
  items: readonly Item[];
  failFast?: boolean;
  timeScale?: number;
  faults?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Of `baton run`, beside those that place it. */
  args?: readonly string[];
  /** A program, with its arguments, that starts it. */
  under?: readonly string[];
  /** Whether the module has an IV of an earlier run, by which it is biased. */
  earlierIv?: boolean;
  /** The station outlives the process that was started; whoever called ends it. */
  outlives?: boolean;
}

export interface LiveRun extends Omit<RunUnderTest, 'witness'> {
  station: SimulatedStation;
  /** Folder of the site's files. */
  config: string;
  /** Folder of the station files of the twin. */
  stationDirectory: string;
  witness(): WitnessLine[];
  /** Exit code, when it is over. */
  ended: Promise<number | NodeJS.Signals>;
}

/** An IV as short as the criteria allow, with the temperature. */
export const shortIv: Item = { id: 'iv_curve', args: { options: ['-t', '-f', -75, '-s', 5] } };

/** A run on a simulated station in a process of its own, so that faults can be set while it goes on. */
export async function runLive(bench: Bench, options: LiveOptions): Promise<LiveRun> {
  const { files = 'config', interlocks, items, failFast = true, timeScale = 100, faults = [], env } = options;
  const { args = [], under = [], outlives = false, earlierIv = false } = options;
  const directory = mkdtempSync(join(bench.directory, 'live-'));
  const config = join(directory, 'config');
  cpSync('config', config, { recursive: true });
  if (files !== 'config') cpSync(files, config, { recursive: true });
  if (interlocks) writeFileSync(join(config, 'interlocks.json'), JSON.stringify({ interlocks }));
  const script = {
    info: { product: 'module', bom: 'any', lot: 'any', location: 'test' },
    config: { title: 'Interlocks', fail_fast: failFast, drivers: ['station'] },
    tests: [{ module: 'calibrations', options: {}, items }],
  };
  writeFileSync(join(config, 'sequences', 'under-test.scr'), JSON.stringify(script));
  const { station } = await loadStation(config);
  const { simulated } = await startTwin(station, {
    directory: join(directory, 'sim'),
    transport: 'tcp',
    timeScale,
    seed: 1,
    faults,
  });
  const runs = join(directory, 'runs');
  if (earlierIv) keepEarlierIv(runs);
  const process = bench.baton(
    [
      ...['run', 'under-test', '--config', config, '--station', join(directory, 'sim')],
      ...['--directory', runs, '--yes', '--renderer', 'json', ...args],
    ],
    env,
    under,
  );
  const run = await eventually(
    () => started(runs),
    () => `a run; it said ${process.stderr()}`,
    120_000,
  );
  if (!outlives) void process.ended.then(() => simulated.end());
  return {
    ...runIn(run, process),
    station: simulated,
    config,
    stationDirectory: join(directory, 'sim'),
    witness: linesOf<WitnessLine>(simulated.witness),
    ended: process.ended,
  };
}

function started(runs: string): string | undefined {
  const run = newestRun(runs);
  return run !== undefined && existsSync(join(run, 'journal.jsonl')) ? run : undefined;
}

/** What the station's own log says of what happened after the fault began. */
export function aftermath(witness: readonly WitnessLine[], maxStep = 5) {
  const begun = witness.find(({ kind, value }) => kind === 'fault' && String(value).endsWith('begins'));
  const before = witness.filter(({ t }) => t <= (begun?.t ?? 0));
  const bias = Number(before.findLast(({ kind }) => kind === 'bias')?.value ?? 0);
  const down = witness.find(
    ({ t, instrument, kind, value }) =>
      t > (begun?.t ?? 0) &&
      instrument.startsWith('hv') &&
      kind === 'setpoint' &&
      Math.abs(Number(value)) < Math.abs(bias),
  );
  const judgement = judge(witness, { maxStep });
  return {
    ...judgement,
    /**
     * How often the LV was looked at from the fault to the first step towards zero; absent: there was none. Looks are at
     * least 50 ms apart, so that twenty are a second, however long a busy machine takes for them.
     */
    looksBefore: begun && down ? looksBetween(witness, begun.t, down.t) : undefined,
  };
}

function looksBetween(witness: readonly WitnessLine[], from: number, to: number): number {
  const asked = witness.filter(
    ({ t, instrument, kind }) => t > from && t <= to && kind === 'command' && instrument.startsWith('lv'),
  );
  // A look asks several things, each once.
  return asked.filter(({ value }) => value === asked[0]?.value).length;
}

export const isBiased = (line: JournalLine) =>
  line.event === 'power' && line.role === 'hv' && (line.voltage ?? 0) <= -59;
export const stepStarted = (calibration: string) => (line: JournalLine) =>
  line.event === 'step.started' && line.calibration === calibration;
