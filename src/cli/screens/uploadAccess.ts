import type { Problem } from '../../base/errors.ts';
import type { Entry } from '../../itkdb/outbox/entry.ts';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import { withDecision } from '../../itkdb/testRuns/decision.ts';
import { documentsOfRun, type RunDocuments } from '../../itkdb/testRuns/runDocuments.ts';
import type { RunForUpload } from '../../itkdb/testRuns/runForUpload.ts';
import { uploadedByDefault } from '../../terminal/review.ts';
import type { Talk } from '../../terminal/talk/talk.ts';
import type {
  QueuedUpload,
  ReviewRow,
  UploadAccess,
  UploadEnd,
  UploadProgress,
} from '../../terminal/uploads.ts';
import { besideOther } from '../database/besideOther.ts';
import { type Connection, connect, localName } from '../database/connection.ts';
import { finishedRecord } from '../database/finishedRecord.ts';
import { keepUpload } from '../database/keepUpload.ts';
import { inOutbox } from '../database/outboxOfStation.ts';
import { runForUpload } from '../database/runForUpload.ts';
import { loadMapping, type RunUpload, sendQueued, uploadRun } from '../database/uploadRun.ts';
import { comparedField } from '../printing/differenceTable.ts';
import { personIn } from './personAtScreens.ts';

export interface UploadPlace {
  config: string;
  /** Folder of the runs, and beside them the local database. */
  runsDirectory: string;
  /** Whatever this station queues is for the local database. */
  local: boolean;
}

/** The queue and the database, as the screens know them, but for the count that stands on the first of them. */
export function uploadAccess({ config, runsDirectory, local }: UploadPlace): Omit<UploadAccess, 'counts'> {
  const connected = (talk: Talk, toLocal = local) =>
    connect({ config, directory: runsDirectory, local: toLocal, json: false }, { person: personIn(talk) });
  const inQueue = <T>(look: (outbox: Outbox) => T, ofLocal = local) =>
    inOutbox({ simulated: ofLocal, runsDirectory }, look);
  const queue = async () =>
    (await inQueue((outbox) => outbox.list({ states: ['waiting', 'sending', 'held'] }))) ?? [];

  return {
    review: async (run) => {
      const record = await finishedRecord(run);
      const forUpload = await runForUpload(record, run.path);
      const documents = documentsOfRun(forUpload, await loadMapping(config));
      const toLocal = local || forUpload.simulated;
      const known = await inQueue((outbox) => outbox.list({ limit: 1_000_000 }), toLocal);
      return {
        title: record.title,
        database: toLocal ? localName : 'production',
        rows: reviewRows(forUpload, documents, known ?? []),
        notes: documents.notes,
      };
    },
    upload: async (run, rows, talk, { tell, signal }) => {
      const record = await finishedRecord(run);
      let entries: readonly Entry[] = [];
      const upload = await uploadRun(record, run.path, {
        config,
        local,
        directory: runsDirectory,
        choose: (documents) => chosen(documents, rows),
        person: personIn(talk),
        signal,
        onQueued: ({ testRuns, files }) => {
          entries = [...testRuns, ...files];
          tell(entries.map(asQueued));
        },
        onEvent: ({ what, entry, problems }) => {
          entries = entries.map((one) => (one.n === entry.n ? withState(one, what, problems) : one));
          tell(entries.map(asQueued));
        },
      });
      await keepUpload(run.path, upload);
      return endOf(upload);
    },
    queue: async () => (await queue()).map(asQueued),
    send: async (talk, progress) => {
      const connection = await connected(talk);
      try {
        return await sendAll(connection, await queue(), progress);
      } finally {
        await connection.close();
      }
    },
    compare: async ({ n, local: ofLocal }, talk) => {
      let opened: Connection | undefined;
      try {
        const beside = await inQueue(async (outbox) => {
          const entry = outbox.get(n);
          return entry && besideOther(entry, outbox, async () => (opened = await connected(talk, ofLocal)));
        }, ofLocal);
        return beside && { other: beside.other, fields: beside.fields.map(comparedField) };
      } finally {
        await opened?.close();
      }
    },
    decide: async ({ n, local: ofLocal }, decision) => {
      const entry = await inQueue((outbox) => {
        if (decision.do === 'drop') return outbox.drop(n, decision.reason);
        return outbox.retry(n, { anyway: decision.do === 'send anyway' });
      }, ofLocal);
      return asQueued(entry!);
    },
  };

  async function sendAll(
    connection: Connection,
    before: readonly Entry[],
    { tell, signal }: UploadProgress,
  ): Promise<UploadEnd> {
    let entries = before;
    tell(entries.map(asQueued));
    const { Outbox: opened } = await import('../../itkdb/outbox/outbox.ts');
    const outbox = await opened.open(connection.places.outbox);
    try {
      const sent = await sendQueued(connection, outbox, {
        signal,
        onEvent: ({ what, entry, problems }) => {
          entries = entries.map((one) => (one.n === entry.n ? withState(one, what, problems) : one));
          tell(entries.map(asQueued));
        },
      });
      return {
        entries: entries.map((entry) => asQueued(outbox.get(entry.n) ?? entry)),
        problems: stopped(sent),
      };
    } finally {
      outbox.close();
    }
  }
}

