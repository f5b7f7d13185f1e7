import { parseEnv } from 'node:util';
import { BatonError } from '../../base/errors.ts';
import type { Seconds } from '../../base/units.ts';
import { type AccessCodes, Secret } from './secret.ts';

/** Which database, and how it is asked. URLs end in a slash. */
export interface DatabaseSettings {
  apiUrl: string;
  authUrl: string;
  scope: string;
  audience: string;
  /** How far this machine's clock may be from the database's. */
  leeway: Seconds;
  /** How long to wait for the beginning of an answer, and for each part of it. */
  timeout: Seconds;
}

/** The production database, as the itkdb package knows it since 2025-07 [itkdb 0.6.16]. */
export const production: DatabaseSettings = {
  apiUrl: 'https://itkpd.unicornuniversity.net/',
  authUrl: 'https://uuidentity.plus4u.net/uu-oidc-maing02/bb977a99f4cc4c37a2afce3fd599d0a7/oidc/',
  scope: 'openid https://itkpd.unicornuniversity.net',
  audience: 'https://itkpd.unicornuniversity.net',
  leeway: 2,
  timeout: 60,
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is really set wins over the text of a `.env` file, as with the itkdb package. */
export function withDotEnv(environment: Environment, dotEnv: string | undefined): Environment {
  return dotEnv === undefined ? environment : { ...parseEnv(dotEnv), ...environment };
}

/** The variables that `itkdb` users already have: ITKDB_API_URL, ITKDB_AUTH_URL, ITKDB_ACCESS_SCOPE, … */
export function readSettings(environment: Environment): DatabaseSettings {
  const apiUrl = checkedUrl(
    'ITKDB_API_URL',
    environment.ITKDB_API_URL || environment.ITKDB_SITE_URL || production.apiUrl,
  );
  // Access codes of the production database are never offered to what listens on this machine.
  const defaults = isLoopback(apiUrl) ? localSettings(apiUrl) : production;
  return {
    apiUrl,
    authUrl: checkedUrl('ITKDB_AUTH_URL', environment.ITKDB_AUTH_URL || defaults.authUrl),
    scope: environment.ITKDB_ACCESS_SCOPE || defaults.scope,
    audience: environment.ITKDB_ACCESS_AUDIENCE || defaults.audience,
    leeway: checkedNumber('ITKDB_LEEWAY', environment.ITKDB_LEEWAY, defaults.leeway),
    timeout: checkedNumber('ITKDB_TIMEOUT', environment.ITKDB_TIMEOUT, defaults.timeout),
  };
}

/** How a local database at this address is asked. */
export function localSettings(url: string): DatabaseSettings {
  return {
    apiUrl: url,
    authUrl: `${url}oidc/`,
    scope: 'openid http://127.0.0.1',
    audience: 'http://127.0.0.1',
    leeway: production.leeway,
    timeout: 20,
  };
}

export function readAccessCodes(environment: Environment): AccessCodes | undefined {
  const { ITKDB_ACCESS_CODE1: code1, ITKDB_ACCESS_CODE2: code2 } = environment;
  return code1 && code2 ? { code1: new Secret(code1), code2: new Secret(code2) } : undefined;
}

/** Left in the shell by `baton itkdb login --export` or by the Python scripts. */
export function readExportedToken(environment: Environment): Secret | undefined {
  return environment.ITK_DB_AUTH ? new Secret(environment.ITK_DB_AUTH) : undefined;
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Host and path without anything that could be a secret: what messages, caches and the outbox call a database. */
export function databaseName(settings: Pick<DatabaseSettings, 'apiUrl'>): string {
  const { host, pathname } = new URL(settings.apiUrl);
  return `${host}${pathname}`.replace(/\/$/, '');
}

function checkedUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const clear = url?.protocol === 'http:' && !isLoopback(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || clear)
    throw new BatonError({
      code: 'E8007',
      what: clear
        ? `${name} would send access codes unencrypted over the network.`
        : `${name} is not the address of a database: it must begin with https:// and hold no user or password.`,
      remedy: `Correct it, or unset it: then ${production.apiUrl} is asked.`,
    });
  // The name can lead to two servers, one for each version of IP; a database that was asked if it is local must be the
  // one that gets the results.
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function checkedNumber(name: string, text: string | undefined, otherwise: Seconds): Seconds {
  if (text === undefined || text === '') return otherwise;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new BatonError({
    code: 'E8007',
    what: `${name} is "${text}"; it must be a number of seconds.`,
    remedy: `Correct it, or unset it: then it is ${otherwise} s.`,
  });
}
