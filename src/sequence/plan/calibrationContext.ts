import { join } from 'node:path';
import type { PoweringGroup, Station } from '../../station/station.ts';
import type { DirigentKnowledge } from '../dirigent/dirigentHelp.ts';
import type { Resumption } from '../resume/kept.ts';

/** Where a sequence is to run. */
export interface CalibrationContext {
  station: Station;
  /** The modules that are tested: those that share an HV channel. */
  group: PoweringGroup;
  /** Absolute path of the run directory. Not given: the plan is only shown, or the run makes its own. */
  runDirectory?: string;
  /** What the installed dirigent says it accepts; not given: what the catalogue expects. */
  dirigent?: DirigentKnowledge;
  /** The run goes on after an interruption. */
  resumed?: Resumption & { identify?: boolean };
}

/** Where there is no run directory yet, its place is marked. */
export function inRun({ runDirectory = '<run>' }: CalibrationContext, folder: string): string {
  return join(runDirectory, folder);
}