/** What stands in a row: a test run, or all files that one step has for one component. */
type Part =
  | { testRun: RunDocuments['testRuns'][number] }
  | { files: readonly RunDocuments['componentFiles'][number][] };

function partsOf({ testRuns, componentFiles }: Pick<RunDocuments, 'testRuns' | 'componentFiles'>): Part[] {
  const groups = new Map<string, RunDocuments['componentFiles'][number][]>();
  for (const file of componentFiles) {
    const key = `${file.component} ${file.step}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...testRuns.map((testRun) => ({ testRun })), ...[...groups.values()].map((files) => ({ files }))];
}

function reviewRows({ runId }: RunForUpload, documents: RunDocuments, known: readonly Entry[]): ReviewRow[] {
  return partsOf(documents).map((part) => {
    if ('testRun' in part) {
      const { draft, files, step, verdict } = part.testRun;
      const { component, testType, runNumber } = draft;
      const entry = known.findLast(
        (one) => one.component === component && one.runNumber === runNumber && one.testType === testType,
      );
      return rowOf({ component, testType, step, verdict, files: files.length }, entry);
    }
    const [{ component, step, verdict }] = part.files as [RunDocuments['componentFiles'][number]];
    const description = `${runId}, step ${step}`;
    const entry = known.findLast(
      (one) => one.component === component && String(one.content.description ?? '').startsWith(description),
    );
    return rowOf({ component, step, verdict, files: part.files.length }, entry);
  });
}

function rowOf(row: Omit<ReviewRow, 'upload' | 'known'>, entry: Entry | undefined): ReviewRow {
  const found = { ...row, ...(entry ? { known: entry.state } : {}) };
  return { ...found, upload: uploadedByDefault(found) };
}

/** The documents of the rows that are to be uploaded, as they were decided. */
function chosen(documents: RunDocuments, rows: readonly ReviewRow[]): RunDocuments {
  const parts = partsOf(documents).map((part, i) => ({ part, row: rows[i] }));
  const wanted = parts.filter(({ row }) => row?.upload);
  return {
    notes: documents.notes,
    testRuns: wanted.flatMap(({ part, row }) => {
      if (!('testRun' in part)) return [];
      const { testRun } = part;
      const decision = row?.decision;
      return decision
        ? [{ ...testRun, draft: withDecision(testRun.draft, testRun.verdict, decision) }]
        : [testRun];
    }),
    componentFiles: wanted.flatMap(({ part }) => ('files' in part ? part.files : [])),
  };
}

function withState(entry: Entry, what: string, problems: readonly Problem[] = []): Entry {
  const state = what === 'confirmed' || what === 'held' ? what : what === 'postponed' ? 'waiting' : 'sending';
  return { ...entry, state, problems };
}

function asQueued(entry: Entry): QueuedUpload {
  const { n, database, component, testType, runNumber, state, remote, problems, content } = entry;
  return {
    n,
    local: database === localName,
    component,
    what: testType ?? String(content.title ?? ''),
    ...(runNumber === undefined ? {} : { runNumber }),
    state,
    ...(remote === undefined ? {} : { remote }),
    problems,
  };
}

function endOf({ queued, sent, notes }: RunUpload): UploadEnd {
  return {
    entries: [...queued.testRuns, ...queued.files].map(asQueued),
    problems: [...stopped(sent), ...notes],
  };
}

function stopped(sent: RunUpload['sent']): readonly Problem[] {
  return sent?.stopped?.problems ?? [];
}
