import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { identityPath } from '../client/locality.ts';
import type { JsonObject } from '../json.ts';
import { type Call, type FileAnswer, isFileAnswer, type LocalCommand } from './command.ts';
import { checkDtoIn, unsupportedKeysWarning } from './dtoIn.ts';
import type { Fault, FaultSource } from './fault.ts';
import { type Input, readInput } from './input.ts';
import { Refusal, refusalBody } from './refusal.ts';
import { localCommands } from './registry.ts';
import type { Store } from './store.ts';
import { demandRole, type LocalUser, type Users } from './users.ts';

/** One request after another: who asks, what, may he, do it, answer in the database's form. */
export function answerRequests(store: Store, users: Users, faults: FaultSource | undefined): RequestListener {
  return (request, response) => {
    void answer(store, users, faults, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const refusal = new Refusal('uu-app-server/internalServerError', message, {}, 500);
      if (response.headersSent) response.destroy();
      else send(response, refusal.status, refusalBody('', refusal));
    });
  };
}

async function answer(
  store: Store,
  users: Users,
  faults: FaultSource | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const command = url.pathname.slice(1).replace(/\/$/, '');
  try {
    const input = await readInput(request, url.searchParams);
    const fault = faults?.({ command, dtoIn: input.body });
    if (fault === 'cut before') return void response.destroy();
    if (await answerPublic(users, command, input, response)) return;
    const user = await users.authenticate(request.headers.authorization);
    if (fault && misbehave(fault, response)) return;
    const result = await carryOut(store, command, request.method ?? 'GET', input, user);
    if (fault === 'twice') await carryOut(store, command, request.method ?? 'GET', input, user);
    if (fault === 'cut after') return void response.destroy();
    if (fault === 'server error after') return void send(response, 500, {});
    if (fault === 'half an answer') return sendHalf(response, result);
    if (isFileAnswer(result)) sendFile(response, result);
    else send(response, 200, result);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, error.status, refusalBody(command, error));
  }
}

/** What is answered without a token. */
async function answerPublic(
  users: Users,
  command: string,
  { body }: Input,
  response: ServerResponse,
): Promise<boolean> {
  switch (command) {
    case 'oidc/grantToken': {
      const grant = await users.grant(String(body.accessCode1 ?? ''), String(body.accessCode2 ?? ''));
      send(response, 200, {
        access_token: grant.accessToken,
        id_token: grant.idToken,
        token_type: 'Bearer',
        expires_in: grant.expiresIn,
        uuAppErrorMap: {},
      });
      return true;
    }
    case 'oidc/listKeys':
      send(response, 200, { ...users.publicKeys, uuAppErrorMap: {} });
      return true;
    case identityPath:
      send(response, 200, { name: 'Baton local database', production: false });
      return true;
    default:
      return false;
  }
}

async function carryOut(
  store: Store,
  name: string,
  method: string,
  input: Input,
  user: LocalUser,
): Promise<JsonObject | FileAnswer> {
  const command: LocalCommand | undefined = Object.hasOwn(localCommands, name)
    ? localCommands[name]
    : undefined;
  if (!command) throw new Refusal('uu-app-server/useCaseNotFound', `There is no command ${name}.`, {}, 404);
  if (command.method !== 'GET or POST' && command.method !== method)
    throw new Refusal('uu-app-server/unsupportedMethod', `${name} wants ${command.method}.`, {}, 405);
  demandRole(user, command.role);
  const { dtoIn, unsupported } = checkDtoIn(input.body, command.dtoIn);
  const dropped = [...unsupported];
  const call: Call = {
    command: name,
    dtoIn,
    file: input.file,
    user,
    now: new Date().toISOString(),
    dropped: (path) => dropped.push(path),
  };
  const result =
    command.method === 'POST'
      ? store.sql.transaction(() => command.run(store, call))
      : command.run(store, call);
  if (isFileAnswer(result)) return result;
  const uuAppErrorMap = dropped.length > 0 ? unsupportedKeysWarning(name, dropped) : {};
  return { ...result, uuAppErrorMap };
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': bytes.length,
  });
  response.end(bytes);
}

function sendFile(response: ServerResponse, { fileName, contentType, bytes }: FileAnswer): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  });
  response.end(bytes);
}

/** Answers that a broken server, or something in between, gives instead of carrying out the command. */
function misbehave(fault: Fault, response: ServerResponse): boolean {
  switch (fault) {
    case 'server error':
      send(response, 500, {
        uuAppErrorMap: {
          'uu-app-server/internalServerError': { type: 'error', message: 'Unexpected exception.' },
        },
      });
      return true;
    case 'web page': {
      const page = '<!DOCTYPE html><html><head><title>Maintenance</title></head><body></body></html>';
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': page.length });
      response.end(page);
      return true;
    }
    case 'nothing':
      response.destroy();
      return true;
    default:
      return false;
  }
}

function sendHalf(response: ServerResponse, result: JsonObject | FileAnswer): void {
  const text = JSON.stringify(result);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}
