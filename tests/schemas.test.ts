import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';

test.each(readdirSync('schemas'))('%s is a schema as its own $schema says', (name) => {
  const schema = JSON.parse(readFileSync(`schemas/${name}`, 'utf8')) as { $schema: string };
  expect(schema.$schema).toMatch(/^http:\/\/json-schema\.org\/draft-07\/schema/);
  const ajv = new Ajv();
  ajv.validateSchema(schema);
  expect(ajv.errors ?? []).toEqual([]);
});
