import { formatDuration } from '../../base/quantityText.ts';
import { isObject, type Json, type JsonObject, objectOf, textOf } from '../json.ts';
import { DatabaseFault } from './faults.ts';
import { refusalProblem } from './refusals.ts';
import type { Reply } from './transport.ts';

export interface Answer {
  body: JsonObject;
  /** What the database did but did not like, as it said it. */
  warnings: readonly string[];
}

/**
 * Reads an answer of the database, or throws the `DatabaseFault` that says what it means. `writes` tells if the
 * command could have changed something, for then an answer that cannot be read leaves that open.
 */
export function readAnswer(command: string, reply: Reply, writes: boolean): Answer {
  if (isBusy(reply)) throw busy(command, reply, writes);
  const body = parseBody(command, reply, writes);
  const map = objectOf(body).uuAppErrorMap;
  // Seen in answers to successful calls: a string such as "#<UuApp::Oidc::Session:0x…>". It says nothing.
  const entries = isObject(map) ? Object.entries(map).filter((entry) => isObject(entry[1])) : [];
  const errors = entries.filter(([, entry]) => objectOf(entry).type !== 'warning');
  if (reply.status >= 200 && reply.status < 300 && errors.length === 0)
    return { body: objectOf(body), warnings: entries.map(([key, entry]) => warningText(key, entry)) };
  if (errors.length > 0) throw refusal(command, reply, errors, writes);
  throw unexplained(command, reply, writes);
}

function isBusy({ status, retryAfterMs }: Reply): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== undefined);
}

function busy(command: string, { status, bytes, retryAfterMs }: Reply, writes: boolean): DatabaseFault {
  const long = retryAfterMs === undefined ? '' : ` for ${formatDuration(Math.ceil(retryAfterMs / 1000))}`;
  return new DatabaseFault(
    {
      code: 'E8018',
      what: `${command}: the database is busy and asks to be left alone${long} (HTTP ${status}${pageTitle(textOfPage(bytes))}).`,
      remedy: 'Try again after that. What is queued stays queued.',
    },
    { effect: writes && status === 503 ? 'unknown' : 'none', passing: true, status, retryAfterMs },
  );
}

function parseBody(command: string, reply: Reply, writes: boolean): Json {
  if (reply.bytes.length === 0) return {};
  const text = reply.bytes.toString('utf8');
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (reply.status >= 400) return {};
    if (isPage(text)) throw webPage(command, text, writes ? 'unknown' : 'none', reply.status);
    throw new DatabaseFault(
      {
        code: 'E8014',
        what: `${command}: the answer of the database breaks off after ${reply.bytes.length} bytes.`,
        remedy: 'Try again. If it stays so, the network cuts long answers.',
      },
      { effect: writes ? 'unknown' : 'none', passing: true, status: reply.status },
      { cause: error },
    );
  }
}

function isPage(text: string): boolean {
  return /^\s*</.test(text);
}

function webPage(
  command: string,
  text: string,
  effect: DatabaseFault['effect'],
  status: number,
): DatabaseFault {
  return new DatabaseFault(
    {
      code: 'E8013',
      what: `${command}: the database answered with a web page instead of data${pageTitle(text)}.`,
      remedy:
        'A log-in page, a proxy or a maintenance notice stands between: open the address in a browser, then try again.',
    },
    { effect, passing: true, status },
  );
}

function sentElsewhere(command: string, { status, location }: Reply): DatabaseFault {
  const where = location && URL.canParse(location) ? ` (${new URL(location).host})` : '';
  return new DatabaseFault(
    {
      code: 'E8013',
      what: `${command}: instead of an answer comes another address${where} (HTTP ${status}).`,
      remedy:
        'It is the log-in page of a network, or the database has moved: open the address in a browser, then try again; else correct ITKDB_API_URL.',
    },
    { effect: 'none', passing: true, status },
  );
}

function pageTitle(html: string): string {
  const title = /<title[^>]*>\s*([^<]{1,80})/i.exec(html)?.[1]?.trim();
  return title ? ` ("${title}")` : '';
}

function warningText(key: string, entry: Json | undefined): string {
  const { message, paramMap } = objectOf(entry);
  const keys = objectOf(paramMap).unsupportedKeyList;
  const detail = Array.isArray(keys) ? `: ${keys.join(', ')}` : '';
  return `${lastPart(key)}: ${textOf(message) ?? ''}${detail}`;
}

function refusal(
  command: string,
  reply: Reply,
  errors: readonly [string, Json | undefined][],
  writes: boolean,
): DatabaseFault {
  const problems = errors.map(([key, entry]) => refusalProblem(command, lastPart(key), objectOf(entry)));
  const server = reply.status >= 500 && !/invalidToken|[Ss]ignature/.test(JSON.stringify(errors));
  return new DatabaseFault(problems, {
    effect: server && writes ? 'unknown' : 'none',
    passing: server,
    status: reply.status,
    reason: lastPart(errors[0]![0]),
  });
}

function unexplained(command: string, reply: Reply, writes: boolean): DatabaseFault {
  const { status } = reply;
  const text = textOfPage(reply.bytes);
  if (status >= 300 && status < 400) return sentElsewhere(command, reply);
  if (status === 511) return webPage(command, text, 'none', status);
  // The database says in data who may not; a page that forbids comes from a proxy, and says nothing of the role.
  if (status === 403 && isPage(text)) return webPage(command, text, 'none', status);
  if (status === 401 || status === 403) {
    const reason = status === 401 ? 'invalidToken' : 'userIsNotAuthorized';
    return new DatabaseFault(refusalProblem(command, reason, {}), {
      effect: 'none',
      passing: false,
      status,
      reason,
    });
  }
  if (status >= 500 || status === 408) {
    return new DatabaseFault(
      {
        code: 'E8012',
        what: `${command}: the database has a fault of its own (HTTP ${status}${pageTitle(text)}).`,
        remedy: 'Try again later. What is queued stays queued.',
      },
      { effect: writes && status >= 500 ? 'unknown' : 'none', passing: true, status },
    );
  }
  if (status === 413)
    return new DatabaseFault(
      {
        code: 'E8017',
        what: `${command}: the database does not take that much at once.`,
        remedy: 'Attach a smaller file, or store it elsewhere and attach a link.',
      },
      { effect: 'none', passing: false, status },
    );
  return new DatabaseFault(
    {
      code: 'E8016',
      what: `${command}: the database answered with HTTP ${status} and no reason that Baton knows.`,
      remedy:
        status === 404
          ? 'Check ITKDB_API_URL: the database may have moved.'
          : 'Try again; if it stays so, report it with this line.',
    },
    { effect: 'none', passing: false, status },
  );
}

/** As much of it as a title needs. */
function textOfPage(bytes: Buffer): string {
  return bytes.subarray(0, 4096).toString('utf8');
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
