import { type JsonObject, objectOf, objectsOf } from '../json.ts';
import type { ItkdbClient } from './client.ts';

export interface Page {
  items: readonly JsonObject[];
  pageIndex: number;
  pageSize: number;
  /** Undefined when the answer does not say. */
  total: number | undefined;
}

/**
 * Every item of a list command, page by page, in either dialect: flat keys are answered with `pageItemList`, a
 * `filterMap` with `itemList`. Only one page is held.
 */
export async function* listAll(
  client: ItkdbClient,
  command: string,
  dtoIn: JsonObject,
  { pageSize = 200, signal }: { pageSize?: number; signal?: AbortSignal } = {},
): AsyncGenerator<JsonObject> {
  let seen = 0;
  for (let pageIndex = 0; ; pageIndex++) {
    const page = readPage(await client.get(command, { ...dtoIn, pageInfo: { pageIndex, pageSize } }, signal));
    yield* page.items;
    seen += page.items.length;
    // A server may allow less than was asked for; what it says it used is what counts.
    const complete = page.total === undefined ? page.items.length < page.pageSize : seen >= page.total;
    if (complete || page.items.length === 0) return;
  }
}

function readPage(body: JsonObject): Page {
  const info = objectOf(body.pageInfo);
  const items = objectsOf(body.pageItemList ?? body.itemList ?? body.testRunList);
  return {
    items,
    pageIndex: numberOf(info.pageIndex) ?? 0,
    pageSize: numberOf(info.pageSize) ?? items.length + 1,
    total: numberOf(info.total),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
