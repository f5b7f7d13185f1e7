import { BatonError, type ExitCode } from '../../base/errors.ts';
import { Pace } from '../../base/time.ts';
import type { PowerReading, SafeChannel } from '../../instruments/cluster.ts';
import { makeStationSafe } from '../../instruments/makeStationSafe.ts';
import type { Module, Station } from '../../station/station.ts';
import { printTable } from '../printing/table.ts';

/** What a stop signal would cut short; HV would stay where it is. */
const deaf: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Does what must not be cut short: stop signals, and a terminal that was closed, do not end it. */
export async function undisturbed<T>(work: () => Promise<T>): Promise<T> {
  const stay = () => process.stderr.write('Making safe; this goes on until HV is at zero.\n');
  for (const signal of deaf) process.on(signal, stay);
  // A terminal that was closed gives errors instead of taking lines; unheard, the first would end the ramp.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', nobodyReads);
  try {
    return await work();
  } finally {
    for (const signal of deaf) process.off(signal, stay);
  }
}

/**
 * Does what ends with a safe station, and what something with power was to follow: whoever asks to stop meanwhile wants
 * none.
 *
 * @throws E6511 it was asked to stop, and the work is done.
 */
export async function undisturbedAndLast<T>(work: () => Promise<T>): Promise<T> {
  let asked: NodeJS.Signals | undefined;
  const hear = (signal: NodeJS.Signals) => {
    asked ??= signal;
  };
  for (const signal of deaf) process.on(signal, hear);
  let done: T;
  try {
    done = await work();
  } finally {
    for (const signal of deaf) process.off(signal, hear);
  }
  if (asked === undefined) return done;
  throw new BatonError(
    {
      code: 'E6511',
      what: `it was asked to stop (${asked}) while it made the station safe: that is done, and nothing was powered after it.`,
      remedy: 'Give the command again when the station may be powered.',
    },
    { exitCode: 130 },
  );
}

/**
 * Makes the groups safe, telling each step on standard error and each verification on standard output. Exit code 5
 * when an output could not be verified as off: then a person is needed, and is told what to do. Stop signals do not
 * end it.
 */
export async function makeSafeAndTell(
  station: Station,
  groups: readonly (readonly Module[])[],
  json: boolean,
): Promise<ExitCode> {
  return undisturbed(async () => {
    const made = await makeStationSafe(station, groups, {
      pace: new Pace(station.timeScale),
      onStep: (reading) => process.stderr.write(`${step(reading)}\n`),
    });
    if (json) process.stdout.write(`${JSON.stringify({ outputs: made }, null, 2)}\n`);
    else print(made);
    return made.every(({ off }) => off) ? 0 : 5;
  });
}

function nobodyReads(): void {}

function step({ at, output, setpoint, voltage, current, problem }: PowerReading): string {
  if (setpoint === undefined && problem === undefined) return `${at}  ${output ? 'on' : 'off'}`;
  const measured = voltage === undefined ? '' : `, ${voltage.toFixed(1)} V measured`;
  const leakage = current === undefined ? '' : `, ${current.toExponential(2)} A`;
  return `${at}  ${setpoint?.toFixed(1) ?? '?'} V set${measured}${leakage}${problem ? `  ${problem}` : ''}`;
}

function print(made: readonly SafeChannel[]): void {
  if (made.length === 0)
    return void process.stdout.write('No module of this station has an hv or lv channel.\n');
  printTable(
    ['output', 'role', ''],
    made.map(({ at, role, off }) => [at, role, off ? 'off, verified' : 'NOT VERIFIED AS OFF']),
  );
  for (const { at, problem } of made) if (problem) process.stdout.write(`\n${at}: ${problem}.\n`);
  if (made.some(({ off }) => !off))
    process.stdout.write('\nA person is needed: go to the supplies and look, HV first.\n');
}
