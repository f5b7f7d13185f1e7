import { programPath } from '../../base/programs.ts';
import { askDirigent, type DirigentKnowledge } from '../../sequence/dirigentHelp.ts';
import type { Station } from '../../station/station.ts';
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
  const setup = isTwin(which)
    ? { command: [process.execPath, programPath('simulatedDirigent')], flags: [] }
    : station.dirigent;
  return askDirigent(setup, calibrations);
}
