import { BatonError, type ExitCode, type Problem } from '../base/errors.ts';
import type { Verdict } from '../base/verdict.ts';
import type { Calibrate } from '../calibrations/action.ts';
import type { BiasDecision, SensorFindings, SensorKnowledge } from '../calibrations/breakdown.ts';
import type { PowerReading } from '../instruments/cluster.ts';
import type { Event } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { HashedFile } from '../journal/runDirectory.ts';
import type { ChannelAddress } from '../station/station.ts';
import { NextCalibration } from './calibrating/nextCalibration.ts';
import type { StepRun } from './calibrating/stepRun.ts';
import { StationWatch } from './interlocks/stationWatch.ts';
import type { RunContext } from './runContext.ts';

/** From the mildest to the worst: what a run ends with is the worst that happened in it. */
export const severity: readonly ExitCode[] = [0, 1, 3, 2, 130, 4, 5];

/** What a run knows of itself while it goes. */
export class RunState {
  readonly problems: Problem[] = [];
  /** Places of a coldbox that this run has set, and not yet switched off again. */
  readonly cooled = new Set<ChannelAddress>();
  /** The curve that was read last shows a breakdown, and is to be measured again. */
  again = false;
  /** Something may have been written to an instrument: from here on the end must be verified. */
  touched = false;
  /** What failed was of no step alone: opening the instruments, or chips that are not those of the module. */
  cannotGoOn = false;
  /** The step that was started and is not yet written down as ended. */
  current: StepRun | undefined;
  /** The decision of rule 5; absent until somebody asks. */
  bias: BiasDecision | undefined;
  /** What is known of each sensor, by the index of its module. */
  readonly sensors = new Map<string, SensorKnowledge>();
  /** What the step that was read last tells of each sensor. */
  findings: ReadonlyMap<string, SensorFindings> = new Map();
  /** What stands ready behind the calibration that runs. */
  readonly nextCalibration = new NextCalibration();
  /** What the plan has behind the action that is carried out, as far as can be told now. */
  plannedNext: Calibrate | undefined;
  /** Looks at the station whatever the sequence does. */
  readonly watch: StationWatch;
  readonly #journal: Journal;
  readonly #directory: string;
  readonly #outputs = new Map<string, boolean>();
  readonly #over = new Set<number>();
  readonly #verdicts = new Map<string, Verdict>();
  #exitCode: ExitCode = 0;
  #pending: Promise<unknown> = Promise.resolve();
  #diskProblem: Error | undefined;
  /** The station was made safe for the last time. */
  readonly safe: Promise<void>;
  #toldSafe: () => void = () => undefined;
  readonly #tidying: Promise<unknown>[] = [];

  constructor(context: RunContext) {
    this.#journal = context.journal;
    this.#directory = context.directory;
    for (const [step, { adopt, results }] of context.sequence.resumed?.kept ?? []) {
      this.stepOver(step);
      if (adopt) continue;
      for (const { module, verdict } of results) this.judge(step, module, verdict);
    }
    this.safe = new Promise((resolve) => {
      this.#toldSafe = resolve;
    });
    this.watch = new StationWatch(context, (event) => this.note(event));
  }

  /** The verdict of a step on a module. A curve that was measured again replaces the one before. */
  judge(step: number, module: string, verdict: Verdict): void {
    this.#verdicts.set(`${step} ${module}`, verdict);
  }

  get verdicts(): readonly Verdict[] {
    return [...this.#verdicts.values()];
  }

  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  fail(code: ExitCode, problem?: Problem): void {
    if (severity.indexOf(code) > severity.indexOf(this.#exitCode)) this.#exitCode = code;
    // The way down is tried more than once; what is in its way is told once.
    const told =
      problem && this.problems.some(({ code, what }) => code === problem.code && what === problem.what);
    if (problem && !told) this.problems.push(problem);
  }

  /**
   * Appends without waiting: for readings that come faster than a disk, and for what is written while the station is
   * made safe, which a full disk must not prevent. `settled` tells whether all of it was taken.
   */
  note(event: Event): void {
    this.inBackground(this.#journal.append(event));
  }

  /** What the disk must take before the run is over, but nobody waits for. */
  inBackground(write: Promise<unknown>): void {
    const written = write.catch((error: Error) => {
      this.#diskProblem ??= error;
    });
    this.#pending = Promise.all([this.#pending, written]);
  }

  noteReading(reading: PowerReading): void {
    const { time, ...rest } = reading;
    this.note({ event: 'power', ...rest });
    if (reading.output !== undefined) this.#outputs.set(reading.at, reading.output);
  }

  /** Waits for what was noted; whether the disk took all of it. */
  async settled(): Promise<boolean> {
    await this.#pending;
    return this.#diskProblem === undefined;
  }

  /**
   * A disk that did not take what was noted is a reason to stop before the next volt.
   *
   * @throws E5001
   */
  demandDisk(): void {
    const problem = this.#diskProblem;
    if (!problem) return;
    throw new BatonError({
      code: 'E5001',
      what: `what happened could not be written down: ${problem.message}.`,
      remedy:
        'Make room on the disk; `baton runs resume` then goes on, for what was written before is whole.',
    });
  }

  isOn(at: string): boolean {
    return this.#outputs.get(at) === true;
  }

  forgetOutputs(): void {
    this.#outputs.clear();
  }

  /** Writes the running step down as ended, with the files that it left so far, whatever became of it. */
  async finishStep(artefacts?: readonly HashedFile[]): Promise<void> {
    const run = this.current;
    if (!run) return;
    this.current = undefined;
    this.stepOver(run.step.number);
    this.note(run.ended(artefacts ?? (await run.artefacts(this.#directory).catch(() => []))));
  }

  /** What goes on after the run was ended, while the station is made safe. */
  tidying(work: Promise<unknown>): void {
    this.#tidying.push(work);
  }

  /** Lets it go on to its end. It has none but time-outs of its own, and power is off by now. */
  async tidiedUp(): Promise<void> {
    this.#toldSafe();
    for (const done of await Promise.allSettled(this.#tidying))
      if (done.status === 'rejected')
        this.fail(3, {
          code: 'E4402',
          what: `what a check tidied up could not be written down: ${(done.reason as Error).message}`,
          remedy: 'The station is safe; see whether the teardown of the check did its work.',
        });
  }

  stepOver(step: number): void {
    this.#over.add(step);
  }

  isOver(step: number): boolean {
    return this.#over.has(step);
  }
}
