import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError, formatProblem } from '../base/errors.ts';
import type { SimulatedStation } from '../simulator/startSimulatedStation.ts';
import { type LoadedStation, loadStation } from '../station/load.ts';
import { type CommonArguments, command } from './command.ts';
import { startTwin } from './running/simulatedTwin.ts';
import { exampleStation } from './station/exampleStation.ts';

interface SimulateArguments extends CommonArguments {
  dir: string;
  config?: string;
  transport: 'tcp' | 'pty';
  timeScale: number;
  seed: number;
  modules: number;
  sensorType: '3D' | 'planar';
  fault: string[];
}

export default command<SimulateArguments>({
  usage: 'simulate',
  summary: 'start a simulated station to talk to by hand; Ctrl-C ends it',
  build: (parser) =>
    parser
      .option('dir', {
        type: 'string',
        demandOption: true,
        describe: 'folder for its station files, ports and witness log; --station DIR uses it',
        coerce: (path: string) => resolve(path),
      })
      .option('config', {
        type: 'string',
        describe: 'folder of a station to make the twin of; without it: an example with --modules quads',
        coerce: (path: string | undefined) => (path === undefined ? undefined : resolve(path)),
      })
      .option('transport', {
        choices: ['tcp', 'pty'] as const,
        default: 'tcp' as const,
        describe: 'loopback TCP, or real pseudo-terminals (needs socat)',
      })
      .option('time-scale', { type: 'number', default: 1, describe: 'station seconds in each on the wall' })
      .option('seed', { type: 'number', default: 1, describe: 'the same seed makes the same modules' })
      .option('modules', {
        type: 'number',
        default: 1,
        describe: 'modules of the example, on one HV channel',
      })
      .option('sensor-type', {
        choices: ['3D', 'planar'] as const,
        default: '3D' as const,
        describe: 'sensors of the example',
      })
      .option('fault', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'kind:key=value,…; may be repeated (docs/simulator.md lists the kinds)',
      })
      .example('$0 simulate --dir sim', 'then: baton run electrical-qc --station sim')
      .example('$0 simulate --dir sim --time-scale 100 --fault early-breakdown:V=-40', 'a bad sensor, fast')
      .example('$0 simulate --dir sim --fault silent:instrument=hv_1,after=20', ''),
  async run(args) {
    if (!(Number.isInteger(args.modules) && args.modules >= 1 && args.modules <= 16))
      throw new BatonError({
        code: 'E1001',
        what: `--modules ${args.modules}: an example station has 1 to 16 modules.`,
        remedy: 'Give a whole number from 1 to 16.',
      });
    await refuseRealStation(args.dir);
    const { station, warnings } = await original(args);
    const { transport, timeScale, seed, fault } = args;
    const twin = await startTwin(station, {
      directory: args.dir,
      transport,
      timeScale,
      seed,
      faults: fault,
      runsDirectory: join(args.dir, 'runs'),
    });
    const stop = () => void twin.simulated.end();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    for (const warning of [...warnings, ...twin.warnings])
      process.stderr.write(`${formatProblem(warning)}\n`);
    show(args, twin.simulated);
    await twin.simulated.waitForEnd();
    return 0;
  },
});

/** The station that is to be simulated: that of --config, or an example that is written into the folder first. */
async function original({ dir, config, ...setup }: SimulateArguments): Promise<LoadedStation> {
  if (config !== undefined) return loadStation(config);
  for (const [name, text] of Object.entries(exampleStation(setup)))
    await writeFileAtomically(join(dir, name), text);
  return loadStation(dir);
}

/** Files of a real station must not be overwritten; those of an earlier simulated one may. */
async function refuseRealStation(directory: string): Promise<void> {
  const [station, instruments] = await Promise.all(
    ['station.json', 'instruments.json'].map((name) =>
      readFile(join(directory, name), 'utf8').catch(() => undefined),
    ),
  );
  if (instruments === undefined && station === undefined) return;
  if (station !== undefined && declaresSimulated(station)) return;
  throw new BatonError({
    code: 'E9510',
    what: `${directory} holds the files of a station that is not a simulated one.`,
    remedy: 'Use another --dir: an empty folder, or one that does not exist yet.',
  });
}

function declaresSimulated(stationFile: string): boolean {
  try {
    return typeof (JSON.parse(stationFile) as { simulated?: unknown } | null)?.simulated === 'object';
  } catch {
    return false;
  }
}

function show({ dir, json, timeScale }: SimulateArguments, simulated: SimulatedStation): void {
  const { pid, resources, chips, witness, control } = simulated;
  if (json) {
    process.stdout.write(`${JSON.stringify({ directory: dir, pid, resources, chips, witness, control })}\n`);
    return;
  }
  const lines = [
    `Simulated station, process ${pid}, time × ${timeScale}. Ctrl-C ends it.`,
    '',
    ...Object.entries(resources).map(([name, resource]) => `  ${name.padEnd(8)} ${resource}`),
    `  ${'chips'.padEnd(8)} ${chips}`,
    '',
    `  witness  ${witness}`,
    `  control  ${control}`,
    '',
    `  baton run electrical-qc --station ${dir}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
