import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from '../../../src/base/programs.ts';
import type { StationDescription } from '../../../src/simulator/description.ts';
import {
  type SimulatedStation,
  startSimulatedStation,
} from '../../../src/simulator/startSimulatedStation.ts';
import type { WitnessEvent } from '../../../src/simulator/witness.ts';

/** A simulated station with its files, and the built programs that work on it. */
export interface Benchtop {
  directory: string;
  station: SimulatedStation;
  /** Runs a calibration to its end. */
  run(argv: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts one, to be signalled. */
  start(argv: readonly string[], options?: RunOptions): Started;
  /** Switches LV on at its default, as a runner does before a calibration of the chips. */
  power(bias?: number): Promise<void>;
  witness(): WitnessEvent[];
  result<T>(name: string, folder?: string): T;
  close(): Promise<void>;
}

export interface RunOptions {
  program?: 'simulatedDirigent' | 'measure';
  roles?: readonly string[];
  folder?: string;
  env?: Record<string, string>;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export interface Started {
  child: ChildProcess;
  /** Resolves when the output holds the text; rejects if the program ends before. */
  printed(text: string): Promise<void>;
  ended: Promise<Ended>;
}

export const timeScale = 200;
const defaults: Record<string, object> = {
  hv_1: { class: 'Keithley2410', default_voltage: -60, default_current: 10e-6 },
  lv_1: { class: 'TTITSX', default_voltage: 1.8, default_current: 5 },
  ab_1: { class: 'AdcBoard' },
};
const wiring: Record<string, object> = {
  hv: { instrument: 'hv_1', channel: 1 },
  lv: { instrument: 'lv_1', channel: 1 },
  ab: { instrument: 'ab_1' },
};

export async function setUp(part: Partial<StationDescription> = {}): Promise<Benchtop> {
  const directory = mkdtempSync(join(tmpdir(), 'benchtop-'));
  const station = await startSimulatedStation({
    directory,
    transport: 'tcp',
    timeScale,
    seed: 1,
    instruments: Object.entries(defaults).map(([name, entry]) => ({
      name,
      class: (entry as { class: string }).class,
    })),
    modules: [{ index: '0', name: 'M0', sensorType: '3D', chips: ['12', '13', '14', '15'], ...wiring }],
    faults: [],
    ...part,
  });
  const modulesJson = {
    Hybrid: {
      0: {
        RD53Bv2: {
          info: { module_name: 'M0', type: '2x2' },
          ...Object.fromEntries(
            ['12', '13', '14', '15'].map((id) => [
              id,
              { Lane: 0, Settings: { VOLTAGE_TRIM_DIG: 7, VREF_ADC: 844 } },
            ]),
          ),
        },
      },
    },
  };
  writeFileSync(join(directory, 'modules.json'), JSON.stringify(modulesJson));
  writeFileSync(
    join(directory, 'dirigent.toml'),
    `ipaddress = '${station.chips}'\nmodule_json = 'modules.json'\n`,
  );

  const start = (argv: readonly string[], options: RunOptions = {}): Started => {
    const { program = 'simulatedDirigent', roles = [], folder = 'step', env = {} } = options;
    mkdirSync(join(directory, folder), { recursive: true });
    const channels = Object.fromEntries(roles.map((role) => [role, wiring[role]]));
    const instruments = Object.fromEntries(
      roles.map((role) => {
        const { instrument } = wiring[role] as { instrument: string };
        return [instrument, { ...defaults[instrument], resource: station.resources[instrument] }];
      }),
    );
    const words = [
      ...['-C', join(directory, 'dirigent.toml')],
      ...['--instruments-dict', JSON.stringify(instruments)],
      ...['--channels-dict', JSON.stringify({ 0: channels })],
      ...['--directory', join(directory, folder), ...argv],
    ];
    const child = spawn(process.execPath, [programPath(program), ...words], {
      cwd: join(directory, folder),
      env: { ...process.env, BATON_TIME_SCALE: String(timeScale), ...env },
    });
    return follow(child);
  };

  return {
    directory,
    station,
    start,
    run: (argv, options) => {
      const started = start(argv, options);
      started.child.stdin?.end();
      return started.ended;
    },
    power: (bias) => switchOn(station, bias),
    witness: () =>
      readFileSync(station.witness, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as WitnessEvent),
    result: (name, folder = 'step') => JSON.parse(readFileSync(join(directory, folder, name), 'utf8')),
    close: async () => {
      await station.end();
      rmSync(directory, { recursive: true });
    },
  };
}

function follow(child: ChildProcess): Started {
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => {
      // A flood is counted on, not kept.
      output = (output + chunk.toString()).slice(-4_000_000);
      for (const watcher of watchers) watcher();
    });
  child.stdin!.on('error', () => undefined);
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output })),
  );
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      void ended.then(() => reject(new Error(`it ended before it printed "${text}":\n${output}`)));
      look();
    });
  return { child, printed, ended };
}

/** Talks to the supplies in their own languages, as little as is needed. */
async function switchOn(station: SimulatedStation, bias?: number): Promise<void> {
  await exchange(station.resources.lv_1!, ['V1 1.8', 'I1 5', 'OP1 1', 'OP1?']);
  if (bias === undefined) return;
  await exchange(station.resources.hv_1!, [
    ':SOUR:VOLT:LEV 0',
    ':OUTP 1',
    ...Array.from({ length: Math.abs(bias) / 5 }, (_, k) => `:SOUR:VOLT:LEV ${-5 * (k + 1)}`),
    ':OUTP?',
  ]);
}

/** Sends the lines and waits for one reply, which shows that all of them were taken. */
async function exchange(resource: string, lines: readonly string[]): Promise<void> {
  const { connect } = await import('node:net');
  const [, host, port] = /^TCPIP::([^:]+)::(\d+)::SOCKET$/.exec(resource)!;
  const socket = connect(Number(port), host!);
  socket.write(lines.map((line) => `${line}\n`).join(''));
  await new Promise((resolve) => socket.once('data', resolve));
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
