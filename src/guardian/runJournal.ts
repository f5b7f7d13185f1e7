import { join } from 'node:path';
import type { ExitCode, Problem } from '../base/errors.ts';
import type { Event, JournalLine } from '../journal/event.ts';
import { Journal } from '../journal/journal.ts';
import { foldJournal, type RunRecord, type StepRecord } from '../journal/record.ts';
import { repairJournal } from '../journal/repair.ts';
import { runFiles } from '../journal/runDirectory.ts';
import { collectArtefacts, stepFiles } from '../journal/stepFolder.ts';
import { writeRecord } from '../journal/writeRecord.ts';
import type { EndedBy } from './ending.ts';
import { readKeeperFile } from './keptCalibration.ts';

/**
 * The journal of a run whose runner is dead, taken up where that left off. Nothing here throws or is waited for while
 * the station comes down: a full or a hung disk must not stand in the way of that. What cannot be written is told to `log`.
 */
export class RunJournal {
  readonly #directory: string;
  readonly #log: (text: string) => void;
  #last: Promise<Open | undefined>;

  constructor(directory: string, log: (text: string) => void) {
    this.#directory = directory;
    this.#log = log;
    this.#last = this.#attempt(() => open(directory));
  }

  note(event: Event): void {
    this.#then((at) => append(at, event));
  }

  /** Steps that ran or waited, the run's end, record.json: once, however often the station had to be tried. */
  async finish(safe: boolean, endedBy: EndedBy | undefined): Promise<void> {
    this.#then(async (at) => {
      const { record } = at;
      if (record && record.state !== 'ended')
        for (const event of await lastEvents(this.#directory, record, safe, endedBy)) await append(at, event);
    });
    this.#then(async ({ lines, journal }) => {
      await journal.close();
      const record = foldJournal(lines);
      if (record) await writeRecord(this.#directory, record);
    });
    await this.#last;
  }

  #then(work: (open: Open) => Promise<void>): void {
    this.#last = this.#last.then(async (at) => {
      if (at) await this.#attempt(() => work(at));
      return at;
    });
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log(
        `the journal could not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }
}

interface Open {
  journal: Journal;
  lines: JournalLine[];
  /** As the dead runner left it. */
  record: RunRecord | undefined;
}

async function open(directory: string): Promise<Open> {
  const path = join(directory, runFiles.journal);
  const { lines, cutBytes } = await repairJournal(path);
  const journal = await Journal.continue(path, lines.length);
  const at: Open = { journal, lines: [...lines], record: foldJournal(lines) };
  journal.listen((line) => at.lines.push(line));
  if (cutBytes !== undefined) await append(at, { event: 'journal.repaired', bytes: cutBytes });
  return at;
}

async function append({ journal }: Open, event: Event): Promise<void> {
  await journal.append(event);
}

/** A run that was cut off never passes, and says of each step what became of it. */
async function lastEvents(
  directory: string,
  record: RunRecord,
  safe: boolean,
  endedBy: EndedBy | undefined,
): Promise<Event[]> {
  const running = record.steps.filter(({ state }) => state === 'running');
  const waiting = record.steps.filter(({ state }) => state === 'waiting');
  const exitCode: ExitCode = safe ? 3 : 5;
  return [
    ...(await Promise.all(running.map((step) => interrupted(directory, step, endedBy)))),
    ...waiting.map(
      ({ step }): Event => ({
        event: 'step.skipped',
        step,
        reason: 'the runner died before',
        because: 'earlier failure',
      }),
    ),
    { event: 'problem', problem: died },
    { event: 'run.ended', end: safe ? 'failed' : 'unsafe', verdict: 'ERROR', exitCode },
  ];
}

const died: Problem = {
  code: 'E6501',
  what: 'the runner died or hung in the middle of the run; what it had measured until then is kept.',
  remedy:
    'The lines of the journal from "guardian.tookOver" on say what was done. `baton runs resume` goes on with it.',
};

async function interrupted(
  directory: string,
  { step, calibration, folder, started }: StepRecord,
  endedBy: EndedBy | undefined,
): Promise<Event> {
  const exitCode = readKeeperFile(join(directory, folder, stepFiles.keeper))?.exitCode;
  return {
    event: 'step.ended',
    step,
    end: 'failed',
    ...(exitCode === undefined ? {} : { exitCode }),
    seconds: started === undefined ? 0 : Math.max(0, Date.now() - started) / 1000,
    artefacts: await collectArtefacts(directory, folder).catch(() => []),
    problems: [
      {
        code: 'E6502',
        what: `${calibration}: its runner died while it ran${endedBy && endedBy !== 'itself' ? `, and it was ended (${endedBy})` : ''}.`,
        remedy: `What it left is in ${folder}, and does not count, unless it had ended well by itself: \`baton runs resume\` finds out.`,
      },
    ],
  };
}
