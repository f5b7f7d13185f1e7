import { programPath } from '../../base/programs.ts';
import { catalogue } from '../../calibrations/catalogue.ts';
import { askDirigent, type DirigentKnowledge } from '../../sequence/dirigent/dirigentHelp.ts';
import { readDirigentConfig } from '../../station/dirigentConfig.ts';
import type { Station } from '../../station/station.ts';
import { type Finding, problemsOf } from '../printing/findings.ts';
import { isTwin } from './stationFiles.ts';

/**
 * What the dirigent that would be called says of itself: the station's own, or for a simulated twin the simulated one.
 *
 * @throws E4021 it is not there. E4022 it does not answer.
 */
export function installedDirigent(
  station: Station,
  which: string | undefined,
  calibrations: Iterable<string>,
): Promise<DirigentKnowledge> {
  const { config } = station.dirigent;
  const setup = isTwin(which)
    ? {
        command: [process.execPath, programPath('simulatedDirigent')],
        flags: [],
        // The twin has the site's own settings of the calibrations.
        ...(config === undefined ? {} : { config }),
      }
    : station.dirigent;
  return askDirigent(setup, calibrations);
}

/** What it says of itself, with its version, and what that means for the calibrations; where it can be asked. */
export async function lookAtDirigent(
  station: Station,
  which: string | undefined,
): Promise<{ finding: Finding; knowledge?: DirigentKnowledge }> {
  const about = 'dirigent';
  const notes: string[] = [];
  const { config } = station.dirigent;
  try {
    if (!isTwin(which) && config !== undefined && (await readDirigentConfig(config)).felis)
      notes.push(
        'its configuration has felis on: it uploads to Panthera by itself and may ask for credentials in mid-run',
      );
    const knowledge = await installedDirigent(station, which, catalogue.keys());
    if (knowledge.version !== undefined) notes.unshift(knowledge.version);
    return { finding: { about, problems: knowledge.warnings, notes }, knowledge };
  } catch (error) {
    return { finding: { about, problems: problemsOf(error), notes } };
  }
}
