import type { Volts } from '../../base/units.ts';
import { calibration } from '../../measurements/calibration.ts';
import { wait } from '../../measurements/waiting.ts';
import { type ChipUnderTest, program, withModules } from './moduleUnderTest.ts';
import { byChip, writeCsv, writeSummary } from './results.ts';

/** What VDDA and VDDD are trimmed to. [Ph2_ACF, VoltageSettings.md] */
const target: Volts = 1.2;
const regulators = [
  { name: 'VDDD', register: 'VOLTAGE_TRIM_DIG' },
  { name: 'VDDA', register: 'VOLTAGE_TRIM_ANA' },
] as const;
const sweepTakes = 3;

interface Trimmed {
  trim: number;
  voltage: Volts;
  /** At each trim from 0 to 15. */
  sweep: Volts[];
}

export const voltageTrimming = calibration({
  name: 'voltage_trimming',
  summary: 'VDDD and VDDA sweep.',
  about: 'Sweeps the trims of VDDD and VDDA of every chip and sets those nearest to 1.2 V. Needs LV on.',
  roles: [],
  options: {},
  async run(context) {
    const started = new Date();
    await withModules(context, async (modules, modulesJson) => {
      await program(context, modules, modulesJson);
      const found = new Map<ChipUnderTest, Record<string, Trimmed>>();
      for (const [k, { name, register }] of regulators.entries()) {
        context.log.progress(k + 1, regulators.length, `${name} sweep`);
        await wait(context, sweepTakes);
        for (const { index, chips } of modules)
          for (const chip of chips.filter(({ answers }) => answers)) {
            const trimmed = await bestTrim(chip, name);
            await chip.ask('configure', { [register]: trimmed.trim });
            found.set(chip, { ...found.get(chip), [name]: trimmed });
            context.log.info(
              `Module ${index} chip ${chip.id}: ${register} = ${trimmed.trim} (${name} = ${trimmed.voltage} V)`,
            );
          }
      }
      for (const { index, chips } of modules)
        await writeCsv(
          context,
          `Module${index}_voltage_trimming.csv`,
          ['Chip', 'Regulator', 'Trim', 'Voltage (V)'],
          chips.flatMap((chip) =>
            Object.entries(found.get(chip) ?? {}).flatMap(([name, { sweep }]) =>
              sweep.map((voltage, trim) => [chip.id, name, trim, voltage]),
            ),
          ),
        );
      const chipAt = (module: string, id: string) =>
        modules.find(({ index }) => index === module)?.chips.find((chip) => chip.id === id);
      await writeSummary(context, 'voltage_trimming', started, {
        settings: { target },
        modules: byChip(modules, (module, id) => found.get(chipAt(module, id)!)),
      });
    });
  },
});

/** Sweeps one regulator and finds the trim that comes nearest to 1.2 V. */
export async function bestTrim(chip: ChipUnderTest, which: 'VDDA' | 'VDDD'): Promise<Trimmed> {
  const { voltages } = await chip.ask<{ voltages: Volts[] }>('sweepTrim', { which });
  const trim = voltages.reduce(
    (best, voltage, k) => (Math.abs(voltage - target) < Math.abs(voltages[best]! - target) ? k : best),
    0,
  );
  return { trim, voltage: voltages[trim]!, sweep: voltages };
}
