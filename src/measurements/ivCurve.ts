import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError } from '../base/errors.ts';
import type { Amperes, Celsius, Volts } from '../base/units.ts';
import type { Trip } from '../instruments/instrument.ts';
import { rampVoltage } from '../instruments/ramp.ts';
import { type Bench, type BenchChannel, openBench, withBench } from './bench.ts';
import { calculateBreakdown, type IVPoint } from './breakdown.ts';
import { type CalibrationContext, calibration } from './calibration.ts';
import { drawIVCurve } from './drawIVCurve.ts';
import { type HandedModule, modulesByChannel } from './handed.ts';
import { ivOptions } from './ivOptions.ts';
import { lowVoltageOn } from './lowVoltageOn.ts';
import { openRows, type RowFile } from './rows.ts';
import { supplyProblems } from './supplyProblems.ts';
import { forwardLimit, type IVSetpoint, type IVSweep, ivProblems, ivSetpoints } from './sweep.ts';
import { throwIfStopped, wait } from './waiting.ts';

/** Columns of Module<index>_iv_curve.csv (docs/measurements.md). */
const columns = [
  'Time (s)',
  'Voltage set (V)',
  'Voltage (V)',
  'Current (A)',
  'Temperature (C)',
  'Compliance',
  'Leg',
];

export const ivCurve = calibration({
  name: 'iv_curve',
  summary: 'Measure the leakage current of the sensor over its bias.',
  about:
    'Measures the IV curve of each module: LV on (if it has one), bias up in steps, settled and measured at each, down in a ramp, LV off. Modules on one HV channel are measured together, the others in series. The sweep ends where the supply reaches its compliance (default_current).',
  roles: ['hv'],
  options: ivOptions,
  async run(context, options) {
    const sweep: IVSweep = {
      start: options.start_voltage,
      max: options.max_voltage,
      step: options.step_size,
      delay: options.delay,
      bothWays: options.both_ways,
      positive: options.positive,
    };
    const temperatureAt = options.temp_mon ? (options.temp_voltage ?? sweep.max) : undefined;
    const problems = [...ivProblems(sweep, context.biasLimit), ...supplyProblems(context)];
    if (temperatureAt !== undefined && !(temperatureAt <= 0 && temperatureAt >= sweep.max))
      problems.push({
        code: 'E9101',
        what: `--temp-voltage ${temperatureAt} V is not on the sweep to ${sweep.max} V.`,
        remedy: 'Give a voltage between 0 and the final one.',
      });
    if (problems.length > 0) throw new BatonError(problems);

    const plan: IVPlan = { sweep, setpoints: ivSetpoints(sweep), temperatureAt };
    const bench = await openBench(context, temperatureAt === undefined ? ['hv', 'lv'] : ['hv', 'lv', 'ab'], {
      limit: context.biasLimit,
      positiveUpTo: sweep.positive ? forwardLimit : 0,
    });
    const breakdowns: Record<string, Volts | null> = {};
    await withBench(context, bench, async () => {
      // Outputs that were found on are brought down first, from what is read.
      const left = await bench.powerDown();
      if (left.length > 0) throw new BatonError(left, { exitCode: 5 });
      // A bare module has no LV: only its bias is ruled.
      for (const at of modulesByChannel(context.handed, 'lv').keys())
        await lowVoltageOn(context, bench.lv(at));
      const groups = [...modulesByChannel(context.handed, 'hv')];
      for (const [number, [at, modules]] of groups.entries()) {
        const curve = await measureGroup(context, bench, bench.hv(at), modules, plan, {
          before: number * plan.setpoints.length,
          all: groups.length * plan.setpoints.length,
        });
        for (const { index } of modules) breakdowns[index] = calculateBreakdown(curve);
        if (options.plot) await drawIVCurve(context, modules, curve);
      }
    });
    if (options.write_breakdowns) {
      const text = `${JSON.stringify(breakdowns, null, 2)}\n`;
      await writeFileAtomically(join(context.directory, 'breakdowns.json'), text, 0o644);
      for (const [index, voltage] of Object.entries(breakdowns))
        context.log.info(`Module ${index}: breakdown ${voltage === null ? 'not found' : `at ${voltage} V`}.`);
    }
  },
});

interface IVPlan {
  sweep: IVSweep;
  setpoints: IVSetpoint[];
  temperatureAt: Volts | undefined;
}

