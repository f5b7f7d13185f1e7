import { BatonError } from '../../base/errors.ts';
import { thisProcess } from '../../base/processes.ts';
import { Guard } from '../../guardian/guard.ts';
import type { Event } from '../../journal/event.ts';
import type { Journal } from '../../journal/journal.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';

/** A guardian on its way: it starts while the run is still being prepared. */
export interface GuardedRun {
  /** Rejects when the run cannot be guarded, and then must not begin. */
  guard: Promise<Guard>;
  /** From here on what is noticed of it is written down; what was before, too. */
  writeTo(journal: Journal): void;
  goodbye(): Promise<void>;
}

/** Starts the guardian of a run. One that dies is replaced; if that fails, the run is stopped (exit 3). */
export function guardRun(
  runDirectory: string,
  station: Station,
  group: PoweringGroup,
  stop: AbortController,
): GuardedRun {
  const early: Event[] = [];
  let write = (event: Event): void => void early.push(event);
  const guard = Guard.start(
    { runner: thisProcess(), runDirectory, station, group },
    {
      noticed: (event) => write(event),
      unguarded: (problem) => stop.abort(new BatonError(problem, { exitCode: 3 })),
    },
  );
  // Whoever waits for it is told; until then a failure is nobody's.
  guard.catch(() => undefined);
  return {
    guard,
    writeTo: (journal) => {
      // A journal that takes no line any more is found out by the run itself.
      write = (event) => void journal.append(event).catch(() => undefined);
      early.forEach(write);
    },
    goodbye: async () => {
      const started = await guard.catch(() => undefined);
      await started?.goodbye();
    },
  };
}
