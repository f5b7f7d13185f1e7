import { type Json, type JsonObject, listOf, objectOf } from '../json.ts';
import type { UserRole } from '../model.ts';
import type { Value } from '../sqlite.ts';
import type { DtoInRules } from './dtoIn.ts';
import type { UploadedFile } from './input.ts';
import { Refusal } from './refusal.ts';
import type { ComponentRecord, Store, TestRunRecord } from './store.ts';
import type { LocalUser } from './users.ts';

/** One call of one command, its input checked. */
export interface Call {
  command: string;
  dtoIn: JsonObject;
  file: UploadedFile | undefined;
  user: LocalUser;
  now: string;
  /** Adds a path to the warning about keys that were dropped. */
  dropped(path: string): void;
}

export interface FileAnswer {
  fileName: string;
  contentType: string;
  bytes: Buffer;
}

/** A command of the database: what it takes, who may call it, what it does. A write runs in a transaction of its own. */
export interface LocalCommand {
  method: 'GET' | 'POST' | 'GET or POST';
  role: UserRole;
  dtoIn: DtoInRules;
  run(store: Store, call: Call): JsonObject | FileAnswer;
}

export type LocalCommands = Readonly<Record<string, LocalCommand>>;

export function isFileAnswer(answer: JsonObject | FileAnswer): answer is FileAnswer {
  return Buffer.isBuffer((answer as FileAnswer).bytes);
}

export function text(call: Call, key: string): string {
  return String(call.dtoIn[key] ?? '');
}

export function componentNamed(store: Store, call: Call, key = 'component'): ComponentRecord {
  const reference = text(call, key);
  const found = store.component(reference, call.dtoIn.alternativeIdentifier === true);
  if (!found || found.state === 'deleted')
    throw new Refusal('componentDoesNotExist', `Component ${reference} does not exist.`, {
      component: reference,
    });
  return found;
}

export function testRunNamed(store: Store, call: Call): TestRunRecord {
  const id = text(call, 'testRun');
  const found = store.testRun(id);
  if (!found || found.state === 'deleted')
    throw new Refusal('testRunDaoGetFailed', `Test run ${id} could not be got.`, { testRun: id });
  return found;
}

export function institutionNamed(store: Store, code: string): JsonObject {
  const found =
    store.definition('institution', code) ?? store.definitions('institution').find(({ id }) => id === code);
  if (!found)
    throw new Refusal('institutionDoesNotExist', `Institution ${code} does not exist.`, {
      institution: code,
    });
  return found;
}

export function componentTypeNamed(store: Store, code: string, project: string): JsonObject {
  const found = store.definition('componentType', code, project);
  if (!found)
    throw new Refusal(
      'componentTypeDaoGetByCodeFailed',
      `Component type ${code} does not exist in ${project}.`,
      {
        project,
        componentType: code,
      },
    );
  return found;
}

/** The default is the database's, a client asks for what it wants. */
const defaultPageSize = 100;
const maximumPageSize = 3000;

interface PageRequest {
  pageIndex: number;
  pageSize: number;
  limit: number;
  offset: number;
}

export function pageRequest(call: Call): PageRequest {
  const info = objectOf(call.dtoIn.pageInfo);
  const pageIndex = wholeNumber(info.pageIndex) ?? 0;
  const pageSize = Math.min(
    maximumPageSize,
    Math.max(1, wholeNumber(info.pageSize) ?? wholeNumber(call.dtoIn.limit) ?? defaultPageSize),
  );
  return { pageIndex, pageSize, limit: pageSize, offset: pageIndex * pageSize };
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** The answer of a list in the dialect in which it was asked. */
export function pageAnswer(call: Call, items: readonly JsonObject[], total: number): JsonObject {
  const { pageIndex, pageSize } = pageRequest(call);
  const list = 'filterMap' in call.dtoIn ? 'itemList' : 'pageItemList';
  return { [list]: items, pageInfo: { pageIndex, pageSize, total } };
}

/** A list that is short enough to be held: pages are cut from it. */
export function pageOf(call: Call, items: readonly JsonObject[]): JsonObject {
  const { limit, offset } = pageRequest(call);
  return pageAnswer(call, items.slice(offset, offset + limit), items.length);
}

/** The filter of either dialect: flat keys, or those of `filterMap`. */
export function filterOf(call: Call): JsonObject {
  const { filterMap, ...flat } = call.dtoIn;
  return filterMap === undefined ? flat : objectOf(filterMap);
}

/** Scalars and lists both filter: `institution: 'LBL'` and `['LBL']`. */
export function valuesOf(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? listOf(value) : [value]).map(String);
}

/** Collects SQL conditions with their values. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly values: Value[] = [];

  /** Any of the values; no value: no condition. */
  among(column: string, values: readonly string[]): this {
    if (values.length === 0) return this;
    this.#parts.push(`${column} IN (${values.map(() => '?').join(',')})`);
    this.values.push(...values);
    return this;
  }

  where(condition: string, ...values: Value[]): this {
    this.#parts.push(condition);
    this.values.push(...values);
    return this;
  }

  toString(): string {
    return this.#parts.length === 0 ? '1' : this.#parts.join(' AND ');
  }
}