/** Sweeps one HV channel and writes the curve for each module on it. Answers the points on the way out. */
async function measureGroup(
  context: CalibrationContext,
  bench: Bench,
  hv: BenchChannel,
  modules: readonly HandedModule[],
  plan: IVPlan,
  points: { before: number; all: number },
): Promise<IVPoint[]> {
  const { log, stop } = context;
  const names = modules.map(({ index }) => index).join(', ');
  if (modules.length > 1)
    log.info(`Modules ${names} share ${hv.at}: they are measured together, one curve for all of them.`);
  await biasOn(context, hv, plan);

  const start = performance.now();
  const files: RowFile[] = [];
  const curve: IVPoint[] = [];
  let temperatureDue = plan.temperatureAt !== undefined;
  try {
    for (const { index } of modules)
      files.push(await openRows(join(context.directory, `Module${index}_iv_curve.csv`), columns));
    let skipOut = false;
    for (const [k, setpoint] of plan.setpoints.entries()) {
      // After compliance only the way back is left, from where the supply stands.
      if (skipOut && (setpoint.leg !== 'back' || beyond(setpoint.voltage, curve))) continue;
      throwIfStopped(stop);
      log.progress(points.before + k + 1, points.all, `Module ${names}: ${setpoint.voltage} V`);
      const { set, voltage, current, trip } = await measureAt(context, hv, setpoint.voltage, plan);
      const last = trip !== undefined || isLastOut(plan.setpoints, k);
      const warm = temperatureDue && setpoint.leg === 'out' && (last || reached(setpoint.voltage, plan));
      if (warm) temperatureDue = false;
      const time = ((performance.now() - start) / 1000) * context.pace.scale;
      for (const [m, file] of files.entries()) {
        const temperature = warm ? await readTemperature(context, bench, modules[m]!) : undefined;
        await file.append([
          time.toFixed(2),
          set,
          voltage,
          current,
          temperature,
          trip === undefined ? 0 : 1,
          setpoint.leg,
        ]);
      }
      log.info(`Module ${names}: ${voltage} V, ${current.toExponential(3)} A`);
      if (setpoint.leg === 'out') {
        // In compliance the module sees what is measured, not what is set.
        curve.push({ voltage: trip === undefined ? set : voltage, current });
      }
      if (trip === undefined) continue;
      if (trip !== 'compliance') throw tripped(hv, trip, `at ${voltage} V`);
      // On the way back it may take a few points until the supply regulates the voltage again.
      if (setpoint.leg === 'back') continue;
      log.warning(`Module ${names}: compliance reached at ${voltage} V; the sweep goes no further.`);
      if (setpoint.leg === 'forward') break;
      skipOut = true;
    }
  } finally {
    for (const file of files) await file.close();
  }
  await bench.biasOff(hv.at);
  return curve;
}

/** Compliance, set-point zero, output on: in this order, each read back by the driver. */
async function biasOn(context: CalibrationContext, hv: BenchChannel, plan: IVPlan): Promise<void> {
  const { channel, instrument } = hv;
  throwIfStopped(context.stop);
  await channel.writeSetpoint(0);
  const range = Math.max(Math.abs(instrument.defaultRange ?? 0), Math.abs(plan.sweep.max));
  await channel.writeRange?.(-range);
  await channel.writeCurrentLimit(instrument.defaultCurrent!);
  await channel.switchOutput(true);
  // The first point may be zero itself, where there is nothing to move and so nothing that settles.
  await wait(context, plan.sweep.delay);
  context.log.info(`HV ${hv.at} is on at 0 V, compliance ${instrument.defaultCurrent} A.`);
}

interface Reading {
  set: Volts;
  voltage: Volts;
  current: Amperes;
  trip: Trip | undefined;
}

/** Moves, settles, and only then measures; a trip on the way is measured where it happened. */
async function measureAt(
  { pace, stop }: CalibrationContext,
  hv: BenchChannel,
  to: Volts,
  { sweep }: IVPlan,
): Promise<Reading> {
  const { reading } = await rampVoltage(hv.channel, to, {
    step: hv.instrument.defaultStepSize,
    delay: sweep.delay,
    signal: stop,
    pace,
  });
  throwIfStopped(stop);
  const { setpoint: set, voltage, current, problem } = reading;
  if (problem !== undefined || set === undefined || voltage === undefined || current === undefined)
    throw tripped(hv, reading.trip ?? 'unknown', `at ${set ?? to} V: ${problem ?? 'it measures nothing'}`);
  const limited = Math.abs(current) >= 0.99 * hv.instrument.defaultCurrent!;
  return { set, voltage, current, trip: reading.trip ?? (limited ? 'compliance' : undefined) };
}

async function readTemperature(
  context: CalibrationContext,
  bench: Bench,
  module: HandedModule,
): Promise<Celsius | undefined> {
  const card = module.channels.ab && bench.probeCard(module.channels.ab.instrument);
  const temperature = card?.readTemperatures
    ? (await card.readTemperatures())[0]
    : await context.readTemperature?.(module.index);
  if (temperature === undefined)
    context.log.warning(
      `Module ${module.index}: nothing that was handed over can tell its temperature; the column stays empty.`,
    );
  else context.log.info(`Module ${module.index}: ${temperature} C`);
  return temperature;
}

function reached(voltage: Volts, { temperatureAt }: IVPlan): boolean {
  return temperatureAt !== undefined && Math.abs(voltage) >= Math.abs(temperatureAt);
}

function isLastOut(setpoints: readonly IVSetpoint[], at: number): boolean {
  return setpoints[at]?.leg === 'out' && setpoints[at + 1]?.leg !== 'out';
}

/** Whether a point of the way back is no nearer to zero than the curve got. */
function beyond(voltage: Volts, curve: readonly IVPoint[]): boolean {
  return Math.abs(voltage) >= Math.abs(curve.at(-1)?.voltage ?? 0);
}

function tripped(hv: BenchChannel, trip: Trip, how: string): BatonError {
  return new BatonError(
    {
      code: 'E9107',
      what: `HV ${hv.at} tripped (${trip}) ${how}.`,
      remedy: 'Find out why before the module is biased again.',
    },
    { exitCode: 3 },
  );
}
