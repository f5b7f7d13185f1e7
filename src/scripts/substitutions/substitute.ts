import { nearest } from '../../base/nearest.ts';
import type { Findings } from '../reading/source.ts';
import {
  type Member,
  member,
  type Node,
  type ObjectNode,
  type ScriptTree,
  toValue,
} from '../reading/tree.ts';
import {
  chooseValue,
  readSubstitutions,
  type Scalar,
  type Substitution,
  sameNumber,
  scalarText,
} from './substitutions.ts';

/** A value that went into the script. */
export interface UsedSubstitution {
  name: string;
  value: string | number | boolean;
  /** set: chosen for this run. default: the script's own. inner: follows from another choice. */
  from: 'set' | 'default' | 'inner';
}

/**
 * Puts the chosen values into the tree: typed, whole names alone, independent of their order. Whatever is undeclared,
 * not chosen, refused, unused or left over is reported. The tree that comes out has no section `subs`.
 */
export function substitute(
  tree: ScriptTree,
  set: Readonly<Record<string, string>>,
  findings: Findings,
): { tree: ScriptTree; used: UsedSubstitution[] } {
  const definitions = readSubstitutions(tree.root, findings);
  const section = member(tree.root, 'subs');
  const subsAt = section?.at ?? tree.root.at;
  // With the names whose definition was refused: that is one fault, not one more at each place where they are used.
  const declared = namesOf(definitions);
  if (section?.value.kind === 'object') for (const { key } of section.value.members) declared.add(key);
  const body: ObjectNode = { ...tree.root, members: tree.root.members.filter(({ key }) => key !== 'subs') };
  const referenced = collectReferences(body, declared);

  refuseUnknown(set, definitions, subsAt, findings);
  checkInner(definitions, referenced, findings);
  const chosen = chooseAll(definitions, set, referenced, findings);
  warnOfUnused(definitions, referenced, findings);

  const root = replaceIn(body, chosen, declared, findings) as ObjectNode;
  const used = [...chosen].map(([name, { node, from }]) => ({
    name,
    value: toValue(node) as string | number | boolean,
    from,
  }));
  return { tree: { source: tree.source, root }, used };
}

interface Chosen {
  node: Scalar;
  from: UsedSubstitution['from'];
}

