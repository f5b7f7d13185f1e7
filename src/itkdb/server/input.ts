import type { IncomingMessage } from 'node:http';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { Refusal } from './refusal.ts';

export interface UploadedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

export interface Input {
  body: JsonObject;
  /** The part `data` of a multipart form. */
  file: UploadedFile | undefined;
}

const maximumBytes = 256 * 1024 * 1024;

/** Reads what a client sends in any of the forms in use: JSON body (of a GET too), form, multipart, query string. */
export async function readInput(request: IncomingMessage, query: URLSearchParams): Promise<Input> {
  const bytes = await readBody(request);
  const fromQuery = formObject(query);
  if (bytes.length === 0) return { body: fromQuery, file: undefined };
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('multipart/form-data')) {
    const { fields, file } = await readMultipart(contentType, bytes);
    return { body: { ...fromQuery, ...fields }, file };
  }
  const text = bytes.toString('utf8');
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return { body: { ...fromQuery, ...formObject(new URLSearchParams(text)) }, file: undefined };
  return { body: { ...fromQuery, ...jsonObject(text) }, file: undefined };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) throw new Refusal('uu-app-server/payloadTooLarge', 'Too large.', {}, 413);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function jsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('uu-app-server/invalidJson', 'The body of the request is not JSON.');
  }
  if (!isObject(value))
    throw new Refusal('uu-app-server/invalidJson', 'The body of the request is no JSON object.');
  return value;
}

/** A key that comes twice is a list. */
function formObject(form: URLSearchParams): JsonObject {
  const fields: Record<string, Json> = {};
  for (const key of new Set(form.keys())) {
    const values = form.getAll(key);
    fields[key] = values.length === 1 ? values[0]! : values;
  }
  return fields;
}

async function readMultipart(
  contentType: string,
  bytes: Buffer,
): Promise<{ fields: JsonObject; file: UploadedFile | undefined }> {
  const fields: Record<string, Json> = {};
  let file: UploadedFile | undefined;
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new Refusal('uu-app-server/invalidMultipart', 'The multipart form is not complete.');
  }
  for (const [key, value] of form.entries()) {
    if (typeof value === 'string') fields[key] = value;
    else if (key === 'data')
      file = {
        name: value.name,
        contentType: value.type || 'application/octet-stream',
        bytes: Buffer.from(await value.arrayBuffer()),
      };
  }
  return { fields, file };
}
