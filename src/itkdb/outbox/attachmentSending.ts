import { createHash } from 'node:crypto';
import type { Problem } from '../../base/errors.ts';
import type { FilePart } from '../client/client.ts';
import {
  attachToComponent,
  deleteComponentAttachment,
  getComponent,
  getComponentAttachment,
} from '../commands/components.ts';
import {
  attachToTestRun,
  deleteTestRunAttachment,
  getTestRun,
  getTestRunAttachment,
} from '../commands/testRuns.ts';
import type { Attachment } from '../model.ts';
import type { AttachmentDraft, Entry, Outcome } from './entry.ts';
import type { Delivered, Delivery, SenderOptions, Sending } from './sending.ts';

/** Above this a file is not fetched back to be compared; that it is listed must do. */
const largestReadBack = 16 * 1024 * 1024;

/** Files: they follow the test run that was confirmed before them, or go to a component. */
export class AttachmentSending implements Sending {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async deliver(entry: Entry): Promise<Delivery> {
    if (entry.doubt) {
      const [arrived] = await this.#findAll(entry);
      this.#options.onEvent?.({ what: 'asked', entry });
      // The database has said that it took it: it is looked for again, not sent again.
      const remote = arrived?.code ?? entry.remote;
      if (remote !== undefined) return { remote };
    }
    const draft = draftOf(entry);
    const bytes = await this.#options.outbox.file(entry);
    if (!bytes) return { hold: [goneProblem(draft)] };
    const file = { name: draft.fileName, contentType: draft.contentType, bytes };
    this.#options.onEvent?.({ what: 'sending', entry });
    const made = await this.#attach(entry, draft, file);
    return { remote: made.code };
  }

  async confirm(delivered: readonly Delivered[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const { entry, remote } of delivered) outcomes.push(await this.#confirmOne(entry, remote));
    return outcomes;
  }

  async #confirmOne(entry: Entry, remote: string): Promise<Outcome> {
    const [listed, ...surplus] = await this.#findAll(entry, remote);
    if (!listed)
      return { n: entry.n, state: 'waiting', doubt: true, remote, note: 'not found when read back' };
    const size = (await this.#options.outbox.file(entry))?.length ?? 0;
    if (size <= largestReadBack) {
      const { bytes } = await this.#fetch(entry, listed.code);
      if (createHash('sha256').update(bytes).digest('hex') !== entry.fileSha256)
        // A log-in page of the network comes with 200 as well: it is looked for again before anybody is told.
        return {
          n: entry.n,
          state: 'waiting',
          doubt: true,
          remote: listed.code,
          note: 'read back with other bytes',
          problems: [
            {
              code: 'E8074',
              what: `The database holds ${draftOf(entry).fileName} with other bytes than were sent.`,
              remedy: 'Look at it in the database; `baton queue retry --anyway` sends it once more.',
            },
          ],
        };
    }
    // Something between has repeated the request: copies of the same bytes under the same title.
    for (const { code } of surplus) await this.#remove(entry, code);
    const extra = surplus.length > 0 ? `; ${surplus.length} more of the same removed` : '';
    return {
      n: entry.n,
      state: 'confirmed',
      remote: listed.code,
      note: `confirmed as ${listed.code}${extra}`,
    };
  }

  /** By title and hash, for the code of the attachment may have been lost with the answer. */
  async #findAll(entry: Entry, remote?: string): Promise<Attachment[]> {
    const { client } = this.#options;
    const { title, description } = draftOf(entry);
    const attachments =
      entry.kind === 'component attachment'
        ? (await getComponent(client, entry.component)).attachments
        : ((await getTestRun(client, this.#testRunOf(entry)))?.attachments ?? []);
    const mine = attachments.filter((found) => found.title === title && found.description === description);
    return mine.length > 0 ? mine : attachments.filter(({ code }) => code === remote);
  }

  #attach(entry: Entry, draft: AttachmentDraft, file: FilePart): Promise<Attachment> {
    const { client } = this.#options;
    return entry.kind === 'component attachment'
      ? attachToComponent(client, entry.component, draft, file)
      : attachToTestRun(client, this.#testRunOf(entry), draft, file);
  }

  #fetch(entry: Entry, code: string): Promise<FilePart> {
    const { client } = this.#options;
    return entry.kind === 'component attachment'
      ? getComponentAttachment(client, entry.component, code)
      : getTestRunAttachment(client, this.#testRunOf(entry), code);
  }

  #remove(entry: Entry, code: string): Promise<void> {
    const { client } = this.#options;
    return entry.kind === 'component attachment'
      ? deleteComponentAttachment(client, entry.component, code)
      : deleteTestRunAttachment(client, this.#testRunOf(entry), code);
  }

  #testRunOf(entry: Entry): string {
    return this.#options.outbox.get(entry.parent ?? -1)?.remote ?? '';
  }
}

function draftOf(entry: Entry): AttachmentDraft {
  return entry.content as unknown as AttachmentDraft;
}

function goneProblem({ fileName }: AttachmentDraft): Problem {
  return {
    code: 'E8076',
    what: `The copy of ${fileName} that was kept for sending is gone.`,
    remedy: 'Attach the file with `baton itkdb attach`, then `baton queue drop` this entry with a reason.',
  };
}
