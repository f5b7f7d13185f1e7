import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { BatonError, type ExitCode, formatProblem } from '../base/errors.ts';
import { batonVersion } from '../base/programs.ts';
import { Pace } from '../base/time.ts';
import { hashText, type InterlockTestEntry, interlockTestLog, lastTest } from '../journal/interlockTests.ts';
import { appendSigned } from '../journal/signedLog.ts';
import type { FaultTested, InterlocksTested } from '../sequence/interlocks/interlockTest.ts';
import type { Interlock } from '../station/interlock.ts';
import { uncovered } from '../station/interlockChecks.ts';
import { loadStation } from '../station/load.ts';
import { poweringGroup } from '../station/poweringGroup.ts';
import type { Station } from '../station/station.ts';
import { askAtTerminal, isInteractive } from './asking/question.ts';
import { command } from './command.ts';
import { type ModuleArguments, withModule } from './options.ts';
import { printTable } from './printing/table.ts';
import { type SimulationArguments, withSimulation } from './running/simulationOptions.ts';
import { stopOnSignals } from './running/stopSignal.ts';
import { groupsOf } from './station/chosenGroups.ts';
import { ownStation } from './station/ownStation.ts';
import { demandOwnFiles } from './station/shippedFiles.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';

interface InterlocksArguments extends ModuleArguments, SimulationArguments {
  action: 'list' | 'test';
  yes: boolean;
}

export default command<InterlocksArguments>({
  usage: 'interlocks <action>',
  summary: 'list the interlocks, or show that each of them acts (the morning self-test)',
  build: (parser) =>
    withSimulation(withModule(parser))
      .positional('action', { choices: ['list', 'test'] as const, demandOption: true })
      .option('yes', {
        alias: 'y',
        type: 'boolean',
        default: false,
        describe: 'test: no module is mounted; do not ask',
      })
      .example('$0 interlocks list', 'what is watched, what is not, and the last self-test')
      .example('$0 interlocks test', 'LV on, HV on at 0 V, every reading spoilt once; nothing may be mounted')
      .epilogue(
        'Exit code of test: 0 every interlock acted. 1 one did not. 2 refused, nothing touched. 5 something could not be verified as off, and a person is needed. 130 stopped.',
      ),
  async run(args) {
    const { station, warnings } = await stationOf(args);
    for (const warning of warnings) process.stderr.write(`${formatProblem(warning)}\n`);
    return args.action === 'list' ? list(station, args.json) : test(args, station);
  },
});

async function list(station: Station, json: boolean): Promise<ExitCode> {
  const { interlocks } = station;
  const missing = uncovered(station);
  const last = await lastTest(station);
  if (json) {
    const shown = interlocks.map(({ where, ...rest }) => rest);
    process.stdout.write(
      `${JSON.stringify({ interlocks: shown, uncovered: missing, lastTest: last }, null, 2)}\n`,
    );
    return 0;
  }
  printTable(
    ['interlock', 'reading', 'trips', 'after', 'when', 'action'],
    interlocks.map(({ name, reading, grace, when, action, ...one }) => [
      name,
      reading,
      limitOf(one),
      grace > 0 ? `${grace} s` : 'at once',
      typeof when === 'string' ? when : when.join(', '),
      action,
    ]),
  );
  if (missing.length > 0) process.stdout.write(`\nNot watched: ${missing.join(', ')}.\n`);
  process.stdout.write(`\n${last.told}\n`);
  return 0;
}

function limitOf({ condition, written }: Pick<Interlock, 'condition' | 'written'>): string {
  return condition === 'stale'
    ? `unchanged for ${written.limit} ${written.unit}`
    : `${condition} ${written.limit} ${written.unit}`;
}

async function test(args: InterlocksArguments, described: Station): Promise<ExitCode> {
  if (described.interlocks.length === 0)
    throw new BatonError({
      code: 'E6302',
      what: 'this station has no interlocks to test.',
      remedy: 'Write interlocks.json beside station.json: docs/interlocks.md shows how.',
    });
  if (!isTwin(args.station)) demandOwnFiles(described.directory, 'no real instrument is reached by them');
  if (!(await nothingMounted(args.yes))) return 2;
  const stop = stopOnSignals();
  if (!isTwin(args.station)) return testOn(args, described, described, stop.signal);
  const { startTwin } = await import('./running/simulatedTwin.ts');
  const directory = await mkdtemp(join(tmpdir(), 'baton-interlocks-'));
  const { transport, timeScale, seed, fault: faults } = args;
  const twin = await startTwin(described, { directory, transport, timeScale, seed, faults });
  try {
    return await testOn(args, (await loadStation(directory)).station, described, stop.signal);
  } finally {
    await twin.simulated.end();
  }
}

