import type { Amperes, EpochMs, Volts } from '../../base/units.ts';
import type { JournalLine, PlanMade } from '../../journal/event.ts';
import type { RunRecord } from '../../journal/record.ts';
import type { Renderer } from '../renderer.ts';
import { LogTail } from './logTail.ts';
import { Traces } from './traces.ts';

/** Something that the operator is asked. */
export interface RunQuestion {
  id: number;
  step: number;
  text: string;
  choices?: readonly string[];
  /** What an answer may look like. */
  placeholder?: string;
  /** Not shown while it is typed. */
  secret: boolean;
}

/** What a level of the plan says an output may give. */
export interface OutputLimit {
  voltage?: Volts;
  current?: Amperes;
}

/** Whoever looks is told at most so often, ms. */
const tellMs = 100;

/**
 * A run as it is looked at: the record folded from its journal, and what passes by and is written nowhere. It is a
 * renderer like any other; screens read it and are told, at most ten times a second, that it has changed.
 */
export class RunWatch implements Renderer {
  record: RunRecord | undefined;
  /** How far the running step says it is. */
  reached: { step: number; done: number; of: number; text: string; since: EpochMs } | undefined;
  question: RunQuestion | undefined;
  /** What is being done, in the words of the plan. */
  doing: string | undefined;
  /** The roles whose readings are the calibration's meanwhile (safety rule 7). */
  handedOver: ReadonlySet<string> = new Set();
  limits: ReadonlyMap<string, OutputLimit> = new Map();
  readonly log = new LogTail();
  readonly traces = new Traces();
  /** When the key was pressed here; the journal says when the runner took it. */
  stopAsked: EpochMs | undefined;
  /** The runner has closed its end, and no end of the run is written so far. */
  lost = false;
  version = 0;
  readonly #listeners = new Set<() => void>();
  #actions: PlanMade['actions'] = [];
  #told = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  line(line: JournalLine, record: RunRecord | undefined): void {
    this.record = record;
    this.#note(line);
    this.#changed();
  }

  output(step: number, chunk: string): void {
    this.log.take(chunk);
    if (this.#isIV(step)) this.traces.ivOutput(chunk);
    this.#changed();
  }

  progress(step: number, progress: { done: number; of: number; text: string }): void {
    const since = this.reached?.step === step ? this.reached.since : Date.now();
    this.reached = { step, ...progress, since };
    this.#changed();
  }

  /** As a renderer. */
  readonly close = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
  };

  asked(question: RunQuestion): void {
    this.question = question;
    this.#changed();
  }

  answered(id: number): void {
    if (this.question?.id === id) this.question = undefined;
    this.#changed();
  }

  stopRequested(now: EpochMs): void {
    this.stopAsked ??= now;
    this.#tell();
  }

  runnerGone(): void {
    this.lost = true;
    this.question = undefined;
    this.#changed();
  }

  #note(line: JournalLine): void {
    switch (line.event) {
      case 'plan.made':
        this.#actions = line.actions;
        return;
      case 'action.started':
        this.doing = line.what;
        if (line.do === 'handOver') this.#handOver(line.action, true);
        return;
      case 'action.ended':
        this.#noteEnd(line.action, line.end);
        return;
      case 'power':
        this.traces.power(line);
        return;
      case 'step.started':
        this.log.clear();
        this.reached = undefined;
        if (this.#isIV(line.step)) this.traces.startIV();
        return;
      case 'step.ended':
        this.reached = undefined;
        return;
      case 'safe.started':
      case 'guardian.tookOver':
        // Whoever makes the station safe reads every output.
        this.handedOver = new Set();
        return;
      case 'run.ended':
        this.doing = undefined;
        this.question = undefined;
        return;
    }
  }

  #noteEnd(index: number, end: string): void {
    const action = this.#actions[index];
    if (action?.do === 'takeBack') this.#handOver(index, false);
    if (action?.do !== 'level' || end !== 'done') return;
    const { at, voltage, current } = action as { at?: unknown; voltage?: Volts; current?: Amperes };
    const limit: OutputLimit = {
      ...(voltage === undefined ? {} : { voltage }),
      ...(current === undefined ? {} : { current }),
    };
    this.limits = new Map(this.limits).set(String(at), limit);
  }

  #handOver(index: number, given: boolean): void {
    const { roles = [] } = (this.#actions[index] ?? {}) as { roles?: readonly string[] };
    const now = new Set(this.handedOver);
    for (const role of roles) {
      if (given) now.add(role);
      else now.delete(role);
    }
    this.handedOver = now;
  }

  #isIV(step: number): boolean {
    return this.record?.steps.find((one) => one.step === step)?.category === 'ivcurve';
  }

  #changed(): void {
    if (this.#timer) return;
    const wait = this.#told + tellMs - performance.now();
    if (wait <= 0) this.#tell();
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#tell();
      }, wait);
  }

  #tell(): void {
    this.#told = performance.now();
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}
