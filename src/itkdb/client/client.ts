import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../json.ts';
import { type Answer, readAnswer } from './answer.ts';
import { demandExpected } from './expectation.ts';
import {
  DatabaseFault,
  isDatabaseFault,
  isPassing,
  isSilence,
  mayHaveArrived,
  wantsToBeLeftAlone,
} from './faults.ts';
import type { Session } from './session.ts';
import { type DatabaseSettings, databaseName } from './settings.ts';
import { type Exchange, newForm, type Reply, type Transport } from './transport.ts';

/** A file to attach. */
export interface FilePart {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/** What a client is made of; `connectToITkDB` makes one from the environment. */
export interface ClientOptions {
  session: Session;
  transport: Transport;
  /** What messages, the cache and the outbox call this database. Default: host and path of its address. */
  name?: string;
  /** Called with what the database did but did not like: keys that it dropped, for instance. */
  onWarning?: (warning: string) => void;
  /** How often a read is repeated after a passing fault. */
  repeats?: number;
  /** First pause before repeating; it doubles, with a random part, so that stations do not knock in step. */
  pauseMs?: number;
  /** Ends every request of this client. */
  signal?: AbortSignal;
  /** So long after the database could not be reached, or did not answer, it is not asked anew. Default 0. */
  silenceMs?: number;
  /** So long a request waits in all when the database asks to be left alone; else it fails at once. Default: 10 s, and no longer than for an answer. */
  waitMs?: number;
}

/**
 * Asks the database its commands. After a passing fault it repeats what the database cannot have carried out: a read,
 * and a write that never reached it or was turned away for its token. No other write is ever sent twice.
 */
export class ItkdbClient {
  readonly session: Session;
  /** What messages, the cache and the outbox call this database. */
  readonly name: string;
  readonly #transport: Transport;
  readonly #onWarning: (warning: string) => void;
  readonly #repeats: number;
  readonly #pauseMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #options: ClientOptions;
  /** Until when it is not asked anew, by performance.now(), and why. */
  #silence: { until: number; fault: DatabaseFault } | undefined;

  constructor(options: ClientOptions) {
    const { session, transport, name, onWarning, repeats, pauseMs, signal } = options;
    this.#options = options;
    this.session = session;
    this.name = name ?? databaseName(session.settings);
    this.#transport = transport;
    this.#onWarning = onWarning ?? (() => {});
    this.#repeats = repeats ?? 3;
    this.#pauseMs = pauseMs ?? 300;
    this.#signal = signal;
  }

  /** The same client in another's hands. It shares the connections, so it need not be closed. */
  with(changes: Pick<ClientOptions, 'signal' | 'waitMs'>): ItkdbClient {
    return new ItkdbClient({ ...this.#options, ...changes });
  }

  get settings(): DatabaseSettings {
    return this.session.settings;
  }

  /** A read: GET with a JSON body, as the database wants it. */
  async get(command: string, dtoIn: JsonObject = {}, signal = this.#signal): Promise<JsonObject> {
    const reply = await this.#repeated(
      () => this.#authorized(command, { method: 'GET', ...jsonBody(dtoIn), signal }, false),
      signal,
    );
    return reply.body;
  }

  /** A write: carried out at most once. After a fault `mayHaveArrived` tells if the database must be asked before sending again. */
  async post(command: string, dtoIn: JsonObject, signal = this.#signal): Promise<JsonObject> {
    const writes = !command.startsWith('list');
    const answer = await this.#repeated(
      () => this.#authorized(command, { method: 'POST', ...jsonBody(dtoIn), signal }, writes),
      signal,
    );
    return answer.body;
  }

