import type { Problem } from '../../base/errors.ts';
import type { StepJudged } from '../../journal/stepEvents.ts';
import { type ChipCodes, codesInModulesJson, type OtherChip, otherChips } from '../../station/chipCodes.ts';
import type { Module } from '../../station/station.ts';
import { modulesJsonAround, modulesJsonOf, putBackModulesJson } from '../dirigent/modulesJson.ts';
import type { RunContext } from '../runContext.ts';
import type { CalibrationStep } from '../step.ts';

/**
 * Where a step read the chips' eFuse codes and modules.json had others before it, another module is mounted than the
 * station says, or the file is wrong; only a person can tell which. modules.json is put back then: written over by the
 * step, it would agree the next time. dirigent tells the codes in its results, in modules.json, or in both.
 */
export async function demandOwnChips(
  { calibration, entry, folder }: Pick<CalibrationStep, 'calibration' | 'entry' | 'folder'>,
  judged: readonly Pick<StepJudged, 'module' | 'measurements'>[],
  context: Pick<RunContext, 'directory' | 'group' | 'station' | 'expected'>,
): Promise<Problem[]> {
  const { directory, group, station, expected = [] } = context;
  // The chips of a simulated module come from its seed, modules.json from the station that it is the twin of.
  if (!entry.tellsChips || station.simulated) return [];
  const { before = '', after = '' } = await modulesJsonAround(directory, folder);
  const file = await modulesJsonOf(station);
  const problems = group.modules.flatMap((module) => {
    const { index } = module;
    // Whoever has looked at the label of a module that goes on says that the file is wrong.
    if (expected.find((one) => one.module === index)?.confirmedBy !== undefined) return [];
    const measured = judged.find((one) => one.module === index)?.measurements ?? [];
    const read = { ...codesInModulesJson(after, index), ...chipCodes(measured) };
    const others = otherChips(codesInModulesJson(before, index), read);
    return others.length > 0 ? [notItsChips(calibration, module, others, file)] : [];
  });
  if (problems.length > 0) await putBackModulesJson(directory, station, folder);
  return problems;
}

function notItsChips(
  calibration: string,
  { name, serialNumber: called = name }: Module,
  others: readonly OtherChip[],
  file: string,
): Problem {
  return {
    code: 'E4408',
    where: { file },
    what: `${calibration}: the chips are not those that this file has for ${called} (${told(others)}).`,
    remedy: `Look at the label. If it is not ${called}, mount that, or start a run of the module that is mounted. If it is, the file is wrong: \`baton runs resume --module ${called}\` goes on with the chips as they are. Nothing that this run has measured counts for ${called} until then.`,
  };
}

/** Both codes of each. */
export function told(others: readonly OtherChip[]): string {
  return others.map(({ chip, expected, read }) => `chip ${chip}: ${read}, not ${expected}`).join('; ');
}

/** The codes among the measurements of a module: `chip12_eFuseCode`. A chip that tells 0 was not read. */
export function chipCodes(measurements: readonly { name: string; value?: number | undefined }[]): ChipCodes {
  return Object.fromEntries(
    measurements.flatMap(({ name, value }) => {
      const chip = /^chip(\d+)_eFuseCode$/.exec(name)?.[1];
      return chip === undefined || !value ? [] : [[chip, value]];
    }),
  );
}
