import { RE2JS } from 're2js';
import { nearest } from '../../base/nearest.ts';
import type { Findings } from '../reading/source.ts';
import {
  type BooleanNode,
  field,
  jsonNumber,
  kindOf,
  type Member,
  member,
  type Node,
  type NumberNode,
  type StringNode,
} from '../reading/tree.ts';

/** One entry of the section `subs`: a value that is chosen before the run, written `"%%Name"` where it goes. */
export interface Substitution {
  name: string;
  title: string;
  /** What kind of value it becomes. */
  type: 'str' | 'num';
  widget: 'textinput' | 'select';
  regex?: string;
  choices?: readonly string[];
  default?: string;
  /** Chosen value → inner name → its value. */
  inner: ReadonlyMap<string, ReadonlyMap<string, Scalar>>;
  /** Of the name, in the script. */
  at: number;
}

export type Scalar = StringNode | NumberNode | BooleanNode;

const knownKeys = ['title', 'type', 'widget', 'regex', 'default', 'choices', 'subs'];
/** Somebody has to fill in the form. */
const mostSubstitutions = 500;
const mostChoices = 500;
const longestRegex = 500;
const longestValue = 4000;

/** Reads the section `subs` and checks every definition by itself. */
export function readSubstitutions(root: Node, findings: Findings): Substitution[] {
  const section = member(root, 'subs');
  if (section === undefined || section.value.kind === 'null') return [];
  if (section.value.kind !== 'object') {
    findings.error(
      'E7101',
      section.value.at,
      '"subs" is an object of names',
      'Write "subs": { "Name": { … } }.',
    );
    return [];
  }
  const { members } = section.value;
  if (members.length > mostSubstitutions)
    findings.error(
      'E7002',
      section.at,
      `The script has ${members.length} substitutions; ${mostSubstitutions} are the most`,
      'Write what is never chosen where it goes.',
    );
  return members.slice(0, mostSubstitutions).flatMap((entry) => readDefinition(entry, findings) ?? []);
}

/** The value as it goes into the script, or why it may not. Every choice of a person comes through here. */
export function chooseValue(
  substitution: Substitution,
  text: string,
): { value: Scalar } | { what: string; remedy: string } {
  const { name, type, choices, regex, at } = substitution;
  if (text.length > longestValue)
    return {
      what: `The value of ${name} has ${text.length} characters`,
      remedy: `At most ${longestValue} are allowed.`,
    };
  if (text.includes('%%'))
    return {
      what: `The value of ${name} contains %%`,
      remedy: 'A value may not refer to another substitution.',
    };
  let chosen = text;
  if (choices) {
    const choice =
      choices.find((c) => c === text) ?? choices.find((c) => type === 'num' && sameNumber(c, text));
    if (choice === undefined)
      return {
        what: `${name} cannot be ${JSON.stringify(text)}`,
        remedy: `Choose one of: ${choices.join(', ')}.`,
      };
    chosen = choice;
  }
  if (regex !== undefined && !RE2JS.compile(regex).matches(chosen))
    return {
      what: `${name} cannot be ${JSON.stringify(text)}, the whole of it must match ${regex}`,
      remedy: `It means: ${substitution.title}.`,
    };
  if (type === 'str') return { value: { kind: 'string', at, value: chosen } };
  if (jsonNumber.test(chosen) && Number.isFinite(Number(chosen)))
    return { value: { kind: 'number', at, text: chosen } };
  // The known way to choose a real true or false: a list of "true" and "false" of the type num.
  if (choices && (chosen === 'true' || chosen === 'false'))
    return { value: { kind: 'boolean', at, value: chosen === 'true' } };
  return {
    what: `${name} is a number, ${JSON.stringify(text)} is none`,
    remedy: 'Write it like 5, -0.5 or 1e-6.',
  };
}

export function sameNumber(a: string, b: string): boolean {
  return jsonNumber.test(a) && jsonNumber.test(b) && Number(a) === Number(b);
}

/** A text, a number, true or false as the person at the terminal would type it. */
export function scalarText(node: Node): string | undefined {
  if (node.kind === 'string') return node.value;
  if (node.kind === 'number') return node.text;
  return node.kind === 'boolean' ? String(node.value) : undefined;
}

