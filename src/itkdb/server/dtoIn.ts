import { isObject, type Json, type JsonObject } from '../json.ts';
import { application, Refusal } from './refusal.ts';

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'any';

/** A key of a command's input: its kind, with `!` when it is required. */
type KeyRule = Kind | `${Kind}!`;
export type DtoInRules = Readonly<Record<string, KeyRule>>;

/** Every command that lists takes these. */
export const listKeys = {
  filterMap: 'object',
  outputType: 'string',
  sorterList: 'array',
  pageInfo: 'object',
  contextType: 'string',
  force: 'boolean',
  limit: 'number',
} as const satisfies DtoInRules;

interface CheckedInput {
  dtoIn: JsonObject;
  /** Paths of keys that the command does not know: dropped, with a warning. */
  unsupported: readonly string[];
}

/** Checks as the real one does: missing and mistyped keys refuse the whole input, unknown ones are dropped. */
export function checkDtoIn(input: JsonObject, rules: DtoInRules): CheckedInput {
  const missingKeyMap: Record<string, JsonObject> = {};
  const invalidTypeKeyMap: Record<string, JsonObject> = {};
  const dtoIn: Record<string, Json | undefined> = {};
  for (const [key, rule] of Object.entries(rules)) {
    const kind = rule.replace('!', '') as Kind;
    const value = coerced(input[key], kind);
    if (value === undefined || value === null) {
      if (rule.endsWith('!'))
        missingKeyMap[`$.${key}`] = {
          'uu-appg01/validation/missingKey': `required key ${key} of type ${kind}`,
        };
      continue;
    }
    if (isKind(value, kind)) dtoIn[key] = value;
    else invalidTypeKeyMap[`$.${key}`] = { 'uu-appg01/validation/invalidType': `must be of type ${kind}` };
  }
  if (Object.keys(missingKeyMap).length > 0 || Object.keys(invalidTypeKeyMap).length > 0)
    throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
      missingKeyMap,
      invalidTypeKeyMap,
      invalidValueKeyMap: {},
    });
  const unsupported = Object.keys(input)
    .filter((key) => !(key in rules))
    .map((key) => `$.${key}`);
  return { dtoIn, unsupported };
}

export function unsupportedKeysWarning(command: string, keys: readonly string[]): JsonObject {
  return {
    [`${application}/${command}/unsupportedKeys`]: {
      type: 'warning',
      message: 'DtoIn contains unsupported keys.',
      paramMap: { unsupportedKeyList: [...keys] },
    },
  };
}

/** Forms and query strings carry everything as text. */
function coerced(value: Json | undefined, kind: Kind): Json | undefined {
  if (typeof value !== 'string') return value;
  if (kind === 'boolean' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if (kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  if ((kind === 'object' || kind === 'array') && /^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value) as Json;
    } catch {
      return value;
    }
  }
  return value;
}

function isKind(value: Json, kind: Kind): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return typeof value === kind;
  }
}