/** `%%Name` with the longest name that fits, or `%%{Name}` where letters follow. */
const reference = /%%(?:\{([^{}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

function namesOf(definitions: readonly Substitution[]): Set<string> {
  const inner = definitions.flatMap((d) => [...d.inner.values()].flatMap((values) => [...values.keys()]));
  return new Set([...definitions.map((d) => d.name), ...inner]);
}

function collectReferences(root: Node, declared: ReadonlySet<string>): Map<string, number> {
  const found = new Map<string, number>();
  const look = (text: string, at: number) => {
    if (!text.includes('%%')) return;
    const whole = text.slice(2);
    if (text.startsWith('%%') && declared.has(whole)) found.set(whole, found.get(whole) ?? at);
    else
      for (const [, braced, bare] of text.matchAll(reference)) {
        const name = (braced ?? bare)!;
        found.set(name, found.get(name) ?? at);
      }
  };
  walk(root, look);
  return found;
}

function walk(node: Node, look: (text: string, at: number) => void): void {
  if (node.kind === 'string') look(node.value, node.at);
  else if (node.kind === 'array') for (const item of node.items) walk(item, look);
  else if (node.kind === 'object')
    for (const { key, at, value } of node.members) {
      look(key, at);
      walk(value, look);
    }
}

function refuseUnknown(
  set: Readonly<Record<string, string>>,
  definitions: readonly Substitution[],
  at: number,
  findings: Findings,
): void {
  const names = definitions.map((d) => d.name);
  for (const name of Object.keys(set)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const remedy =
      names.length === 0
        ? 'Leave the value out: the script has no substitutions.'
        : meant
          ? `Did you mean ${meant}?`
          : `The script has: ${names.join(', ')}.`;
    findings.missing('E7103', at, `The script has no substitution ${JSON.stringify(name)} to be set`, remedy);
  }
}

/** Two sources for one inner name would depend on their order; a choice without it would leave the name in the script. */
function checkInner(
  definitions: readonly Substitution[],
  referenced: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  const owners = new Map(definitions.map((d) => [d.name, d.name]));
  for (const definition of definitions) {
    const names = new Set([...definition.inner.values()].flatMap((values) => [...values.keys()]));
    for (const name of names) {
      const owner = owners.get(name);
      if (owner !== undefined)
        findings.error(
          'E7109',
          definition.at,
          `The inner substitution ${name} of ${definition.name} is given by ${owner} too`,
          'Give one of the two another name.',
        );
      owners.set(name, definition.name);
    }
    for (const choice of definition.choices ?? []) refuseLacking(definition, choice, referenced, findings);
    for (const key of definition.inner.keys()) {
      if (!definition.choices || definition.choices.some((c) => c === key || sameNumber(c, key))) continue;
      findings.warning(
        'E7108',
        definition.at,
        `The inner substitutions of ${definition.name} name ${JSON.stringify(key)}, which cannot be chosen`,
        'Correct the value, or add it to the choices.',
      );
    }
  }
}

/** A value that leaves a name in use without one. */
function refuseLacking(
  definition: Substitution,
  value: string,
  referenced: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  const names = new Set([...definition.inner.values()].flatMap((values) => [...values.keys()]));
  const given = innerFor(definition, value);
  const lacking = [...names].filter((name) => referenced.has(name) && !given?.has(name));
  if (lacking.length === 0) return;
  findings.error(
    'E7108',
    definition.at,
    `The value ${JSON.stringify(value)} of ${definition.name} gives no value to ${lacking.join(', ')}`,
    `Add ${JSON.stringify(value)} with ${lacking.join(', ')} to the "subs" of ${definition.name}.`,
  );
}

function innerFor(definition: Substitution, choice: string): ReadonlyMap<string, Scalar> | undefined {
  const exact = definition.inner.get(choice);
  if (exact || definition.type === 'str') return exact;
  return [...definition.inner].find(([key]) => sameNumber(key, choice))?.[1];
}

function chooseAll(
  definitions: readonly Substitution[],
  set: Readonly<Record<string, string>>,
  referenced: ReadonlyMap<string, number>,
  findings: Findings,
): Map<string, Chosen> {
  const chosen = new Map<string, Chosen>();
  for (const definition of definitions) {
    const given = Object.hasOwn(set, definition.name) ? set[definition.name] : undefined;
    const text = given ?? definition.default;
    if (text === undefined) {
      const example = definition.choices?.[0] ?? '…';
      const remedy = `Set it: --set ${definition.name}=${example} (${definition.title}).`;
      findings.error('E7104', definition.at, `Substitution ${definition.name} needs a value`, remedy);
      continue;
    }
    const checked = chooseValue(definition, text);
    if ('what' in checked) {
      // A refused default was reported where it stands.
      if (given !== undefined) findings.error('E7105', definition.at, checked.what, checked.remedy);
      continue;
    }
    chosen.set(definition.name, { node: checked.value, from: given === undefined ? 'default' : 'set' });
    const value = scalarText(checked.value)!;
    for (const [name, node] of innerFor(definition, value) ?? []) chosen.set(name, { node, from: 'inner' });
    // Those of a list were looked at one by one.
    if (!definition.choices) refuseLacking(definition, value, referenced, findings);
  }
  return chosen;
}

function warnOfUnused(
  definitions: readonly Substitution[],
  referenced: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  for (const { name, at, inner } of definitions) {
    const innerNames = [...inner.values()].flatMap((values) => [...values.keys()]);
    if (referenced.has(name) || innerNames.some((n) => referenced.has(n))) continue;
    findings.warning(
      'E7107',
      at,
      `Substitution ${name} is used nowhere`,
      `Write "%%${name}" where it goes, or remove it.`,
    );
  }
}

function replaceIn(
  node: Node,
  chosen: ReadonlyMap<string, Chosen>,
  declared: ReadonlySet<string>,
  findings: Findings,
): Node {
  switch (node.kind) {
    case 'string':
      return replaceText(node.value, node.at, chosen, declared, findings);
    case 'array':
      return { ...node, items: node.items.map((item) => replaceIn(item, chosen, declared, findings)) };
    case 'object': {
      const members: Member[] = node.members.map(({ key, at, value }) => ({
        key: scalarText(replaceText(key, at, chosen, declared, findings))!,
        at,
        value: replaceIn(value, chosen, declared, findings),
      }));
      refuseEqualKeys(members, findings);
      return { ...node, members };
    }
    default:
      return node;
  }
}

function replaceText(
  text: string,
  at: number,
  chosen: ReadonlyMap<string, Chosen>,
  declared: ReadonlySet<string>,
  findings: Findings,
): Scalar {
  if (!text.includes('%%')) return { kind: 'string', at, value: text };
  const whole = text.startsWith('%%') ? (/^%%\{([^{}]*)\}$/.exec(text)?.[1] ?? text.slice(2)) : undefined;
  if (whole !== undefined && declared.has(whole)) {
    const value = chosen.get(whole);
    if (value) return { ...value.node, at };
    // A name without a value was reported with its definition.
    findings.settle(at);
    return { kind: 'string', at, value: text };
  }
  const value = text.replace(reference, (token: string, braced?: string, bare?: string) => {
    const name = (braced ?? bare)!;
    const found = chosen.get(name);
    if (found) return scalarText(found.node)!;
    if (!declared.has(name)) reportUndeclared(name, text, at, declared, findings);
    return token;
  });
  if (text.startsWith('%%') && value === text) {
    if (text.search(reference) !== 0)
      findings.error(
        'E7106',
        at,
        'This begins like a substitution and names none',
        'Write "%%Name" or "%%{Name}", or remove the %%.',
      );
    findings.settle(at);
  }
  return { kind: 'string', at, value };
}

function reportUndeclared(
  name: string,
  text: string,
  at: number,
  declared: ReadonlySet<string>,
  findings: Findings,
): void {
  const remedy = () => {
    // A script with more of them is refused, whatever the hint.
    const names = [...declared].slice(0, 1000);
    const glued = names.find((other) => name.startsWith(other));
    if (glued) return `If ${glued} was meant, write %%{${glued}}${name.slice(glued.length)}.`;
    const meant = nearest(name, names);
    return meant ? `Did you mean %%${meant}?` : `Declare ${name} in "subs", or remove the %%.`;
  };
  // Inside a longer text it may be meant as it stands; on its own it would reach the hardware as a text "%%…".
  if (text.startsWith('%%')) findings.error('E7106', at, `${name} is not declared in "subs"`, remedy);
  else findings.warning('E7106', at, `${name} is not declared in "subs", the text stays as it is`, remedy);
}

function refuseEqualKeys(members: readonly Member[], findings: Findings): void {
  const seen = new Set<string>();
  for (const { key, at } of members) {
    if (seen.has(key))
      findings.error(
        'E7011',
        at,
        `The key ${JSON.stringify(key)} stands twice in this object`,
        'Remove one of the two.',
      );
    seen.add(key);
  }
}