function readDefinition({ key: name, at, value }: Member, findings: Findings): Substitution | undefined {
  const faulty = (where: number, what: string, remedy: string) =>
    findings.error('E7101', where, what, remedy);
  if (value.kind !== 'object') {
    faulty(
      value.at,
      `Substitution ${name} is ${kindOf(value)}`,
      'Write { "title": …, "type": "str" or "num", "widget": "textinput" or "select" }.',
    );
    return undefined;
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    findings.warning(
      'E7101',
      at,
      `${JSON.stringify(name)} has characters that cut a reference short`,
      'Use letters, digits and _ alone.',
    );
  for (const { key, at: keyAt } of value.members) {
    const meant = knownKeys.includes(key) ? undefined : nearest(key, knownKeys);
    if (meant)
      faulty(
        keyAt,
        `A substitution has no key ${JSON.stringify(key)}`,
        `Did you mean ${JSON.stringify(meant)}?`,
      );
  }

  const title = oneOf(value, 'title', undefined, at, name, findings);
  const type = oneOf(value, 'type', ['str', 'num'], at, name, findings);
  const widget = oneOf(value, 'widget', ['textinput', 'select'], at, name, findings);
  if (title === undefined || type === undefined || widget === undefined) return undefined;

  const choices = readChoices(value, widget, name, at, findings);
  const regex = readRegex(value, widget, findings);
  const definition: Substitution = {
    name,
    title,
    type: type as 'str' | 'num',
    widget: widget as 'textinput' | 'select',
    ...(regex === undefined ? {} : { regex }),
    ...(choices === undefined ? {} : { choices }),
    inner: readInner(value, findings),
    at,
  };
  const byDefault = field(value, 'default');
  if (byDefault === undefined || byDefault.kind === 'null') return definition;

  const text = scalarText(byDefault);
  const checked =
    text === undefined
      ? { what: `The default of ${name} is ${kindOf(byDefault)}`, remedy: 'Write a text or a number.' }
      : chooseValue(definition, text);
  if ('what' in checked) faulty(byDefault.at, `The default is refused: ${checked.what}`, checked.remedy);
  return text === undefined ? definition : { ...definition, default: text };
}

function oneOf(
  definition: Node,
  key: string,
  allowed: readonly string[] | undefined,
  at: number,
  name: string,
  findings: Findings,
): string | undefined {
  const node = field(definition, key);
  const remedy = allowed
    ? `Write "${key}": ${allowed.map((a) => `"${a}"`).join(' or ')}.`
    : `Write "${key}": "…".`;
  if (node === undefined) {
    findings.error('E7101', at, `Substitution ${name} has no "${key}"`, remedy);
    return undefined;
  }
  if (node.kind === 'string' && (allowed === undefined || allowed.includes(node.value))) return node.value;
  findings.error('E7101', node.at, `"${key}" of substitution ${name} is not right`, remedy);
  return undefined;
}

function readChoices(
  definition: Node,
  widget: string,
  name: string,
  at: number,
  findings: Findings,
): string[] | undefined {
  const node = field(definition, 'choices');
  if (widget === 'textinput') {
    if (node)
      findings.warning(
        'E7101',
        node.at,
        'A textinput has no choices, these are ignored',
        'Write "widget": "select".',
      );
    return undefined;
  }
  if (node?.kind !== 'array' || node.items.length === 0) {
    findings.error(
      'E7101',
      node?.at ?? at,
      `Substitution ${name} has nothing to choose from`,
      'Write "choices": ["…", "…"].',
    );
    return [];
  }
  if (node.items.length > mostChoices)
    findings.error(
      'E7002',
      node.at,
      `Substitution ${name} has ${node.items.length} choices; ${mostChoices} are the most`,
      'Let the value be typed: "widget": "textinput", with a regex.',
    );
  return node.items.slice(0, mostChoices).flatMap((item) => {
    const text = scalarText(item);
    if (text === undefined)
      findings.error('E7101', item.at, 'A choice is a text or a number', 'Correct or remove it.');
    return text ?? [];
  });
}

/** RE2 syntax: every match takes time linear in the text, so no regex runs for ever. */
function readRegex(definition: Node, widget: string, findings: Findings): string | undefined {
  const node = field(definition, 'regex');
  if (node === undefined || node.kind === 'null') return undefined;
  if (widget === 'select') {
    findings.warning('E7102', node.at, 'A select has choices, its regex is ignored', 'Remove the regex.');
    return undefined;
  }
  if (node.kind !== 'string') {
    findings.error('E7102', node.at, 'A regex is a text', 'Write it like "^\\\\d{5}$".');
    return undefined;
  }
  try {
    if (node.value.length > longestRegex) throw new Error(`it has more than ${longestRegex} characters`);
    RE2JS.compile(node.value);
    return node.value;
  } catch (error) {
    findings.error(
      'E7102',
      node.at,
      `This regex cannot be used: ${(error as Error).message}`,
      'It is matched in RE2 syntax, which has no look-around and no back-references.',
    );
    return undefined;
  }
}

function readInner(definition: Node, findings: Findings): Map<string, Map<string, Scalar>> {
  const node = field(definition, 'subs');
  const inner = new Map<string, Map<string, Scalar>>();
  if (node === undefined || node.kind === 'null') return inner;
  const shape = 'Write "subs": { "chosen value": { "Name": { "val": …, "type": "str" or "num" } } }.';
  if (node.kind !== 'object') {
    findings.error('E7101', node.at, 'Inner substitutions are an object of chosen values', shape);
    return inner;
  }
  if (node.members.length > mostChoices) {
    const what = `Inner substitutions are given for ${node.members.length} values; ${mostChoices} are the most`;
    findings.error('E7002', node.at, what, 'Leave out what cannot be chosen.');
    return inner;
  }
  for (const { key: chosen, value } of node.members) {
    if (value.kind !== 'object' || value.members.length > mostSubstitutions) {
      const what = `For each chosen value there is an object of at most ${mostSubstitutions} names`;
      findings.error('E7101', value.at, what, shape);
      continue;
    }
    const values = value.members.map(
      ({ key, value }) => [key, readInnerValue(value, findings, shape)] as const,
    );
    inner.set(chosen, new Map(values.filter((entry): entry is [string, Scalar] => entry[1] !== undefined)));
  }
  return inner;
}

function readInnerValue(node: Node, findings: Findings, shape: string): Scalar | undefined {
  const type = field(node, 'type');
  const val = field(node, 'val');
  const text = val && scalarText(val);
  if (
    val === undefined ||
    text === undefined ||
    type?.kind !== 'string' ||
    !['str', 'num'].includes(type.value)
  ) {
    findings.error(
      'E7101',
      node.at,
      'An inner substitution has "val", a text or a number, and "type"',
      shape,
    );
    return undefined;
  }
  if (type.value === 'str') return { kind: 'string', at: val.at, value: text };
  if (jsonNumber.test(text)) return { kind: 'number', at: val.at, text };
  if (text === 'true' || text === 'false') return { kind: 'boolean', at: val.at, value: text === 'true' };
  findings.error(
    'E7101',
    val.at,
    `The type is num, and this is no number`,
    'Write a number, or the type "str".',
  );
  return undefined;
}
