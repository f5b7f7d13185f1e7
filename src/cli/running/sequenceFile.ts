import { BatonError } from '../../base/errors.ts';
import { catalogue } from '../../calibrations/catalogue.ts';
import { checkItems } from '../../scripts/checks/checkItems.ts';
import { type LoadedScript, loadSequenceScript } from '../../scripts/loadSequenceScript.ts';
import type { CalibrationItem, SequenceScript } from '../../scripts/script.ts';
import { scriptPath } from '../../scripts/sequenceFiles.ts';
import { isTravellerCode } from '../../scripts/travellers/travellerCode.ts';
import { readTraveller } from '../../scripts/travellers/travellers.ts';
import { CalibrationSequence } from '../../sequence/calibrationSequence.ts';
import type { DirigentKnowledge } from '../../sequence/dirigent/dirigentHelp.ts';
import type { ChecksElement, SequenceElement } from '../../sequence/step.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';

/** The catalogue as scripts are checked against it. */
export const scriptCatalogue = {
  calibrations: [...catalogue.keys()],
  tuning: [...catalogue.values()].filter(({ calibration }) => calibration.tuning).map(({ name }) => name),
};

interface ChosenSequence extends LoadedScript {
  /** Chosen values, as typed. */
  set: Readonly<Record<string, string>>;
  /** Index, name or serial number of the module, from the command line or the traveller. */
  module?: string;
  /** The code of a page was scanned, and is in order. */
  fromTraveller: boolean;
}

export interface SequenceChoice {
  /** A name in config/sequences, the path of a script, or the code of a traveller. */
  sequence: string;
  config: string;
  set?: readonly string[] | undefined;
  module?: string | undefined;
}

/**
 * Finds, reads and checks the sequence that the command line names.
 *
 * @throws everything that is wrong with it, its own modules' items included; nothing is run.
 */
export async function sequenceOf(choice: SequenceChoice): Promise<ChosenSequence> {
  const chosen = await find(choice);
  const unknown = await checkItems(chosen.script);
  if (unknown.length > 0) throw new BatonError([...chosen.problems, ...unknown]);
  return chosen;
}

async function find(choice: SequenceChoice): Promise<ChosenSequence> {
  const { sequence, config, module } = choice;
  if (isTravellerCode(sequence)) return fromTraveller(choice);
  const set = substitutions(choice.set ?? []);
  const loaded = await loadSequenceScript(await scriptPath(sequence, config), {
    set,
    catalogue: scriptCatalogue,
  });
  return { ...loaded, set, ...(module === undefined ? {} : { module }), fromTraveller: false };
}

/** A scanned page starts exactly what is printed on it. */
async function fromTraveller({
  sequence,
  config,
  set = [],
  module,
}: SequenceChoice): Promise<ChosenSequence> {
  const { traveller, ...loaded } = await readTraveller(sequence, config, { catalogue: scriptCatalogue });
  const { module: printed = module } = traveller;
  if (set.length > 0 || (module !== undefined && module !== printed))
    throw new BatonError({
      code: 'E7308',
      what: `The traveller says which values${module !== undefined && module !== printed ? ` and which module (${printed})` : ''}; the command line says otherwise.`,
      remedy: 'Leave out --set and --module, or print another traveller.',
    });
  return {
    ...loaded,
    set: traveller.set,
    ...(printed === undefined ? {} : { module: printed }),
    fromTraveller: true,
  };
}

/** `Name=value` pairs. */
export function substitutions(set: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    set.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new BatonError({
        code: 'E1003',
        what: `"${pair}" sets nothing.`,
        remedy: 'Write --set Name=value.',
      });
    }),
  );
}

/**
 * The sequence of a script, for these modules of this station.
 *
 * @throws E7403 the script is for simulated instruments alone, and these are real.
 */
export function sequenceOn(
  { station, twin, group, dirigent }: SequenceSurroundings,
  script: SequenceScript,
  title = script.title,
): CalibrationSequence {
  const simulatedAlone = script.drivers.find(({ kind }) => kind === 'simulated');
  if (simulatedAlone && !twin && station.simulated === undefined)
    throw new BatonError({
      code: 'E7403',
      where: simulatedAlone.where,
      what: `${script.name} is for simulated instruments alone, and those of ${station.id} are real.`,
      remedy: 'Add --station simulated, or write "drivers": ["station"] once it may drive real supplies.',
    });
  return new CalibrationSequence(
    { station, group, runDirectory: '<run>', ...(dirigent ? { dirigent } : {}) },
    elementsOf(script),
    title,
  );
}

interface SequenceSurroundings {
  station: Station;
  /** Its simulated twin is what will be driven. */
  twin: boolean;
  group: PoweringGroup;
  /** What the dirigent that will be called says of itself, if it is there. */
  dirigent?: DirigentKnowledge | undefined;
}

/** What a script runs, in its order: calibrations one by one, and the site's own checks a module at a time. */
export function elementsOf(script: SequenceScript): (SequenceElement | ChecksElement)[] {
  return script.tests.flatMap((module): (SequenceElement | ChecksElement)[] => {
    const enabled = module.items.filter(({ enable }) => enable);
    if (module.path !== undefined) return enabled.length > 0 ? [{ checks: module, where: module.where }] : [];
    return enabled.flatMap(({ calibration }) =>
      calibration ? [calibrationElement(calibration, module.failFast)] : [],
    );
  });
}

function calibrationElement(item: CalibrationItem, failFast: boolean): SequenceElement {
  const { id, options, tuning, instruments, timeout, fail, where } = item;
  const { temperature, compliance, repeatOnBreakdown, biasFrom } = item;
  return {
    command: id,
    args: options,
    ...(tuning === undefined ? {} : { tuning }),
    instruments,
    ...(timeout === undefined ? {} : { timeLimit: timeout }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(compliance === undefined ? {} : { compliance }),
    ...(repeatOnBreakdown === undefined ? {} : { repeatOnBreakdown }),
    ...(biasFrom === undefined ? {} : { biasFrom }),
    fail,
    failFast,
    where,
  };
}
