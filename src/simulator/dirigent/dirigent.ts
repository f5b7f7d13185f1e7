import type { Celsius } from '../../base/units.ts';
import type { Calibration, CalibrationContext } from '../../measurements/calibration.ts';
import { ivCurve } from '../../measurements/ivCurve.ts';
import { realInstruments } from '../../measurements/openers.ts';
import { runProgram } from '../../measurements/program.ts';
import { sldoViCurves } from '../../measurements/sldoViCurves.ts';
import { calibrateModule, customSequence } from './calibrateModule.ts';
import { ChipSilent } from './chipsClient.ts';
import { crosstalkMethod } from './crosstalkMethod.ts';
import { getModuleInfo } from './getModuleInfo.ts';
import { misbehaving } from './misbehave.ts';
import { parseMisbehaviour } from './misbehaviour.ts';
import { withModules } from './moduleUnderTest.ts';
import { sldoViCurvesGADC } from './sldoViCurvesGADC.ts';
import { voltageTrimming } from './voltageTrimming.ts';

/** The IV curve with the chips' own temperature sensors, as the real one reads INTERNAL_NTC. */
const ivCurveWithChips: Calibration = {
  ...ivCurve,
  run: (context, options) =>
    ivCurve.run({ ...context, readTemperature: (module) => readTemperature(context, module) }, options),
};

process.exitCode = await runProgram(
  {
    name: 'dirigent',
    about:
      'Simulated dirigent: the command line of dirigent over simulated instruments and read-out chips. It measures nothing real.',
    calibrations: [
      ivCurveWithChips,
      sldoViCurves,
      sldoViCurvesGADC,
      voltageTrimming,
      getModuleInfo,
      calibrateModule,
      customSequence,
      crosstalkMethod,
    ],
    open: realInstruments,
    wrap: (calibration, stop) =>
      misbehaving(
        calibration,
        parseMisbehaviour(process.env.BATON_SIMULATED_FAULT ?? '', calibration.name),
        stop,
      ),
  },
  process.argv.slice(2),
  process.env,
);

/** Of the first chip that answers. Without a board, nobody can tell. */
async function readTemperature(context: CalibrationContext, module: string): Promise<Celsius | undefined> {
  if (context.global.ipaddress === undefined) return undefined;
  let found: Celsius | undefined;
  await withModules(context, async (modules) => {
    for (const chip of modules.find(({ index }) => index === module)?.chips ?? []) {
      try {
        found ??= (await chip.ask<{ celsius: Celsius }>('temperature')).celsius;
      } catch (error) {
        if (!(error instanceof ChipSilent)) throw error;
      }
    }
  });
  return found;
}
