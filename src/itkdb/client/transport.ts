import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent, FormData as Form, request } from 'undici';
import { batonVersion } from '../../base/programs.ts';
import type { EpochMs, Seconds } from '../../base/units.ts';
import { DatabaseFault } from './faults.ts';
import { retryAfterMs } from './retryAfter.ts';
import { isLoopback } from './settings.ts';

export interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | FormData;
  signal?: AbortSignal | undefined;
  /** It could change something in the database, so after a fault that is open. Default: every POST. */
  writes?: boolean;
  /** Of a file that is sent: time is given for it beyond the time-out. */
  bytes?: number;
}

/** What a poor network carries, bytes a second. */
const slowest = 20_000;

export interface Reply {
  status: number;
  contentType: string;
  /** The name that the database gives a file that it sends. */
  fileName: string | undefined;
  bytes: Buffer;
  /** Where it sends whoever asks. */
  location?: string | undefined;
  /** What time it is there, to the second. */
  date?: EpochMs | undefined;
  /** How long it asks to be left alone. */
  retryAfterMs?: number | undefined;
}

interface TransportOptions {
  timeout: Seconds;
  /** Certificates of a site's own authority, PEM; otherwise those that Node trusts. */
  ca?: string;
}

/** One request, one reply, over kept-alive connections. Every failure is a `DatabaseFault` that says if it may have arrived. */
export class Transport {
  readonly #agent: Agent;
  readonly #proxied: EnvHttpProxyAgent;
  readonly #ms: number;

  constructor({ timeout, ca }: TransportOptions) {
    const ms = Math.max(1, Math.round(timeout * 1000));
    this.#ms = ms;
    // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not hand access codes to whoever answers.
    const tls = { rejectUnauthorized: true, ...(ca ? { ca } : {}) };
    const limits = {
      connections: 8,
      headersTimeout: ms,
      bodyTimeout: ms,
      connect: { timeout: Math.min(ms, 15_000), ...tls },
    };
    this.#agent = new Agent(limits);
    this.#proxied = new EnvHttpProxyAgent({ ...limits, requestTls: tls, proxyTls: tls });
  }

  async send({
    method,
    url,
    headers,
    body,
    signal,
    writes = method === 'POST',
    bytes: sent = 0,
  }: Exchange): Promise<Reply> {
    const userAgent = `baton/${version()}`;
    try {
      const answer = await request(url, {
        method,
        dispatcher: this.#dispatcherFor(url),
        // A GET with a body would otherwise close the connection after each request.
        reset: false,
        headers: {
          'user-agent': userAgent,
          accept: 'application/json, */*;q=0.5',
          'accept-encoding': 'gzip, deflate',
          ...headers,
        },
        ...(body === undefined ? {} : { body: body as string | Form }),
        // It runs from the first byte that is sent, not from the last.
        headersTimeout: this.#ms + (sent / slowest) * 1000,
        ...(signal ? { signal } : {}),
      });
      const sentBytes = await this.#wholeBody(answer.body);
      const bytes = await unpacked(sentBytes, oneOf(answer.headers['content-encoding']));
      const date = dateOf(answer.headers.date);
      return {
        status: answer.statusCode,
        contentType: String(answer.headers['content-type'] ?? ''),
        fileName: fileNameOf(answer.headers['content-disposition']),
        bytes,
        location: oneOf(answer.headers.location),
        date,
        retryAfterMs: retryAfterMs(oneOf(answer.headers['retry-after']), date ?? Date.now()),
      };
    } catch (error) {
      if (signal?.aborted) throw error;
      throw connectionFault(error, writes, new URL(url).host);
    }
  }

