import { BatonError } from '../../base/errors.ts';
import type { CalibrationContext } from '../../measurements/calibration.ts';
import { ChipSilent, type ChipsClient, connectChips } from './chipsClient.ts';
import { chipEntries, type ModulesJson, readModulesJson } from './modulesJson.ts';

/** A module as a calibration of its chips sees it. */
export interface ModuleUnderTest {
  index: string;
  chips: ChipUnderTest[];
}

export interface ChipUnderTest {
  id: string;
  /** Its place in the module: the n of VDDD_ROCn. */
  position: number;
  /** A chip that did not answer when it was programmed is left out of the scans, and of no result. */
  answers: boolean;
  ask<T>(command: string, args?: object): Promise<T>;
}

const registers = ['VOLTAGE_TRIM_DIG', 'VOLTAGE_TRIM_ANA', 'VREF_ADC'] as const;

/** Connects to the chips, runs, and closes whatever happens. */
export async function withModules(
  context: CalibrationContext,
  run: (modules: ModuleUnderTest[], modulesJson: ModulesJson | undefined) => Promise<void>,
): Promise<void> {
  const modulesJson = readModulesJson(context);
  const client = await connectChips(context.global.ipaddress as string | undefined);
  try {
    await run(modulesUnderTest(context, client, modulesJson), modulesJson);
  } finally {
    client.close();
  }
}

/**
 * Programs every chip with its settings of modules.json. One that stays silent is named and left out; a module of
 * which none answers has no power, and ends the calibration (E9552).
 */
export async function program(
  context: CalibrationContext,
  modules: readonly ModuleUnderTest[],
  modulesJson: ModulesJson | undefined,
): Promise<void> {
  for (const { index, chips } of modules) {
    const settings = new Map(modulesJson ? chipEntries(modulesJson, index) : []);
    for (const chip of chips) {
      const given = settings.get(chip.id)?.Settings ?? {};
      const known = registers.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
      try {
        await chip.ask('configure', Object.fromEntries(known));
        chip.answers = true;
      } catch (error) {
        if (!(error instanceof ChipSilent)) throw error;
        context.log.warning(error.problems[0]!.what);
        chip.answers = false;
      }
    }
    if (!chips.some(({ answers }) => answers)) throw new ChipSilent(`No chip of module ${index} answers.`);
  }
}

/** The modules that were handed over; none: those of modules.json; without that, all that the board knows. */
function modulesUnderTest(
  { handed }: CalibrationContext,
  client: ChipsClient,
  modulesJson: ModulesJson | undefined,
): ModuleUnderTest[] {
  const named = handed.modules.map(({ index }) => index);
  const listed = modulesJson ? Object.keys(modulesJson.content.Hybrid) : Object.keys(client.modules);
  return (named.length > 0 ? named : listed).map((index) => {
    const ids = modulesJson ? chipEntries(modulesJson, index).map(([id]) => id) : client.modules[index];
    if (!ids || ids.length === 0)
      throw new BatonError({
        code: 'E9554',
        what: `Module ${index} has no chips in ${modulesJson?.path ?? 'the list of the board'}.`,
        remedy: 'Add it to modules.json, or hand over another module.',
      });
    const chips = ids.map(
      (id, position): ChipUnderTest => ({
        id,
        position,
        answers: true,
        ask: (command, args) => client.ask(index, id, command, args),
      }),
    );
    return { index, chips };
  });
}
