import { type ExitCode, formatProblem } from '../base/errors.ts';
import { foundPowered } from '../guardian/owners.ts';
import type { Identified } from '../instruments/identifyAll.ts';
import type { StationReading } from '../instruments/readAll.ts';
import type { Station } from '../station/station.ts';
import { command } from './command.ts';
import { type ModuleArguments, withModule } from './options.ts';
import { printTable } from './printing/table.ts';
import { groupsOf } from './station/chosenGroups.ts';
import { liveStationOf } from './station/liveStation.ts';
import { makeSafeAndTell } from './station/makingSafe.ts';
import { ownStation } from './station/ownStation.ts';

interface InstrumentsArguments extends ModuleArguments {
  action: 'identify' | 'read' | 'off';
}

export default command<InstrumentsArguments>({
  usage: 'instruments <action>',
  summary: 'ask the instruments who they are, read the outputs, or switch everything off safely',
  build: (parser) =>
    withModule(parser)
      .positional('action', { choices: ['identify', 'read', 'off'] as const, demandOption: true })
      .example('$0 instruments identify', 'who answers at each resource; writes nothing')
      .example('$0 instruments read --json', 'every output as it is now, machine-readable')
      .example('$0 instruments off --module 0', 'ramp HV of one module down, then LV off, verified'),
  async run({ action, json, ...which }) {
    const station = await liveStationOf(which);
    const lock = await ownStation(station, `baton instruments ${action}`);
    try {
      return await act(station, action, which.module, json);
    } finally {
      lock.pass();
    }
  },
});

async function act(
  station: Station,
  action: InstrumentsArguments['action'],
  module: string | undefined,
  json: boolean,
): Promise<ExitCode> {
  if (action === 'off') return makeSafeAndTell(station, groupsOf(station, module), json);
  if (action === 'read') {
    const { readAll } = await import('../instruments/readAll.ts');
    const reading = await readAll(station, groupsOf(station, module).flat());
    const powered = foundPowered(reading.outputs);
    if (powered) process.stderr.write(`${formatProblem(powered)}\n`);
    if (json) process.stdout.write(`${JSON.stringify(reading, null, 2)}\n`);
    else printReading(reading);
    return answered([...reading.outputs, ...reading.probes, ...reading.climate]);
  }
  const { identifyAll } = await import('../instruments/identifyAll.ts');
  const identified = await identifyAll(station);
  if (json) process.stdout.write(`${JSON.stringify(identified, null, 2)}\n`);
  else printIdentities(identified);
  return answered(identified);
}

/** 3: at least one did not answer as it should. */
function answered(results: readonly { problem?: string }[]): ExitCode {
  return results.some(({ problem }) => problem !== undefined) ? 3 : 0;
}

function printIdentities(identified: readonly Identified[]): void {
  printTable(
    ['instrument', 'class', 'resource', 'model', 'serial number', ''],
    identified.map(({ name, class: className, resource, identity, problem }) => [
      name,
      className,
      resource,
      identity?.model ?? '',
      identity?.serial ?? '',
      problem ?? (identity ? (identity.simulated ? 'simulated' : '') : 'only calibrations open it'),
    ]),
  );
}

function printReading({ outputs, probes, climate }: StationReading): void {
  printTable(
    ['output', 'role', 'state', 'set', 'voltage', 'current', ''],
    outputs.map(({ at, role, output, setpoint, voltage, current, trip, problem }) => [
      at,
      role,
      output === undefined ? '?' : output ? 'on' : 'off',
      shown(setpoint, 'V'),
      shown(voltage, 'V'),
      shown(current, 'A'),
      [trip, problem].filter((text) => text !== undefined).join('; '),
    ]),
  );
  for (const { instrument, voltages = {}, problem } of probes) {
    const nets = Object.entries(voltages).map(([net, voltage]) => `${net} ${voltage.toFixed(3)} V`);
    process.stdout.write(`${instrument}: ${problem ?? nets.join('  ')}\n`);
  }
  if (climate.length === 0) return;
  printTable(
    ['climate', 'state', 'set', 'temperature', 'air', 'humidity', 'dew point', ''],
    climate.map(({ at, on, set, temperature, air, humidity, dewPoint, problem }) => [
      at,
      on === undefined ? '?' : on ? 'regulates' : 'off',
      shown(set, '°C'),
      shown(temperature, '°C'),
      shown(air, '°C'),
      shown(humidity, '%'),
      shown(dewPoint, '°C'),
      problem ?? '',
    ]),
  );
}

function shown(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${Number(value.toPrecision(5))} ${unit}`;
}