  /** What is still under way is wanted by nobody any more. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#proxied.destroy()]);
  }

  /** An answer that drips, a byte now and then, would never meet the time-out between two parts of it. */
  async #wholeBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
    const start = performance.now();
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of body) {
      parts.push(part);
      length += part.length;
      if (performance.now() - start > this.#ms + (length / slowest) * 1000)
        throw Object.assign(new Error('the answer drips'), { code: 'UND_ERR_BODY_TIMEOUT' });
    }
    return Buffer.concat(parts, length);
  }

  /** What is on this machine is never looked for behind a site's proxy. */
  #dispatcherFor(url: string): Dispatcher {
    return isLoopback(url) ? this.#agent : this.#proxied;
  }
}

let knownVersion: string | undefined;
function version(): string {
  knownVersion ??= batonVersion();
  return knownVersion;
}

const unpack: Readonly<Record<string, (packed: Buffer, options: ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** No answer is larger; what says so was made to fill the memory. */
const largestAnswer = 1024 ** 3;

/** Some proxies pack an answer whether or not anybody asked for it. */
async function unpacked(bytes: Buffer, encoding = 'identity'): Promise<Buffer> {
  const own = unpack[encoding.trim().toLowerCase()];
  return own && bytes.length > 0 ? own(bytes, { maxOutputLength: largestAnswer }) : bytes;
}

function dateOf(header: string | string[] | undefined): EpochMs | undefined {
  const date = Date.parse(String(header));
  return Number.isNaN(date) ? undefined : date;
}

function fileNameOf(header: string | string[] | undefined): string | undefined {
  const text = oneOf(header);
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(text ?? '')?.[1];
  return encoded ? decodeURIComponent(encoded) : /filename="?([^";]+)"?/i.exec(text ?? '')?.[1];
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The request cannot have left this machine, or the other side was not there to take it. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const late = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const certificate =
  /CERT|UNABLE_TO_(VERIFY|GET)|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME|ERR_SSL|EPROTO/;

function connectionFault(error: unknown, writes: boolean, host: string): DatabaseFault {
  const { code, message } = rootOf(error);
  const options = { cause: error };
  if (certificate.test(code))
    return new DatabaseFault(
      {
        code: 'E8015',
        what: `The certificate of ${host} does not verify (${code}), so nothing was sent.`,
        remedy:
          'Check the date of this machine and the address. Behind a site with an authority of its own, set NODE_EXTRA_CA_CERTS to its certificate.',
      },
      { effect: 'none', passing: false },
      options,
    );
  if (neverSent.has(code))
    return new DatabaseFault(
      {
        code: 'E8010',
        what: `${host} cannot be reached (${code}).`,
        remedy: 'Check the network. What is queued stays queued and goes when the database is back.',
      },
      { effect: 'none', passing: true },
      options,
    );
  const effect = writes ? 'unknown' : 'none';
  const doubt =
    effect === 'unknown'
      ? ' What was sent may have arrived: look before you send it again (the queue does so by itself).'
      : '';
  if (late.has(code))
    return new DatabaseFault(
      {
        code: 'E8011',
        what: `${host} did not answer in time.`,
        remedy: `Try again later, or set ITKDB_TIMEOUT to more seconds.${doubt}`,
      },
      { effect, passing: true },
      options,
    );
  return new DatabaseFault(
    {
      code: 'E8014',
      what: `The connection to ${host} broke before the answer was complete (${code || message}).`,
      remedy: `Try again.${doubt}`,
    },
    { effect, passing: true },
    options,
  );
}

/** undici and Node wrap the error that says why; a failed dual-stack connect holds several. */
function rootOf(error: unknown): { code: string; message: string } {
  let current = error;
  for (let depth = 0; depth < 5; depth++) {
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else if (current instanceof Error && current.cause instanceof Error && !('code' in current))
      current = current.cause;
    else break;
  }
  const code = (current as { code?: unknown } | undefined)?.code;
  return {
    code: typeof code === 'string' ? code : '',
    message: current instanceof Error ? current.message : String(current),
  };
}

/** An empty form of the kind that is sent here; Node's own class of that name is another one. */
export function newForm(): FormData {
  return new Form() as unknown as FormData;
}
