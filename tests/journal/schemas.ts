import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { expect } from 'vitest';

type Schema = Record<string, unknown>;

/** The published schemas, closed: a field that Baton writes and they do not describe is a fault here. */
export const eventSchema = closedSchema('event');
export const recordSchema = closedSchema('record');

const validators = new Map<string, ValidateFunction>();

/** Every line of a journal, and its record, are what the schemas say. */
export function expectDescribed(journal: readonly object[], record?: object): void {
  const definitions = eventSchema.definitions as Record<string, Schema>;
  const kinds = new Map(
    Object.values(definitions).flatMap((one) => (eventOf(one) ? [[eventOf(one)!, one] as const] : [])),
  );
  for (const line of journal as readonly { event: string; n: number }[]) {
    expect([...kinds.keys()], `the schema knows the kind ${line.event}`).toContain(line.event);
    const validate = compiled(line.event, () => ({ ...kinds.get(line.event), definitions }));
    expect(validate(line) ? [] : faults(validate.errors), `line ${line.n}, ${line.event}`).toEqual([]);
  }
  if (!record) return;
  const validate = compiled('the record', () => recordSchema);
  expect(validate(record) ? [] : faults(validate.errors), 'record.json').toEqual([]);
}

function eventOf(definition: Schema): string | undefined {
  return (definition.properties as { event?: { const?: string } } | undefined)?.event?.const;
}

function compiled(name: string, schema: () => Schema): ValidateFunction {
  const known = validators.get(name);
  if (known) return known;
  const fresh = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema());
  validators.set(name, fresh);
  return fresh;
}

function faults(errors: ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function closedSchema(name: string): Schema {
  const path = join(import.meta.dirname, '..', '..', 'schemas', `${name}.schema.json`);
  return closed(JSON.parse(readFileSync(path, 'utf8'))) as Schema;
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  ) as Schema;
  const isTop = 'oneOf' in own && 'definitions' in own;
  return own.type === 'object' && own.properties && !isTop && own.additionalProperties === undefined
    ? { ...own, additionalProperties: false }
    : own;
}
