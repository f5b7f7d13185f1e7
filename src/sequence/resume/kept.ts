import type { Seconds } from '../../base/units.ts';
import type { Breakdown } from '../../base/verdict.ts';
import type { RunRecord, StepRecord, StepResult } from '../../journal/record.ts';
import type { HashedFile } from '../../journal/runDirectory.ts';
import { isChecks, type Step } from '../step.ts';

/** A step that is not run again. */
export interface KeptStep {
  /** Where its files are, relative to the run directory. */
  folder: string;
  /** With the hashes that the journal has. */
  artefacts: readonly HashedFile[];
  /** As it was judged then; empty: it was not. */
  results: readonly StepResult[];
  /** It had finished when its runner died, and nobody wrote that down. */
  adopt?: true;
  /** On the clock on the wall. */
  seconds?: Seconds;
}

/** What of an interrupted run stands, and what is run again. Plain data, decided from the journal and the files. */
export interface Resumption {
  /** The how-manieth time that the run goes on, counted from 1. */
  nth: number;
  kept: ReadonlyMap<number, KeptStep>;
  repeated: readonly { step: number; why: string }[];
  /** By module: what a curve that does not count has shown all the same; it can forbid a bias. */
  suspected: ReadonlyMap<string, Breakdown>;
  /** Folders in which something lies: it stays as it is. */
  folders: ReadonlySet<string>;
}

/** What the disk says of a step. */
export interface StepEvidence {
  /** Why its files are not those of the journal any more. */
  damage?: string;
  /** Whether it had finished when its runner died: nothing is missing but somebody to write it down. */
  finished?: boolean;
}

/**
 * What is kept: steps that measure, were completed and left files that are still as the journal has them; whatever their
 * verdict, for nobody measures a bad module until it passes. What only brings the station into a state is done again, and
 * so is whatever was measured with settings that are.
 */
export function whatIsKept(
  record: RunRecord,
  steps: readonly Step[],
  evidence: ReadonlyMap<number, StepEvidence>,
  folders: ReadonlySet<string>,
): Resumption {
  const again = new Map<number, string>();
  const kept = new Map<number, KeptStep>();
  for (const step of steps) {
    const known = record.steps.find((one) => one.step === step.number);
    const why = whyAgain(step, known, record, evidence.get(step.number) ?? {});
    if (why !== undefined) again.set(step.number, why);
    else kept.set(step.number, keptStep(known!));
  }
  for (const [step, why] of whatFollows(steps, again)) {
    again.set(step, why);
    kept.delete(step);
  }
  return {
    nth: (record.resumed?.length ?? 0) + 1,
    kept,
    suspected: suspicions(record, kept),
    repeated: [...again].sort(([a], [b]) => a - b).map(([step, why]) => ({ step, why })),
    folders,
  };
}

function suspicions(
  { modules }: RunRecord,
  kept: ReadonlyMap<number, KeptStep>,
): ReadonlyMap<string, Breakdown> {
  return new Map(
    modules.flatMap(({ index, breakdown, breakdownStep = 0 }) =>
      breakdown?.found === 'unknown' && !kept.has(breakdownStep) ? [[index, breakdown] as const] : [],
    ),
  );
}

function keptStep({ state, folder, artefacts, results, started = 0, ended = started }: StepRecord): KeptStep {
  const adopted = { adopt: true, seconds: (ended - started) / 1000, results: [] } as const;
  return { folder, artefacts, results, ...(state === 'completed' ? {} : adopted) };
}

/** Undefined: it can be kept. */
function whyAgain(
  step: Step,
  known: StepRecord | undefined,
  record: RunRecord,
  { damage, finished = false }: StepEvidence,
): string | undefined {
  if (!known || known.state === 'waiting' || known.state === 'skipped') return 'it was not begun';
  if (known.calibration !== step.calibration) return `it was ${known.calibration} when the run began`;
  if (isChecks(step)) return whyAskAgain(known);
  if (known.state !== 'completed' && !finished) return `it was not completed (${known.state})`;
  if (known.artefacts.length === 0) return 'it left no files that could be kept';
  if (damage !== undefined) return damage;
  return tellsNoBreakdown(step, record) ? 'where the sensor breaks down is not known' : undefined;
}

/** Questions are asked again, for the module may have been touched; but a no stays a no. */
function whyAskAgain({ state, results }: StepRecord): string | undefined {
  const no = state === 'completed' && results.some(({ verdict }) => verdict === 'FAIL');
  return no ? undefined : 'checks look at the station as it is now';
}

function tellsNoBreakdown({ number, category }: Step, { modules }: RunRecord): boolean {
  return (
    category.findsBreakdown === true &&
    modules.some(({ breakdownStep, breakdown }) => breakdownStep === number && breakdown?.found === 'unknown')
  );
}

/** A block begins again as a whole, and what used settings of the chips that are set again is measured again. */
function* whatFollows(
  steps: readonly Step[],
  again: ReadonlyMap<number, string>,
): Generator<readonly [number, string]> {
  let set: number | undefined;
  for (const block of blocksOf(steps)) {
    const first = block.find(({ number }) => again.has(number));
    for (const { number, category } of block) {
      if (!again.has(number) && first) yield [number, `it is of one block with step ${first.number}`];
      else if (!again.has(number) && set !== undefined && category.usesSettings)
        yield [number, `step ${set} sets the chips again`];
      else if (!again.has(number)) continue;
      if (category.setsChips) set ??= number;
    }
  }
}

/** The steps, those that build on each other together. */
function blocksOf(steps: readonly Step[]): Step[][] {
  const blocks: Step[][] = [];
  for (const step of steps) {
    const last = blocks.at(-1);
    if (step.category.isBlock && last?.at(-1)?.category.isBlock) last.push(step);
    else blocks.push([step]);
  }
  return blocks;
}

/** A folder that was begun keeps what is in it: the same step again has one of its own. */
export function freshFolder(
  folder: string,
  resumed: Pick<Resumption, 'nth' | 'folders'> | undefined,
): string {
  return resumed?.folders.has(folder) ? numberedFolder(`${folder}_resumed`, resumed) : folder;
}

/** With the number of the resumption, or a later one: a journal that was cut short counts too few of them. */
export function numberedFolder(name: string, { nth, folders }: Pick<Resumption, 'nth' | 'folders'>): string {
  let number = nth;
  while (folders.has(`${name}${number}`)) number += 1;
  return `${name}${number}`;
}

/** A curve that is measured again has a folder of its own, too. */
export function attemptFolder(folder: string, attempt: number): string {
  return `${folder}_again${attempt}`;
}

export function attemptOf(folder: string): number {
  return Number(/_again(\d+)$/.exec(folder)?.[1] ?? 0);
}
