import type { Volts } from '../../base/units.ts';
import { calibration } from '../../measurements/calibration.ts';
import { sldoOptions, sweepModules } from '../../measurements/sldoViCurves.ts';
import { ChipSilent } from './chipsClient.ts';
import { type ModuleUnderTest, withModules } from './moduleUnderTest.ts';

export const sldoViCurvesGADC = calibration({
  name: 'sldo_vi_curves_GADC',
  summary: "Measure VI curves of the shunt-LDOs with the chips' own ADC.",
  about:
    'Sweeps the input current of each module up and down and lets the chips measure their voltages at each step. Below the current at which the chips start nothing can be read, and the cells stay empty. HV must be off; LV is off before and after.',
  roles: ['lv'],
  options: sldoOptions,
  async run(context, options) {
    await withModules(context, async (modules) => {
      const heard = new Set<string>();
      await sweepModules(context, options, ['lv'], () => async ({ index }) => {
        const module = modules.find((one) => one.index === index);
        const read = module ? await readChips(module) : {};
        if (Object.keys(read).length > 0) heard.add(index);
        return read;
      });
      for (const { index } of modules)
        if (!heard.has(index)) throw new ChipSilent(`No chip of module ${index} answered at any current.`);
    });
  },
});

/** VIN and VOFS of the first chip that answers, VDDD and VDDA of each. */
async function readChips({ chips }: ModuleUnderTest): Promise<Record<string, Volts>> {
  const read: Record<string, Volts> = {};
  for (const chip of chips) {
    try {
      const { VIN, VOFS, VDDA, VDDD } =
        await chip.ask<Record<'VIN' | 'VOFS' | 'VDDA' | 'VDDD', Volts>>('voltages');
      read.VIN ??= VIN;
      read.VOFS ??= VOFS;
      read[`VDDD_ROC${chip.position}`] = VDDD;
      read[`VDDA_ROC${chip.position}`] = VDDA;
    } catch (error) {
      if (!(error instanceof ChipSilent)) throw error;
    }
  }
  return read;
}
