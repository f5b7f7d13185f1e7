import type { Entry } from './outbox/entry.ts';
import type { Outbox, QueueTarget } from './outbox/outbox.ts';
import type { RunDocuments } from './runDocuments.ts';

/** Puts everything that a run has for the database on disk, before any network. Done again, it adds nothing. */
export async function queueRun(
  outbox: Outbox,
  documents: RunDocuments,
  target: QueueTarget,
): Promise<{ testRuns: Entry[]; files: Entry[] }> {
  const testRuns = await outbox.addTestRuns(documents.testRuns, target);
  const files: Entry[] = [];
  for (const { component, file } of documents.componentFiles)
    files.push(await outbox.addComponentFile(component, file, target));
  return { testRuns, files };
}
