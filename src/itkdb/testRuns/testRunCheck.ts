import type { Place, Problem } from '../../base/errors.ts';
import { isObject, type Json, type JsonObject, objectOf } from '../json.ts';
import type { FieldDefinition, TestType } from '../model.ts';

const topLevel: Readonly<
  Record<string, { kind: 'string' | 'boolean' | 'object' | 'array'; required?: true }>
> = {
  component: { kind: 'string', required: true },
  testType: { kind: 'string', required: true },
  institution: { kind: 'string', required: true },
  runNumber: { kind: 'string', required: true },
  date: { kind: 'string' },
  passed: { kind: 'boolean', required: true },
  problems: { kind: 'boolean' },
  properties: { kind: 'object' },
  results: { kind: 'object', required: true },
  comments: { kind: 'array' },
  defects: { kind: 'array' },
  stage: { kind: 'string' },
  isRetroactive: { kind: 'boolean' },
};

/**
 * Everything that is wrong with a test run document, before the network: against the form that every one has, and,
 * where it is given, against the definition of its test type. Empty: it may be sent.
 */
export function checkTestRun(document: JsonObject, testType?: TestType, where?: Place): Problem[] {
  const check = new Check(where);
  check.topLevel(document);
  check.finite('', document);
  check.samples('', document);
  if (testType) {
    check.fields('properties', objectOf(document.properties), testType.properties);
    check.fields('results', objectOf(document.results), testType.parameters);
  }
  return check.problems;
}

class Check {
  readonly problems: Problem[] = [];
  readonly #where: Place | undefined;
  /** Paths that are reported already: a left-over sample is not also of the wrong type. */
  readonly #named = new Set<string>();

  constructor(where: Place | undefined) {
    this.#where = where;
  }

  topLevel(document: JsonObject): void {
    for (const [key, { kind, required }] of Object.entries(topLevel)) {
      const value = document[key];
      if (value === undefined || value === null) {
        if (required) this.#add('E8040', key, 'is missing', 'Fill it in.');
      } else if (!isKind(value, kind)) this.#wrongType(key, kind, value);
    }
    for (const key of Object.keys(document))
      if (!(key in topLevel)) this.#unknown(key, Object.keys(topLevel));
    const { date, stage, isRetroactive } = document;
    if (typeof date === 'string' && !isDate(date))
      this.#add('E8041', 'date', `is "${date}", which is no date`, 'Write it as 2026-01-31T14:05:00.000Z.');
    if (isRetroactive === true && stage === undefined)
      this.#add('E8040', 'stage', 'is missing, for isRetroactive needs it', 'Name the stage.');
  }

  /** JSON has no NaN: it would become null on the way, and a lost value must not look like one that was left out. */
  finite(path: string, value: unknown): void {
    if (typeof value === 'number' && !Number.isFinite(value))
      this.#add(
        'E8042',
        path,
        `is ${value}, which is no number`,
        'Measure it again, or leave the result out.',
      );
    else if (Array.isArray(value))
      for (const [index, entry] of value.entries()) this.finite(`${path}[${index}]`, entry);
    else if (isObject(value))
      for (const [key, entry] of Object.entries(value)) this.finite(join(path, key), entry);
  }

  samples(path: string, value: unknown): void {
    if (typeof value === 'string' && isSample(value))
      this.#add('E8044', path, `still holds the sample value "${value}"`, 'Put in what was measured.');
    else if (Array.isArray(value))
      for (const [index, entry] of value.entries()) this.samples(`${path}[${index}]`, entry);
    else if (isObject(value))
      for (const [key, entry] of Object.entries(value)) this.samples(join(path, key), entry);
  }

  fields(path: string, values: JsonObject, definitions: readonly FieldDefinition[]): void {
    for (const definition of definitions) {
      const value = values[definition.code];
      const here = `${path}.${definition.code}`;
      if (value !== undefined && value !== null) this.#value(here, value, definition);
      else if (definition.required)
        this.#add('E8040', here, `is missing (${definition.name})`, 'The test type requires it.');
    }
    for (const code of Object.keys(values))
      if (!definitions.some((definition) => definition.code === code))
        this.#unknown(
          `${path}.${code}`,
          definitions.map((definition) => definition.code),
        );
  }

  #value(path: string, value: Json, definition: FieldDefinition): void {
    if (definition.valueType === 'array') {
      if (!Array.isArray(value)) this.#wrongType(path, `list of ${definition.dataType}`, value);
      else this.#entries(path, value as readonly Json[], definition);
    } else this.#single(path, value, definition);
  }

  #entries(path: string, list: readonly Json[], definition: FieldDefinition): void {
    list.forEach((entry, index) => {
      const here = `${path}[${index}]`;
      if (Array.isArray(entry)) this.#entries(here, entry as readonly Json[], definition);
      else if (entry !== null) this.#single(here, entry, definition);
    });
  }

  #single(path: string, value: Json, definition: FieldDefinition): void {
    switch (definition.dataType) {
      case 'float':
        if (typeof value !== 'number') this.#wrongType(path, 'number', value);
        return;
      case 'integer':
        if (!Number.isInteger(value)) this.#wrongType(path, 'whole number', value);
        return;
      case 'boolean':
        if (typeof value !== 'boolean') this.#wrongType(path, 'true or false', value);
        return;
      case 'string':
      case 'date':
        if (typeof value !== 'string') this.#wrongType(path, 'text', value);
        return;
      case 'testRun':
        if (typeof value !== 'string' || !/^[0-9a-f]{24}$/.test(value))
          this.#wrongType(path, 'the id of a test run (24 hex digits)', value);
        return;
      case 'codeTable':
        if (!definition.codeTable.some(({ code }) => code === value))
          this.#wrongType(path, `one of ${definition.codeTable.map(({ code }) => code).join(', ')}`, value);
        return;
      case 'compound':
        if (isObject(value)) this.fields(path, value, definition.children);
        else this.#wrongType(path, 'an object', value);
        return;
    }
  }

  #unknown(path: string, known: readonly string[]): void {
    this.#add(
      'E8023',
      path,
      'is no key that the database knows; it would drop it',
      `Remove it. Known here: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.`,
    );
  }

  #wrongType(path: string, wanted: string, value: Json): void {
    const shown = JSON.stringify(value) ?? String(value);
    this.#add(
      'E8041',
      path,
      `must be ${wanted}, and is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`,
      'Correct it.',
    );
  }

  #add(code: string, path: string, what: string, remedy: string): void {
    if (this.#named.has(path)) return;
    this.#named.add(path);
    this.problems.push({ code, what: `${path} ${what}.`, where: this.#where, remedy });
  }
}

/** What prototypes and the database's DTO samples leave where somebody must put a value. */
function isSample(text: string): boolean {
  return /^some_\w+$/.test(text) || text === '...' || /^[A-Z]{30}$/.test(text);
}

/** ISO in the forms that sites send, and `31.01.2026 14:05`. */
export function isDate(text: string): boolean {
  return (
    /^\d{2}\.\d{2}\.\d{4}( \d{2}:\d{2})?$/.test(text) ||
    (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)))
  );
}

function isKind(value: Json, kind: string): boolean {
  if (kind === 'array') return Array.isArray(value);
  return kind === 'object' ? isObject(value) : typeof value === kind;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
