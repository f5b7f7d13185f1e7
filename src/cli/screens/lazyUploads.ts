import type { UploadAccess } from '../../terminal/uploads.ts';
import { inOutbox } from '../database/outboxOfStation.ts';
import type { UploadPlace } from './uploadAccess.ts';

/** Counts what waits; the client of the database is loaded when somebody first wants more than that. */
export function lazyUploads(place: UploadPlace): UploadAccess {
  let loaded: Promise<Omit<UploadAccess, 'counts'>> | undefined;
  const access = () => {
    loaded ??= import('./uploadAccess.ts').then(({ uploadAccess }) => uploadAccess(place));
    return loaded;
  };
  return {
    counts: async () => {
      const { runsDirectory, local: simulated } = place;
      const counts = await inOutbox({ simulated, runsDirectory }, (outbox) => outbox.counts());
      return counts
        ? { waiting: counts.waiting + counts.sending, held: counts.held }
        : { waiting: 0, held: 0 };
    },
    review: async (run) => (await access()).review(run),
    upload: async (run, rows, talk, progress) => (await access()).upload(run, rows, talk, progress),
    queue: async () => (await access()).queue(),
    send: async (talk, progress) => (await access()).send(talk, progress),
    compare: async (entry, talk) => (await access()).compare(entry, talk),
    decide: async (entry, decision) => (await access()).decide(entry, decision),
  };
}
