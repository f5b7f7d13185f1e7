import { checkKeeper } from '../sequence/calibrating/keeper.ts';
import type { Station } from '../station/station.ts';
import { command } from './command.ts';
import { clock } from './doctor/clock.ts';
import { database } from './doctor/database.ts';
import { disk, lock } from './doctor/folders.ts';
import { portsHere, serialPorts } from './doctor/serialPorts.ts';
import { locale, logout, terminal } from './doctor/session.ts';
import { software } from './doctor/software.ts';
import { type ConfigArguments, withConfig } from './options.ts';
import { asWarning, type Finding, findingOf, showFindings } from './printing/findings.ts';
import { lookAtDirigent } from './station/installedDirigent.ts';
import { isShipped } from './station/shippedFiles.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';

interface DoctorArguments extends ConfigArguments {
  station?: string | undefined;
  directory?: string;
  offline: boolean;
}

/** Looks at the machine: what a station needs of it, and what to do where it falls short. Opens no port, writes nothing. */
export default command<DoctorArguments>({
  usage: 'doctor',
  summary: 'look at this machine: ports, dirigent, disk, clock, log-in; with a remedy for each finding',
  build: (parser) =>
    withConfig(parser)
      .option('station', {
        type: 'string',
        describe: '"simulated", the name of a station in config/stations, or a folder with station files',
      })
      .option('directory', {
        type: 'string',
        describe: 'where run directories go (default: runs_directory of station.json)',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'do not ask the database' })
      .example('$0 doctor', 'before the first run on a new machine')
      .example('$0 doctor --json | jq .ok', 'for a script that looks after several machines')
      .epilogue('Exit code 0: nothing is wrong. 1: something is; warnings alone are not.'),
  async run(args) {
    return showFindings(await examine(args), args.json) ? 0 : 1;
  },
});

async function examine(args: DoctorArguments): Promise<readonly Finding[]> {
  const loaded: { station?: Station } = {};
  const files = await findingOf('station files', async () => {
    const { station, warnings } = await stationOf(args);
    loaded.station = station;
    return { problems: warnings, notes: [`${station.id}, ${station.directory}`] };
  });
  const { station } = loaded;
  const { stdout } = process;
  const isTerminal = process.stdin.isTTY === true && stdout.isTTY === true;
  return Promise.all([
    software(),
    files,
    ...(station ? ofStation(args, station) : [portsHere()]),
    findingOf('keeper of the calibrations', async () => ({ problems: await checkKeeper() })),
    locale(process.env),
    terminal({ isTerminal, columns: stdout.columns, rows: stdout.rows }, process.env),
    logout(),
    args.offline
      ? { about: 'database', problems: [], notes: ['not asked'], aside: true }
      : findingOf('database', () => database({ ...args, local: false })),
  ]);
}

function ofStation(args: DoctorArguments, station: Station): Promise<Finding>[] {
  const runs = args.directory ?? station.runsDirectory;
  const example = isShipped(station.directory);
  return [
    isTwin(args.station) || example ? portsHere() : serialPorts(station),
    dirigent(station, args.station, example),
    disk(runs),
    lock(station),
    clock(runs),
  ];
}

/** Who has no station of his own yet need not have dirigent. */
async function dirigent(station: Station, which: string | undefined, example: boolean): Promise<Finding> {
  const { finding } = await lookAtDirigent(station, which);
  return example ? { ...finding, problems: finding.problems.map(asWarning) } : finding;
}
