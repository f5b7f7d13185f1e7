import { getTestRun } from '../../itkdb/commands/testRuns.ts';
import type { Entry, TestRunDraft } from '../../itkdb/outbox/entry.ts';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import { contentOf, draftOf } from '../../itkdb/outbox/testRunSending.ts';
import {
  compareTestRuns,
  type FieldDifference,
  type TestRunContent,
} from '../../itkdb/testRuns/compareTestRuns.ts';
import type { Connection } from './connection.ts';

/** A test run on its way, beside the one that it looks like. */
export interface BesideOther {
  /** `test run 65f… in the database`. */
  other: string;
  fields: readonly FieldDifference[];
}

/**
 * The test run of the database that a held entry looks like, or the entry of this queue that has its run number; undefined
 * where there is none.
 */
export async function besideOther(
  entry: Entry,
  outbox: Outbox,
  connection: () => Promise<Connection>,
): Promise<BesideOther | undefined> {
  if (entry.kind !== 'test run') return undefined;
  const draft = draftOf(entry);
  const mine = wholeContent(draft);
  const remote =
    entry.remote === undefined ? undefined : await getTestRun((await connection()).client, entry.remote);
  if (remote) {
    // What a draft leaves to the database is no difference.
    const { institution, ...rest } = remote;
    const theirs = {
      ...rest,
      ...(draft.institution === undefined ? {} : { institution }),
      ...(draft.stage === undefined || remote.component.stage === undefined
        ? {}
        : { stage: remote.component.stage }),
    };
    return { other: `test run ${entry.remote} in the database`, fields: compareTestRuns(theirs, mine) };
  }
  const own = outbox.similar.namesake(entry);
  return (
    own && {
      other: `entry ${own.n} of this queue, ${own.state}`,
      fields: compareTestRuns(wholeContent(draftOf(own)), mine),
    }
  );
}

function wholeContent(draft: TestRunDraft): TestRunContent {
  const { date, runNumber, comments, institution, stage } = draft;
  return {
    ...contentOf(draft),
    runNumber,
    ...(institution ? { institution } : {}),
    ...(stage ? { stage } : {}),
    ...(date ? { date } : {}),
    ...(comments ? { comments } : {}),
  };
}
