import { BatonError } from '../../base/errors.ts';
import type { EpochMs, Seconds } from '../../base/units.ts';
import { objectOf, objectsOf, textOf } from '../json.ts';
import { readAnswer } from './answer.ts';
import { type AccessCodes, Secret } from './secret.ts';
import type { DatabaseSettings } from './settings.ts';
import { type KeySet, readToken, type Token, verifyToken } from './token.ts';
import { keepNothing, type TokenStore } from './tokenStore.ts';
import type { Transport } from './transport.ts';

interface SessionOptions {
  settings: DatabaseSettings;
  transport: Transport;
  /** Asked when a token is needed: the environment, a prompt. Undefined: there are none, so a person must log in. */
  accessCodes(): Promise<AccessCodes | undefined>;
  /** From `login --export` or the Python scripts; used while it is valid. */
  exportedToken?: Secret | undefined;
  store?: TokenStore;
  now?: () => EpochMs;
}

/** A token this close to its end is renewed before it is used; of a short-lived one the last quarter. */
const renewEarly: Seconds = 60;

/** Gets a token, keeps it until shortly before its `exp`, and gets the next. The codes live in memory alone. */
export class Session {
  readonly settings: DatabaseSettings;
  readonly #transport: Transport;
  readonly #accessCodes: SessionOptions['accessCodes'];
  readonly #store: TokenStore;
  readonly #now: () => EpochMs;
  #token: Token | undefined;
  /** Those that the log-in service has taken. */
  #codes: AccessCodes | undefined;
  #exported: Token | undefined;
  #storeRead = false;
  #refused = new Set<string>();
  #pending: Promise<Token> | undefined;
  #keys: KeySet | undefined;

  constructor({ settings, transport, accessCodes, exportedToken, store, now }: SessionOptions) {
    this.settings = settings;
    this.#transport = transport;
    this.#accessCodes = accessCodes;
    this.#store = store ?? keepNothing;
    this.#now = now ?? Date.now;
    this.#exported = exportedToken && readToken(exportedToken);
  }

  /** A token that is valid for a while yet; several callers at once share one log-in. */
  async token(): Promise<Token> {
    if (this.#token && this.#isFresh(this.#token)) return this.#token;
    this.#pending ??= this.#obtain().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** The database did not take this token, whatever its `exp` says: never use it again. */
  async reject(token: Token): Promise<void> {
    this.#refused.add(token.bearer.reveal());
    if (this.#token === token) this.#token = undefined;
    await this.#store.forget();
  }

  /** Gets a new token with the codes, whatever is kept. */
  async login(): Promise<Token> {
    const codes = this.#codes ?? (await this.#accessCodes());
    if (!codes)
      throw new BatonError({
        code: 'E8001',
        what: 'There is no valid token, and no access codes to get one.',
        remedy:
          'Run `baton itkdb login`, or set ITKDB_ACCESS_CODE1 and ITKDB_ACCESS_CODE2. `--local` asks the local database instead.',
      });
    const token = await this.#grant(codes);
    // A person types them once a command, however often the token is renewed.
    this.#codes = codes;
    this.#token = token;
    await this.#store.save(token.bearer);
    return token;
  }

  async logout(): Promise<void> {
    this.#token = undefined;
    this.#codes = undefined;
    this.#exported = undefined;
    await this.#store.forget();
  }

  /** The token stays in this process alone. */
  async forgetKept(): Promise<void> {
    await this.#store.forget();
  }

  /** What is known without asking for anything: for `whoami` and the pre-flight. */
  async kept(): Promise<Token | undefined> {
    if (this.#token && this.#isUsable(this.#token)) return this.#token;
    if (this.#exported && this.#isUsable(this.#exported)) return this.#exported;
    const stored = await this.#store.load();
    const token = stored && readToken(stored);
    return token && this.#isUsable(token) ? token : undefined;
  }

  async #obtain(): Promise<Token> {
    if (!this.#storeRead) {
      this.#storeRead = true;
      const kept = await this.kept();
      if (kept && this.#isFresh(kept)) {
        this.#token = kept;
        return kept;
      }
    }
    return this.login();
  }

  async #grant({ code1, code2 }: AccessCodes): Promise<Token> {
    const { settings } = this;
    const reply = await this.#transport.send({
      method: 'POST',
      url: `${settings.authUrl}grantToken`,
      writes: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'password',
        accessCode1: code1.reveal(),
        accessCode2: code2.reveal(),
        scope: settings.scope,
      }),
    });
    const { body } = readAnswer('log-in', reply, false);
    const bearer = textOf(body.id_token);
    if (!bearer)
      throw new BatonError(
        {
          code: 'E8016',
          what: 'The log-in service answered without a token.',
          remedy: 'Check ITKDB_AUTH_URL.',
        },
        { exitCode: 3 },
      );
    return verifyToken(new Secret(bearer), await this.#listKeys(), settings, this.#now());
  }

  async #listKeys(): Promise<KeySet> {
    if (!this.#keys) {
      const reply = await this.#transport.send({ method: 'GET', url: `${this.settings.authUrl}listKeys` });
      const { body } = readAnswer('listKeys', reply, false);
      this.#keys = { keys: objectsOf(objectOf(body).keys) };
    }
    return this.#keys;
  }

  #isUsable(token: Token): boolean {
    return (
      !this.#refused.has(token.bearer.reveal()) && token.expires - this.settings.leeway * 1000 > this.#now()
    );
  }

  #isFresh(token: Token): boolean {
    const early = Math.min(renewEarly * 1000, Math.max(0, token.expires - token.issued) / 4);
    return this.#isUsable(token) && token.expires - early > this.#now();
  }
}