/** LV goes on and so does HV, though at 0 V: that is no place for somebody's module. */
async function nothingMounted(yes: boolean): Promise<boolean> {
  if (yes) return true;
  const question =
    'LV will go on, and HV at 0 V, and every reading is spoilt once. Is there no module mounted? [y/N] ';
  if (isInteractive()) {
    const answer = await askAtTerminal(question, { withinMs: 10 * 60_000 });
    if (/^y(es)?$/i.test(answer?.trim() ?? '')) return true;
  }
  process.stderr.write('Not started; nothing was touched. Take the module out, and say so (or --yes).\n');
  return false;
}

async function testOn(
  { json, module }: InterlocksArguments,
  station: Station,
  described: Station,
  stop: AbortSignal,
): Promise<ExitCode> {
  const lock = await ownStation(station, `the self-test of the interlocks by ${userInfo().username}`);
  try {
    const { testInterlocks } = await import('../sequence/interlocks/interlockTest.ts');
    const started = Date.now();
    const tested: InterlocksTested[] = [];
    for (const modules of groupsOf(station, module)) {
      const group = poweringGroup(station, modules[0]!.index);
      const tell = json ? undefined : (result: FaultTested) => process.stdout.write(`${line(result)}\n`);
      tested.push(await testInterlocks(station, group, new Pace(station.timeScale), stop, tell));
    }
    const entry = entryOf(station, tested, started, stop.aborted);
    const path = interlockTestLog(described);
    const signed = await appendSigned(path, keyPath(), entry);
    if (json) process.stdout.write(`${JSON.stringify({ ...entry, log: path, line: signed.n }, null, 2)}\n`);
    else process.stdout.write(`\n${summary(entry)}\nSigned, line ${signed.n} of ${path}\n`);
    if (entry.verdict === 'unsafe') return 5;
    if (stop.aborted) return 130;
    return entry.verdict === 'passed' ? 0 : 1;
  } finally {
    lock.release();
  }
}

function entryOf(
  station: Station,
  tested: readonly InterlocksTested[],
  started: number,
  stopped: boolean,
): InterlockTestEntry {
  const results = tested.flatMap((one) => one.results);
  const left = tested.flatMap((one) => one.left);
  const passed = !stopped && results.length > 0 && results.every((one) => one.passed);
  const text = station.files.find(({ name }) => name === 'interlocks.json')?.text ?? '';
  return {
    started,
    ended: Date.now(),
    station: station.id,
    simulated: station.simulated !== undefined,
    operator: userInfo().username,
    baton: batonVersion(),
    interlocks: hashText(text),
    verdict: left.length > 0 ? 'unsafe' : stopped ? 'stopped' : passed ? 'passed' : 'failed',
    results,
    left,
  };
}

/** Of this user, on this machine; made by the first self-test. */
function keyPath(): string {
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'baton', 'signing.pem');
}

function line({
  interlock,
  reading,
  at,
  fault,
  action,
  passed,
  trippedAfter,
  offAfter,
  why,
}: FaultTested): string {
  const mark = passed ? pc.green('ok') : pc.red('NO');
  const acted = offAfter === undefined ? `${action}, outputs on` : `outputs off after ${offAfter} s`;
  const told = passed ? `tripped after ${trippedAfter} s, ${acted}` : why;
  return `${mark}  ${interlock}: ${reading} at ${at} ${fault}: ${told}`;
}

function summary({ verdict, results, left }: InterlockTestEntry): string {
  const good = results.filter(({ passed }) => passed).length;
  switch (verdict) {
    case 'passed':
      return pc.green(
        `PASSED: all ${results.length} faults were seen and acted upon; every output reads off.`,
      );
    case 'failed':
      return pc.red(`FAILED: ${good} of ${results.length} faults were acted upon as they should.`);
    case 'stopped':
      return pc.yellow(`STOPPED after ${results.length} faults; every output reads off.`);
    case 'unsafe':
      return pc.red(`A PERSON IS NEEDED: ${left.join('; ')}.`);
  }
}
