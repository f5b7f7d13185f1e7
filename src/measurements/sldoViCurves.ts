import { join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import type { Volts } from '../base/units.ts';
import type { Measured } from '../instruments/instrument.ts';
import type { ChannelAddress } from '../station/station.ts';
import { type BenchChannel, openBench, withBench } from './bench.ts';
import { type CalibrationContext, calibration } from './calibration.ts';
import type { OptionTable, OptionValues } from './clickOptions.ts';
import { type HandedModule, modulesByChannel } from './handed.ts';
import { openRows, type RowFile } from './rows.ts';
import { supplyProblems } from './supplyProblems.ts';
import { type SLDOSetpoint, type SLDOSweep, sldoProblems, sldoSetpoints } from './sweep.ts';
import { throwIfStopped, wait } from './waiting.ts';

/** The options of both SLDO calibrations, with the defaults of the test GUI. [Ph2_ACF_GUI, SLDO settings] */
export const sldoOptions = {
  initial_current: {
    short: '-i',
    long: '--initial-current',
    type: 'FLOAT',
    help: 'Initial input current of the sweep, in A.',
    default: 1,
  },
  final_current: {
    short: '-f',
    long: '--final-current',
    type: 'FLOAT',
    help: 'Final input current, in A (default: default_current of the supply).',
  },
  monitor_current: {
    short: '-m',
    long: '--monitor-current',
    type: 'FLOAT',
    help: 'Input current from which on the voltages of the module are read, in A (default: the initial one).',
  },
  step_size: {
    short: '-s',
    long: '--step-size',
    type: 'FLOAT',
    help: 'Step in current between two measurements, in A.',
    default: 0.2,
  },
  delay: {
    short: '-d',
    long: '--delay',
    type: 'FLOAT',
    help: 'Time after changing the current until the voltages are measured, in s.',
    default: 0.2,
  },
  voltage_limit: {
    short: '-v',
    long: '--voltage-limit',
    type: 'FLOAT',
    help: 'Voltage that the supply does not exceed (default: default_voltage of the supply).',
  },
} as const satisfies OptionTable;

export const sldoViCurves = calibration({
  name: 'sldo_vi_curves',
  summary: 'Measure VI curves of the shunt-LDOs with the needle card.',
  about:
    'Sweeps the input current of each module up and down and reads its voltages through the needle card at each step. HV must be off. Modules on one LV channel are measured together, the others in series. LV is off before and after.',
  roles: ['lv', 'ab'],
  options: sldoOptions,
  async run(context, options) {
    await sweepModules(context, options, ['lv', 'ab'], (bench) => async (module) => {
      const card = bench.probeCard(module.channels.ab!.instrument);
      return renamed(await card.readVoltages());
    });
  },
});

/** Reads a module's own voltages, keyed as the columns: VIN, VOFS, VDDD_ROC0, …; what cannot be read is left out. */
type ReadVoltages = (module: HandedModule) => Promise<Record<string, Volts>>;

/** The sweep that both SLDO calibrations make; they differ in who reads the module's voltages. */
export async function sweepModules(
  context: CalibrationContext,
  options: OptionValues<typeof sldoOptions>,
  roles: readonly ('lv' | 'ab')[],
  reader: (bench: Awaited<ReturnType<typeof openBench>>) => ReadVoltages,
): Promise<void> {
  const groups = [...modulesByChannel(context.handed, 'lv')].map(([at, modules]) => ({
    at,
    modules,
    sweep: sweepOf(context, at, options),
  }));
  const problems = [
    ...supplyProblems(context),
    ...biasHandedProblems(context),
    ...groups.flatMap(({ sweep }) => sldoProblems(sweep)),
  ];
  if (problems.length > 0) throw new BatonError(problems);

  const all = groups.reduce((sum, { sweep }) => sum + sldoSetpoints(sweep).length, 0);
  const bench = await openBench(context, roles, { limit: 0 });
  await withBench(context, bench, async () => {
    const left = await bench.powerDown();
    if (left.length > 0) throw new BatonError(left, { exitCode: 5 });
    let before = 0;
    for (const { at, modules, sweep } of groups) {
      await sweepGroup(context, bench.lv(at), modules, sweep, reader(bench), { before, all });
      before += sldoSetpoints(sweep).length;
    }
  });
}

function sweepOf(
  context: CalibrationContext,
  at: ChannelAddress,
  options: OptionValues<typeof sldoOptions>,
): SLDOSweep {
  const supply = context.handed.instruments.get(at.slice(0, at.lastIndexOf(':')));
  return {
    initial: options.initial_current,
    final: options.final_current ?? supply?.defaultCurrent ?? Number.NaN,
    step: options.step_size,
    delay: options.delay,
    voltageLimit: options.voltage_limit ?? supply?.defaultVoltage ?? Number.NaN,
    monitorFrom: options.monitor_current ?? options.initial_current,
  };
}

/** A sweep of LV under a biased sensor breaks rule 1, and whoever hands HV over may have it on. */
function biasHandedProblems(context: CalibrationContext): Problem[] {
  return context.handed.modules
    .filter(({ channels }) => channels.hv)
    .map(({ index }) => ({
      code: 'E9109',
      what: `Module ${index} was handed over with its hv, which an SLDO sweep must not touch.`,
      remedy: 'Switch HV off and hand over lv (and ab) alone.',
    }));
}

async function sweepGroup(
  context: CalibrationContext,
  lv: BenchChannel,
  modules: readonly HandedModule[],
  sweep: SLDOSweep,
  readVoltages: ReadVoltages,
  points: { before: number; all: number },
): Promise<void> {
  const { log, pace, stop } = context;
  const names = modules.map(({ index }) => index).join(', ');
  if (modules.length > 1) log.info(`Modules ${names} share ${lv.at}: they are swept together.`);
  throwIfStopped(stop);
  await lv.channel.writeSetpoint(sweep.voltageLimit);
  await lv.channel.writeCurrentLimit(sweep.initial);
  await lv.channel.switchOutput(true);
  log.info(`LV ${lv.at} is on: current ${sweep.initial} A, at most ${sweep.voltageLimit} V.`);

  const start = performance.now();
  const files = new Map<HandedModule, RowFile>();
  try {
    for (const module of modules)
      files.set(
        module,
        await openRows(join(context.directory, `Module${module.index}_full.csv`), columnsOf(moduleVoltages)),
      );
    let limited = false;
    for (const [k, setpoint] of sldoSetpoints(sweep).entries()) {
      if (limited && setpoint.direction === 'up') continue;
      throwIfStopped(stop);
      log.progress(points.before + k + 1, points.all, `Module ${names}: ${setpoint.current} A`);
      await lv.channel.writeCurrentLimit(setpoint.current);
      await wait(context, sweep.delay);
      const measured = await lv.channel.measure();
      const time = ((performance.now() - start) / 1000) * pace.scale;
      for (const module of modules) {
        const read = setpoint.current >= sweep.monitorFrom ? await readVoltages(module) : {};
        await files.get(module)!.append(row(measured, read, time, setpoint));
      }
      log.info(`Module ${names}: ${measured.current} A, ${measured.voltage} V`);
      const trip = await lv.channel.readTrip();
      if (trip === 'over-voltage' || trip === 'over-current')
        throw new BatonError(
          {
            code: 'E9107',
            what: `LV ${lv.at} tripped (${trip}) at ${measured.current} A.`,
            remedy: 'Find out why before the module is powered again.',
          },
          { exitCode: 3 },
        );
      if (!limited && setpoint.direction === 'up' && atVoltageLimit(measured, setpoint, sweep)) {
        limited = true;
        log.warning(
          `Module ${names}: voltage limit reached at ${measured.current} A; the sweep goes no further up.`,
        );
      }
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
}

const chips = [0, 1, 2, 3];
/** Always the same columns, so that files of doubles and quads can be read alike; what a module lacks stays empty. */
const moduleVoltages = [
  'VIN',
  'VOFS',
  ...chips.map((chip) => `VDDD_ROC${chip}`),
  ...chips.map((chip) => `VDDA_ROC${chip}`),
];

function columnsOf(voltages: readonly string[]): string[] {
  return ['Current (A)', 'Voltage (V)', ...voltages, 'Time (s)', 'Direction'];
}

function row(measured: Measured, read: Record<string, Volts>, time: number, setpoint: SLDOSetpoint) {
  return [
    measured.current,
    measured.voltage,
    ...moduleVoltages.map((name) => read[name]),
    time.toFixed(2),
    setpoint.direction,
  ];
}

/** The supply regulates its voltage, not the current that was asked for. */
function atVoltageLimit(measured: Measured, setpoint: SLDOSetpoint, sweep: SLDOSweep): boolean {
  return measured.voltage >= 0.995 * sweep.voltageLimit && measured.current < 0.98 * setpoint.current;
}

/** The probe card's VDDD0 is dirigent's VDDD_ROC0. */
function renamed(voltages: Record<string, Volts>): Record<string, Volts> {
  return Object.fromEntries(
    Object.entries(voltages).map(([name, volts]) => [name.replace(/^(VDD[AD])(\d)$/, '$1_ROC$2'), volts]),
  );
}
