import { calibration } from '../../measurements/calibration.ts';
import { wait } from '../../measurements/waiting.ts';
import { chipEntries, saveModulesJson } from './modulesJson.ts';
import { type ChipUnderTest, program, withModules } from './moduleUnderTest.ts';
import { byChip, writeSummary } from './results.ts';
import { bestTrim } from './voltageTrimming.ts';

interface ModuleInfo {
  eFuseCode: number;
  settings: { VOLTAGE_TRIM_DIG: number; VOLTAGE_TRIM_ANA: number; VREF_ADC: number };
}

export const getModuleInfo = calibration({
  name: 'get_module_info',
  summary: 'Read eFuse codes and look up the trims of the chips.',
  about:
    'Reads the eFuse code of every chip and looks up its trims; with -r and -e they replace those in modules.json, in place. Needs LV on.',
  roles: [],
  options: {
    replace: {
      short: '-r',
      long: '--replace',
      type: 'BOOLEAN',
      help: 'Overwrite the parameters in modules.json.',
      default: false,
    },
    efuse: {
      short: '-e',
      long: '--efuse',
      type: 'BOOLEAN',
      help: 'Overwrite the eFuse codes in modules.json.',
      default: false,
    },
  },
  async run(context, { replace, efuse }) {
    const started = new Date();
    await withModules(context, async (modules, modulesJson) => {
      await program(context, modules, modulesJson);
      const found = new Map<string, ModuleInfo>();
      const each = async (what: (module: string, chip: ChipUnderTest) => Promise<void>) => {
        for (const { index, chips } of modules)
          for (const chip of chips) if (chip.answers) await what(index, chip);
      };
      context.log.progress(1, 3, 'Read eFuse codes of the chips');
      await wait(context, 1);
      const codes = new Map<string, number>();
      await each(async (module, chip) => {
        const { eFuseCode } = await chip.ask<{ eFuseCode: number }>('info');
        codes.set(`${module}/${chip.id}`, eFuseCode);
        context.log.info(`Module ${module} chip ${chip.id}: eFuseCode = ${eFuseCode}`);
      });
      context.log.progress(2, 3, 'Look up the chips');
      await wait(context, 1);
      await each(async (module, chip) => {
        const { registers } = await chip.ask<{ registers: { VREF_ADC: number } }>('info');
        // The database holds what wafer probing found; here the same chip is asked again.
        const settings = {
          VOLTAGE_TRIM_DIG: (await bestTrim(chip, 'VDDD')).trim,
          VOLTAGE_TRIM_ANA: (await bestTrim(chip, 'VDDA')).trim,
          VREF_ADC: registers.VREF_ADC,
        };
        found.set(`${module}/${chip.id}`, { eFuseCode: codes.get(`${module}/${chip.id}`)!, settings });
        for (const [name, value] of Object.entries(settings))
          context.log.info(`Module ${module} chip ${chip.id}: ${name} = ${value}`);
      });
      context.log.progress(3, 3, 'Replace trim bit settings in modules.json');
      if (modulesJson && (replace || efuse)) {
        for (const { index } of modules)
          for (const [id, entry] of chipEntries(modulesJson, index)) {
            const info = found.get(`${index}/${id}`);
            if (!info) continue;
            if (efuse) entry.eFuseCode = info.eFuseCode;
            if (replace) entry.Settings = { ...entry.Settings, ...info.settings };
          }
        context.log.info('Overwriting JSON file...');
        await saveModulesJson(modulesJson);
      }
      await writeSummary(context, 'get_module_info', started, {
        settings: { replace, efuse },
        modules: byChip(modules, (module, chip) => found.get(`${module}/${chip}`)),
      });
    });
  },
});
