import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { BatonError } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import type { JsonObject } from '../json.ts';
import type { Secret } from './secret.ts';
import type { DatabaseSettings } from './settings.ts';

/** The bearer and what it says of itself: `exp`, `iat`, `name`, `uuidentity`. */
export interface Token {
  bearer: Secret;
  expires: EpochMs;
  issued: EpochMs;
  name: string;
  userIdentity: string;
}

/** Reads the claims without believing them: the database decides what the token is worth. Undefined for what is no token. */
export function readToken(bearer: Secret): Token | undefined {
  try {
    const claims = decodeJwt(bearer.reveal());
    if (typeof claims.exp !== 'number') return undefined;
    return {
      bearer,
      expires: claims.exp * 1000,
      issued: (claims.iat ?? 0) * 1000,
      name: String(claims.name ?? ''),
      userIdentity: String(claims.uuidentity ?? ''),
    };
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}

/** Public keys of the log-in service [RFC 7517]. */
export interface KeySet {
  keys: readonly JsonObject[];
}

/** Checks signature, audience and times of a token that was just issued, as the itkdb package does. */
export async function verifyToken(
  bearer: Secret,
  keys: KeySet,
  settings: Pick<DatabaseSettings, 'audience' | 'leeway'>,
  now: EpochMs,
): Promise<Token> {
  try {
    const { payload } = await jwtVerify(
      bearer.reveal(),
      createLocalJWKSet(keys as unknown as JSONWebKeySet),
      {
        algorithms: ['RS256'],
        audience: settings.audience,
        clockTolerance: settings.leeway,
        currentDate: new Date(now),
      },
    );
    if (typeof payload.iat === 'number' && payload.iat * 1000 > now + settings.leeway * 1000)
      throw clockFault(payload.iat * 1000, now);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw clockFault(readToken(bearer)?.issued ?? now, now, error);
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf')
      throw clockFault(readToken(bearer)?.issued ?? now, now, error);
    if (error instanceof errors.JOSEError)
      throw new BatonError(
        {
          code: 'E8006',
          what: `The token that was issued does not verify: ${error.message.replace(/"?eyJ[\w.-]+"?/g, '[token]')}.`,
          remedy: 'Check ITKDB_AUTH_URL and ITKDB_ACCESS_AUDIENCE; they must be those of the same database.',
        },
        { cause: error, exitCode: 3 },
      );
    throw error;
  }
  const token = readToken(bearer);
  if (!token)
    throw new BatonError(
      {
        code: 'E8006',
        what: 'The token that was issued does not say when it expires.',
        remedy: 'Check ITKDB_AUTH_URL.',
      },
      { exitCode: 3 },
    );
  return token;
}

function clockFault(issued: EpochMs, now: EpochMs, cause?: unknown): BatonError {
  const seconds = Math.round((now - issued) / 1000);
  const way = seconds < 0 ? `${-seconds} s behind` : `${seconds} s ahead of`;
  return new BatonError(
    {
      code: 'E8005',
      what: `The clock of this machine is ${way} the database's: a token that was just issued is out of its time.`,
      remedy: `Set the clock (timedatectl set-ntp true), or allow for it with ITKDB_LEEWAY=${Math.abs(seconds) + 10}.`,
    },
    { cause, exitCode: 3 },
  );
}
