import type { Criteria } from '../../calibrations/criteria.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';
import type { SequenceScript } from '../../scripts/script.ts';
import type { DirigentKnowledge } from '../../sequence/dirigent/dirigentHelp.ts';
import type { Station } from '../../station/station.ts';
import type { Renderer } from '../../terminal/renderer.ts';
import type { ResumedRun } from './resume/resumedRun.ts';
import type { SimulationArguments } from './simulationOptions.ts';

/** A run as it was asked for, checked. */
export interface RunRequest {
  script: SequenceScript;
  title: string;
  station: Station;
  module?: string;
  /** What the dirigent that will be called says of itself. */
  dirigent: DirigentKnowledge;
  criteria: ReadonlyMap<string, Criteria>;
  /** Folder of the station's files, and of test-types.json. */
  config: string;
  runsDirectory: string;
  operator: string;
  upload: boolean;
  renderer: Renderer;
  /** Called when clients can look at the run. */
  announce?: (run: RunDirectory) => void;
  /** The run starts a simulated twin of the station and uses that. */
  simulation?: SimulationArguments;
  /** A run that was interrupted goes on. */
  resumed?: ResumedRun;
}
