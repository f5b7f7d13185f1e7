import { createHash, timingSafeEqual, type webcrypto } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import type { Seconds } from '../../base/units.ts';
import type { JsonObject } from '../json.ts';
import type { UserRole } from '../model.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';

export interface LocalUser {
  userIdentity: string;
  firstName: string;
  lastName: string;
  institution: string;
  role: UserRole;
}

/** With the codes that get a token for it. */
export interface LocalUserWithCodes extends LocalUser {
  accessCode1: string;
  accessCode2: string;
}

export interface KeyPair {
  privateKey: webcrypto.CryptoKey;
  publicKey: webcrypto.CryptoKey;
}

export function newKeyPair(): Promise<KeyPair> {
  return generateKeyPair('RS256', { modulusLength: 2048 });
}

interface Grant {
  idToken: string;
  accessToken: string;
  expiresIn: Seconds;
}

/** Who may ask the local database, and the RS256 tokens by which it knows them again. The key lives as long as the process. */
export class Users {
  readonly #store: Store;
  readonly #settings: { audience: string; lifetime: Seconds };
  readonly #key: webcrypto.CryptoKey;
  readonly #publicKeys: JSONWebKeySet;
  /** Tokens whose signature was checked once; an RS256 check for each request would cost more than the request. */
  readonly #known = new Map<string, { user: LocalUser; expires: number }>();

  private constructor(
    store: Store,
    settings: { audience: string; lifetime: Seconds },
    key: webcrypto.CryptoKey,
    publicKeys: JSONWebKeySet,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#key = key;
    this.#publicKeys = publicKeys;
  }

  static async create(
    store: Store,
    settings: { audience: string; lifetime: Seconds; keys?: KeyPair | undefined },
  ): Promise<Users> {
    const { privateKey, publicKey } = settings.keys ?? (await newKeyPair());
    const jwk = { ...(await exportJWK(publicKey)), kid: 'local', alg: 'RS256', use: 'sig' };
    return new Users(store, settings, privateKey, { keys: [jwk] });
  }

  get publicKeys(): JsonObject {
    return this.#publicKeys as unknown as JsonObject;
  }

  add({ accessCode1, accessCode2, ...user }: LocalUserWithCodes): void {
    this.#store.sql.run(
      `INSERT INTO users(user, codes, record) VALUES(?,?,?)
       ON CONFLICT(user) DO UPDATE SET codes=excluded.codes, record=excluded.record`,
      user.userIdentity,
      hashOf(accessCode1, accessCode2),
      JSON.stringify(user),
    );
  }

  find(userIdentity: string): LocalUser | undefined {
    const row = this.#store.sql.get<{ record: string }>(
      'SELECT record FROM users WHERE user=?',
      userIdentity,
    );
    return row && (JSON.parse(row.record) as LocalUser);
  }

  async grant(accessCode1: string, accessCode2: string): Promise<Grant> {
    const given = hashOf(accessCode1, accessCode2);
    const user = this.#store.sql
      .all<{ codes: string; record: string }>('SELECT codes, record FROM users')
      .find(({ codes }) => timingSafeEqual(Buffer.from(codes), Buffer.from(given)));
    if (!user) throw new Refusal('uu-oidc-main/notAuthenticated', 'The access codes are not valid.', {}, 401);
    const { audience, lifetime } = this.#settings;
    const { userIdentity, firstName, lastName } = JSON.parse(user.record) as LocalUser;
    const now = Math.floor(Date.now() / 1000);
    const idToken = await new SignJWT({ name: `${firstName} ${lastName}`, uuidentity: userIdentity })
      .setProtectedHeader({ alg: 'RS256', kid: 'local' })
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetime)
      .setJti(crypto.randomUUID())
      .sign(this.#key);
    return { idToken, accessToken: crypto.randomUUID(), expiresIn: lifetime };
  }

  /** The user whose token this is. */
  async authenticate(authorization: string | undefined): Promise<LocalUser> {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (!token) throw invalidToken();
    const known = this.#known.get(token);
    if (known && known.expires > Date.now()) return known.user;
    this.#known.delete(token);
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(this.#publicKeys), {
        algorithms: ['RS256'],
        audience: this.#settings.audience,
      });
      const user = this.find(String(payload.uuidentity));
      if (!user) throw invalidToken();
      if (this.#known.size > 1000) this.#known.clear();
      this.#known.set(token, { user, expires: (payload.exp ?? 0) * 1000 });
      return user;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw invalidToken();
    }
  }
}

const ranks: readonly UserRole[] = ['reader', 'executive', 'authority', 'component manager'];

export function demandRole(user: LocalUser, role: UserRole): void {
  if (ranks.indexOf(user.role) < ranks.indexOf(role))
    throw new Refusal(
      'uu-app-workspace/authorization/userIsNotAuthorized',
      `User is not authorized: needs the role ${role}, has ${user.role}.`,
      {},
      403,
    );
}

function invalidToken(): Refusal {
  return new Refusal('uu-oidc/invalidToken', 'Token is not valid or is expired.', {}, 401);
}

/** Codes are compared by their hash, and the file never holds the codes. */
function hashOf(accessCode1: string, accessCode2: string): string {
  return createHash('sha256')
    .update(JSON.stringify([accessCode1, accessCode2]))
    .digest('hex');
}
