import { codeOf, isObject, type Json, type JsonObject, objectsOf } from '../json.ts';
import { Refusal } from './refusal.ts';

/** What does not fit the definitions, in the three maps of `invalidDtoIn`. */
interface FieldFaults {
  missingKeyMap: Record<string, JsonObject>;
  invalidTypeKeyMap: Record<string, JsonObject>;
  invalidValueKeyMap: Record<string, JsonObject>;
  unknown: string[];
}

/**
 * Checks `{CODE: value}` against the definitions of a test type or component type, and brings text that stands for a
 * number or a boolean to what it stands for: scripts send both, and the database takes both.
 */
export function checkFields(
  path: string,
  values: JsonObject,
  definitions: unknown,
  faults: FieldFaults,
): Record<string, Json> {
  const taken: Record<string, Json> = {};
  const known = objectsOf(definitions);
  for (const definition of known) {
    const code = codeOf(definition)!;
    const value = coerced(values[code], definition);
    if (value === undefined || value === null) {
      if (definition.required === true)
        faults.missingKeyMap[`$.${path}.${code}`] = { 'uu-appg01/validation/missingKey': 'required' };
      else if (value === null) taken[code] = null;
      continue;
    }
    const fault = faultOf(value, definition);
    if (fault === 'type')
      faults.invalidTypeKeyMap[`$.${path}.${code}`] = {
        'uu-appg01/validation/invalidType': `must be ${definition.dataType}${
          definition.valueType === 'array' ? ' array' : ''
        }`,
      };
    else if (fault === 'value')
      faults.invalidValueKeyMap[`$.${path}.${code}`] = {
        'uu-appg01/validation/invalidValue': 'not in the code table',
      };
    else taken[code] = value;
  }
  for (const code of Object.keys(values))
    if (!known.some((definition) => definition.code === code)) faults.unknown.push(`$.${path}.${code}`);
  return taken;
}

export function noFaults(): FieldFaults {
  return { missingKeyMap: {}, invalidTypeKeyMap: {}, invalidValueKeyMap: {}, unknown: [] };
}

/** Refuses when something is missing or wrong; unknown codes are the caller's to drop. */
export function refuseFaults({ unknown: _dropped, ...paramMap }: FieldFaults): void {
  if (Object.values(paramMap).some((map) => Object.keys(map).length > 0))
    throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', paramMap);
}

function coerced(value: Json | undefined, definition: JsonObject): Json | undefined {
  if (Array.isArray(value)) return value.map((entry) => coerced(entry as Json, definition) ?? null);
  if (typeof value === 'number' && (definition.dataType === 'codeTable' || definition.dataType === 'string'))
    return String(value);
  if (typeof value !== 'string') return value;
  if (definition.dataType === 'float' || definition.dataType === 'integer')
    return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  if (definition.dataType === 'boolean' && /^(true|false)$/i.test(value))
    return value.toLowerCase() === 'true';
  return value;
}

function faultOf(value: Json, definition: JsonObject): 'type' | 'value' | undefined {
  if (definition.valueType === 'array') {
    if (!Array.isArray(value)) return 'type';
    const faults = flat(value).map((entry) => (entry === null ? undefined : singleFault(entry, definition)));
    return faults.find((fault) => fault !== undefined);
  }
  return singleFault(value, definition);
}

function singleFault(value: Json, definition: JsonObject): 'type' | 'value' | undefined {
  switch (definition.dataType) {
    case 'float':
      return typeof value === 'number' ? undefined : 'type';
    case 'integer':
      return Number.isInteger(value) ? undefined : 'type';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'type';
    case 'string':
    case 'date':
    case 'testRun':
      return typeof value === 'string' ? undefined : 'type';
    case 'compound':
      return isObject(value) ? compoundFault(value, definition) : 'type';
    case 'codeTable':
      return objectsOf(definition.codeTable).some(({ code }) => code === value) ? undefined : 'value';
    default:
      return undefined;
  }
}

function compoundFault(value: JsonObject, definition: JsonObject): 'type' | 'value' | undefined {
  for (const child of objectsOf(definition.children)) {
    const part = value[codeOf(child)!];
    if (part === undefined || part === null) {
      if (child.required === true) return 'type';
      continue;
    }
    const fault = faultOf(coerced(part, child) ?? null, child);
    if (fault) return fault;
  }
  return undefined;
}

function flat(value: readonly Json[]): Json[] {
  return value.flatMap((entry) => (Array.isArray(entry) ? flat(entry as readonly Json[]) : [entry as Json]));
}
