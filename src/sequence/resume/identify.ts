import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import type { Identify } from '../../calibrations/action.ts';
import { catalogue } from '../../calibrations/catalogue.ts';
import type { StepFiles } from '../../calibrations/category.ts';
import { breakdownRule } from '../../calibrations/criteria.ts';
import { collectArtefacts } from '../../journal/stepFolder.ts';
import { type ChipCodes, otherChips } from '../../station/chipCodes.ts';
import type { Module } from '../../station/station.ts';
import { chipCodes, told } from '../calibrating/chipIdentity.ts';
import { runUnderControl } from '../calibrating/underControl.ts';
import { putBackModulesJson } from '../dirigent/modulesJson.ts';
import { done, interrupted, type Outcome } from '../outcome.ts';
import type { RunContext } from '../runContext.ts';
import type { RunState } from '../runState.ts';
import { confirmedBy, type ExpectedModule } from './moduleIdentity.ts';

/** Reads the eFuse codes of the chips and compares them; nothing goes on with another module. */
export async function identify(
  action: Identify,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  const { argv, folder, timeLimit, ahead } = action;
  const budget = { maxVoltage: 0, stepSize: 5, delay: 1 };
  const { why } = await runUnderControl(
    { step: ahead, argv, folder, timeLimit, budget },
    context,
    state,
    stop,
  );
  // Whatever it is told, it may edit the file in place; here it must leave the trims as they are.
  await putBackModulesJson(context.directory, context.station, folder);
  if (why === 'stopped') return interrupted(stop);
  for (const module of context.group.modules) {
    const expected = context.expected?.find((one) => one.module === module.index);
    const read = await codesOf(action, module, context);
    const by = confirmedBy(expected, read);
    if (by === undefined) return { end: 'failed', code: 3, problem: refusal(module, expected, read) };
    await context.journal.append({
      event: 'module.confirmed',
      module: module.index,
      by,
      ...(Object.keys(read).length > 0 ? { chips: read } : {}),
    });
  }
  return done;
}

function refusal(module: Module, expected: ExpectedModule | undefined, read: ChipCodes): Problem {
  const called = module.serialNumber ?? module.name;
  const { chips = {} } = expected ?? {};
  const other = otherChips(chips, read);
  if (other.length > 0 && expected?.certain !== true)
    return {
      code: 'E4407',
      what: `it could not be confirmed that the module is ${called}: modules.json has other eFuse codes for it than its chips (${told(other)}).`,
      remedy: `Look at the label. If it is ${called}, resume with --module ${called}, and let get_module_info correct modules.json.`,
    };
  if (other.length > 0)
    return {
      code: 'E4406',
      what: `this is not ${called}: its chips have other eFuse codes (${told(other)}).`,
      remedy: `Mount ${called} and resume again, or start a run of the module that is mounted.`,
    };
  return {
    code: 'E4407',
    what: `it could not be confirmed that the module is ${called}: no eFuse code of its chips was read.`,
    remedy: `Look at the label, and resume with --module ${called}.`,
  };
}

async function codesOf(
  { calibration, folder }: Identify,
  module: Module,
  context: RunContext,
): Promise<ChipCodes> {
  const { directory, group, criteria } = context;
  const artefacts = await collectArtefacts(directory, folder);
  const files: StepFiles = {
    names: artefacts.map(({ path }) => path.slice(folder.length + 1)),
    read: (name) => readFile(join(directory, folder, name), 'utf8'),
    modules: group.modules,
  };
  const reader = catalogue.get(calibration)!.calibration;
  const { values } = await reader.readResults(files, module, { breakdownRule: breakdownRule(criteria) });
  return chipCodes(Object.entries(values).map(([name, { value }]) => ({ name, value })));
}