  /** A write with a file: multipart, the file in the part `data`. Carried out at most once. */
  async postFile(
    command: string,
    fields: Readonly<Record<string, string>>,
    file: FilePart,
    signal = this.#signal,
  ): Promise<JsonObject> {
    const form = (): FormData => {
      const data = newForm();
      for (const [key, value] of Object.entries(fields)) data.append(key, value);
      data.append(
        'data',
        new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.contentType }),
        file.name,
      );
      return data;
    };
    const answer = await this.#repeated(
      () => this.#authorized(command, { method: 'POST', body: form, bytes: file.bytes.length, signal }, true),
      signal,
    );
    return answer.body;
  }

  /** A file as it lies in the database. */
  async download(command: string, dtoIn: JsonObject, signal = this.#signal): Promise<FilePart> {
    return this.#repeated(async () => {
      const reply = await this.#send(command, { method: 'GET', ...jsonBody(dtoIn), signal });
      if (reply.status !== 200) readAnswer(command, reply, false);
      return {
        name: reply.fileName ?? 'attachment',
        contentType: reply.contentType || 'application/octet-stream',
        bytes: reply.bytes,
      };
    }, signal);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #authorized(command: string, exchange: Outgoing, writes: boolean): Promise<Answer> {
    try {
      return this.#read(command, await this.#send(command, exchange), writes);
    } catch (error) {
      // Turned away at the door: the token ran out between us, or was withdrawn. Once, with a new one.
      if (!isTokenRefusal(error)) throw error;
      return this.#read(command, await this.#send(command, exchange), writes);
    }
  }

  #read(command: string, reply: Reply, writes: boolean): Answer {
    const answer = readAnswer(command, reply, writes);
    demandExpected(command, answer.body, writes);
    for (const warning of answer.warnings) this.#onWarning(`${command}: ${warning}`);
    return answer;
  }

  async #send(command: string, { body, headers, ...rest }: Outgoing): Promise<Reply> {
    const token = await unlessAborted(this.session.token(), rest.signal);
    const reply = await this.#transport.send({
      ...rest,
      url: `${this.settings.apiUrl}${command}`,
      headers: { ...headers, authorization: `Bearer ${token.bearer.reveal()}` },
      ...(body === undefined ? {} : { body: typeof body === 'function' ? body() : body }),
    });
    if (reply.status === 401 || (reply.status === 500 && /[Ss]ignature verification/.test(head(reply))))
      await this.session.reject(token);
    return reply;
  }

  /** Whoever has waited for a whole time-out twice need not wait twice more. */
  #repeatsAfter(error: unknown): number {
    return isDatabaseFault(error) && error.code === 'E8011' ? Math.min(1, this.#repeats) : this.#repeats;
  }

  async #repeated<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let waited = 0;
    for (let repeat = 0; ; repeat++) {
      waited += await this.#outOfSilence(waited, signal);
      try {
        return await attempt();
      } catch (error) {
        this.#keepSilenceAfter(error);
        if (!isPassing(error) || mayHaveArrived(error) || repeat >= this.#repeatsAfter(error)) throw error;
        const pause = this.#pauseMs * 2 ** repeat * (0.5 + Math.random());
        await sleep(pause, undefined, signal ? { signal } : undefined);
      }
    }
  }

  /**
   * Whoever works through a list, or looks at several things, need not wait for each that is not answered. What the
   * database asked for is waited for while that is not too long. Answers with how long it was.
   */
  async #outOfSilence(waited: number, signal: AbortSignal | undefined): Promise<number> {
    const { waitMs = Math.min(10_000, this.settings.timeout * 1000) } = this.#options;
    const { until, fault } = this.#silence ?? {};
    const left = (until ?? 0) - performance.now();
    if (!fault || left <= 0) return 0;
    if (isSilence(fault) || waited + left > waitMs) throw fault;
    await sleep(left + 1, undefined, signal ? { signal } : undefined);
    return left;
  }

  #keepSilenceAfter(error: unknown): void {
    const { silenceMs = 0 } = this.#options;
    const alone = wantsToBeLeftAlone(error);
    if (!isDatabaseFault(error)) return;
    if (alone !== undefined) this.#silence = { until: performance.now() + alone, fault: notAsked(error) };
    else if (isSilence(error) && !mayHaveArrived(error))
      this.#silence = { until: performance.now() + silenceMs, fault: error };
  }
}

/** For those who did not ask because of it: of theirs nothing was sent. */
function notAsked({ problems, status, retryAfterMs }: DatabaseFault): DatabaseFault {
  return new DatabaseFault(problems, { effect: 'none', passing: true, status, retryAfterMs });
}

/** The log-in is shared by all who wait for it, so it goes on when one of them gives up. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

interface Outgoing extends Omit<Exchange, 'url' | 'body'> {
  /** A form can be read once, so each sending makes its own. */
  body?: string | (() => FormData);
}

function jsonBody(dtoIn: JsonObject): { headers: Record<string, string>; body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(dtoIn) };
}

function isTokenRefusal(error: unknown): boolean {
  return isDatabaseFault(error) && (error.reason === 'invalidToken' || error.code === 'E8003');
}

function head(reply: Reply): string {
  return reply.bytes.subarray(0, 1024).toString('utf8');
}
