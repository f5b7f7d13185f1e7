import type { ErrorObject } from 'ajv';
import channels from '../../schemas/channels.schema.json' with { type: 'json' };
import instruments from '../../schemas/instruments.schema.json' with { type: 'json' };
import modules from '../../schemas/modules.schema.json' with { type: 'json' };
import type { Problem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Located } from './json.ts';
import { validators } from './validators.ts';

export type SchemaName = keyof typeof validators;

/** The keys of an instrument that Baton knows; others go to the calibrations unread. */
export const instrumentKeys: readonly string[] = Object.keys(instruments.definitions.instrument.properties);
export const channelKeys: readonly string[] = Object.keys(channels.definitions.output.properties);
export const moduleInfoKeys: readonly string[] = Object.keys(modules.definitions.info.properties);

/** What the published schema finds wrong in a file, each at its place. */
export function schemaProblems(root: Located, name: SchemaName): Problem[] {
  const validate = validators[name];
  if (validate(root.value)) return [];
  return (validate.errors ?? []).flatMap((error) => describe(root, error as SchemaError));
}

interface SchemaError extends ErrorObject {
  parentSchema: Described;
}

interface Described {
  description?: string;
  examples?: unknown[];
  properties?: Record<string, Described>;
}

function describe(root: Located, error: SchemaError): Problem[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = root.at(path);
  const name = path.at(-1);
  const subject = name === undefined ? 'The file' : `"${path.join('.')}"`;
  const params = error.params as Record<string, unknown>;
  const wrong = (what: string, remedy = hint(error.parentSchema)): Problem[] => [
    { code: 'E2006', what: `${subject} ${what}.`, where: at.place, remedy },
  ];

  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownKey(at.member(String(params.additionalProperty)) ?? at, params, error.parentSchema)];
    case 'required': {
      const missing = String(params.missingProperty);
      const what = `${subject} has no "${missing}".`;
      return [
        {
          code: 'E2005',
          what,
          where: at.place,
          remedy: `Add it. ${hint(error.parentSchema.properties?.[missing] ?? {})}`,
        },
      ];
    }
    case 'propertyNames': {
      const key = String(params.propertyName);
      const where = (at.member(key) ?? at).keyPlace;
      const what = `"${key}" cannot be a name here.`;
      return [
        {
          code: 'E2006',
          what,
          where,
          remedy: `Names here look like ${params.pattern ?? 'those in the docs'}.`,
        },
      ];
    }
    case 'type':
      return wrong(`is ${show(error.data)}, and must be ${article(params.type)}`);
    case 'enum':
      // Instrument classes have a check of their own, which says more.
      if (name === 'class')
        return typeof error.data === 'string' ? [] : wrong(`is ${show(error.data)}, and must be a text`);
      return wrong(
        `is ${show(error.data)}, and must be ${either(params.allowedValues as unknown[])}`,
        `${suggestion(error.data, params.allowedValues as string[])}${hint(error.parentSchema)}`,
      );
    case 'pattern':
      // The pattern of a key is reported once, as that key's own.
      return error.propertyName === undefined
        ? wrong(`is ${show(error.data)}, which is not of the form expected`)
        : [];
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return wrong(
        `is ${show(error.data)}, and must be ${bounds[String(params.comparison)]} ${params.limit}`,
      );
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return wrong('is empty');
    case 'maxProperties':
      return wrong(`has more than ${params.limit} entry`);
    case 'if':
      // What the chosen branch finds wrong is reported by itself.
      return [];
    case 'uniqueItems':
      return wrong('names something twice');
    default:
      return wrong(error.message ?? 'is not allowed here');
  }
}

function unknownKey(member: Located, params: Record<string, unknown>, schema: Described): Problem {
  const key = String(params.additionalProperty);
  const known = Object.keys(schema.properties ?? {}).filter((name) => !name.startsWith('$'));
  return {
    code: 'E2004',
    what: `"${key}" is not a key that is known here.`,
    where: member.keyPlace,
    remedy: `${special[key] ?? suggestion(key, known)}${known.length > 0 ? `Known here: ${known.join(', ')}.` : hint(schema)}`,
  };
}

/** Keys that stand well elsewhere. */
const special: Record<string, string> = {
  time_scale: 'A time scale belongs in "simulated", for a real station has none. ',
  seed: 'A seed belongs in "simulated". ',
  hybrid: 'Did you mean "Hybrid"? ',
};

/** In objects that may hold keys that Baton does not know: a problem for each that looks like a misspelt known one. */
export function misspeltKeys(node: Located, known: readonly string[]): Problem[] {
  return unknownKeys(node, known).flatMap(([key, member]) => misspelt(key, member, known) ?? []);
}

export function misspelt(key: string, member: Located, known: readonly string[]): Problem | undefined {
  const meant = nearest(key, known);
  if (meant === undefined) return undefined;
  return {
    code: 'E2004',
    what: `"${key}" is not a key that is known here.`,
    where: member.keyPlace,
    remedy: `Did you mean "${meant}"?`,
  };
}

export function unknownKeys(node: Located, known: readonly string[]): [string, Located][] {
  return node.members().filter(([key]) => !known.includes(key) && !isNote(key));
}

/** Keys that start with `$` are notes for people and links for editors; they never leave the file. */
export function isNote(key: string): boolean {
  return key.startsWith('$');
}

function suggestion(word: unknown, known: readonly string[]): string {
  const meant = typeof word === 'string' ? nearest(word, known) : undefined;
  return meant === undefined ? '' : `Did you mean "${meant}"? `;
}

/** The schema's own words for what is right, with an example. */
function hint(schema: Described): string {
  const [example] = schema.examples ?? [];
  const such = example === undefined ? '' : ` For example: ${JSON.stringify(example)}.`;
  return `${schema.description ?? 'See docs/station.md.'}${such}`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

const bounds: Record<string, string> = { '<=': 'at most', '>=': 'at least', '<': 'below', '>': 'above' };

const articles: Record<string, string> = {
  string: 'a text in double quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
};

function article(type: unknown): string {
  return [type]
    .flat()
    .map((name) => articles[String(name)] ?? String(name))
    .join(' or ');
}

function either(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}
