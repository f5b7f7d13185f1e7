import { createHash } from 'node:crypto';
import type { Problem } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import { canonicalJson, type JsonObject } from '../json.ts';
import type { TestRunDocument } from '../model.ts';

/**
 * A test run on its way. What only the database knows may be left out: the institution is then where the component
 * is, and `stage` is the one at which it was measured, whatever the component's stage is when it is sent.
 */
export type TestRunDraft = Omit<TestRunDocument, 'institution'> & { institution?: string };

/** A file on its way: after a test run of the same queue, or to a component. */
export interface AttachmentDraft {
  title: string;
  description: string;
  fileName: string;
  contentType: string;
}

/**
 * waiting: to be sent, now or at `notBefore`. sending: claimed by a sender. confirmed: read back from the database.
 * held: somebody must look (`problems` says why). dropped: given up by a person, with his reason.
 */
export type EntryState = 'waiting' | 'sending' | 'confirmed' | 'held' | 'dropped';

export interface Entry {
  /** Order in which they came. */
  n: number;
  /** Hash of what is sent: the same document is in the queue once, however often it is put there. */
  id: string;
  /** Name of the database that it is for. */
  database: string;
  kind: 'test run' | 'test run attachment' | 'component attachment';
  component: string;
  testType: string | undefined;
  runNumber: string | undefined;
  /** Rule 11: such an entry goes into a local database alone. */
  simulated: boolean;
  state: EntryState;
  /** A request was sent whose answer is not known: the database is asked before the next. */
  doubt: boolean;
  /** A person has looked at the near-duplicate and wants it sent. */
  approved: boolean;
  attempts: number;
  notBefore: EpochMs;
  created: EpochMs;
  changed: EpochMs;
  /** Id of the test run, or code of the attachment, in the database. */
  remote: string | undefined;
  /** The entry of the test run that an attachment follows. */
  parent: number | undefined;
  /** The draft. */
  content: JsonObject;
  /** The file of an attachment, in the queue's own folder. */
  fileSha256: string | undefined;
  problems: readonly Problem[];
}

/** What became of one entry. */
export interface Outcome {
  n: number;
  state: EntryState;
  doubt?: boolean;
  notBefore?: EpochMs;
  remote?: string | undefined;
  problems?: readonly Problem[];
  /** For the history of the entry. */
  note?: string | undefined;
}

/** The id of a test run in the queue: it covers the run number and every value. */
export function draftId(draft: TestRunDraft): string {
  return createHash('sha256').update(canonicalJson(draft)).digest('hex');
}

/** Equal for two test runs that say the same of the same component, whatever their run numbers and dates are. */
export function contentHash(
  draft: Pick<TestRunDraft, 'passed' | 'problems' | 'properties' | 'results'>,
): string {
  const { passed, problems = false, properties = {}, results } = draft;
  return createHash('sha256').update(canonicalJson({ passed, problems, properties, results })).digest('hex');
}

export function attachmentId(parent: string, draft: AttachmentDraft, fileSha256: string): string {
  return createHash('sha256').update(canonicalJson({ parent, draft, fileSha256 })).digest('hex');
}
