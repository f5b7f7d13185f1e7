import type { Problem } from '../../base/errors.ts';
import type { EndedBy } from '../../guardian/ending.ts';
import type { HashedFile } from '../../journal/runDirectory.ts';
import type { StepEnded } from '../../journal/stepEvents.ts';
import { collectArtefacts } from '../../journal/stepFolder.ts';
import type { CalibrationStep } from '../step.ts';
import type { CalibrationEnd } from './calibrationProcess.ts';
import { stepProblems } from './stepResults.ts';

/** One attempt at a step, from its start until it is written down as ended. */
export class StepRun {
  readonly step: CalibrationStep;
  readonly problems: Problem[] = [];
  end?: CalibrationEnd;
  endedBy?: EndedBy;
  stopped = false;
  #endTold = false;
  readonly #started = performance.now();

  constructor(step: CalibrationStep) {
    this.step = step;
  }

  artefacts(directory: string): Promise<HashedFile[]> {
    return collectArtefacts(directory, this.step.folder);
  }

  /** How the process ended and what it left, as problems. One that we ended ourselves is known to have no good end. */
  addEndProblems(artefacts: readonly HashedFile[]): void {
    if (!this.end || this.endedBy !== undefined || this.#endTold) return;
    this.#endTold = true;
    this.problems.push(...stepProblems(this.step, this.end, artefacts));
  }

  /** Also where the run came to its end before anybody read what the step left: a bad end is one all the same. */
  ended(artefacts: readonly HashedFile[]): StepEnded {
    this.addEndProblems(artefacts);
    const { end, problems } = this;
    return {
      event: 'step.ended',
      step: this.step.number,
      end: this.stopped ? 'stopped' : problems.length > 0 || !end || this.endedBy ? 'failed' : 'completed',
      ...(end?.exitCode === undefined ? {} : { exitCode: end.exitCode }),
      ...(end?.signal === undefined ? {} : { signal: end.signal }),
      seconds: Math.round(performance.now() - this.#started) / 1000,
      artefacts,
      problems,
    };
  }
}
