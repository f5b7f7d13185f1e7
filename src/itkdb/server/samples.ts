import { randomBytes, randomInt } from 'node:crypto';
import { codeOf, type Json, type JsonObject, objectsOf } from '../json.ts';

/** Random values of the right kind for each definition, as the database's DTO samples have them. */
export function dummyValues(definitions: readonly JsonObject[]): Record<string, Json> {
  return Object.fromEntries(
    definitions.map((definition) => [codeOf(definition) ?? '', dummyValue(definition)]),
  );
}

function dummyValue(definition: JsonObject): Json {
  if (definition.valueType === 'array') {
    const depth = typeof definition.arrayDimensions === 'number' ? definition.arrayDimensions : 1;
    const single = { ...definition, valueType: 'single' };
    return nested(Math.max(1, depth), () => dummyValue(single));
  }
  switch (definition.dataType) {
    case 'integer':
      return randomInt(1, 1000);
    case 'float':
      return randomInt(1, 1_000_000) / 1000;
    case 'boolean':
      return randomInt(2) === 1;
    case 'compound':
      return dummyValues(objectsOf(definition.children));
    case 'codeTable':
      return objectsOf(definition.codeTable)[0]?.code ?? '';
    case 'date':
      return new Date().toISOString();
    case 'testRun':
      return randomBytes(12).toString('hex');
    default:
      return capitals(30);
  }
}

function nested(depth: number, make: () => Json): Json {
  return depth === 1 ? [make(), make()] : [nested(depth - 1, make), nested(depth - 1, make)];
}

function capitals(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(65 + randomInt(26))).join('');
}
