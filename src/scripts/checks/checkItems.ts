import { BatonError, type Place, type Problem } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { Json } from '../reading/tree.ts';
import type { ScriptItem, SequenceScript } from '../script.ts';
import type { ItemDescription } from './checkMessages.ts';
import type { ArgumentDeclaration } from './checkModule.ts';
import { CheckSession } from './checkSession.ts';

/**
 * Loads the site's own modules of a script, each in a thread apart, and checks that they export what the script calls
 * and declare the arguments that it gives. Starts no driver and runs no item.
 */
export async function checkItems(script: Pick<SequenceScript, 'tests'>): Promise<Problem[]> {
  const session = await CheckSession.open([]);
  try {
    const problems: Problem[] = [];
    for (const module of script.tests) {
      if (module.path === undefined) continue;
      try {
        const exported = await session.describe(module.path);
        problems.push(...module.items.flatMap((item) => checkItem(item, exported)));
      } catch (error) {
        if (!(error instanceof BatonError)) throw error;
        problems.push(...error.problems.map((problem) => ({ ...problem, where: module.where })));
      }
    }
    return problems;
  } finally {
    await session.close();
  }
}

function checkItem(item: ScriptItem, exported: readonly ItemDescription[]): Problem[] {
  const found = exported.find(({ id }) => id === item.id);
  if (found) return found.arguments ? checkArguments(item, found.arguments) : [];
  const names = exported.map(({ id }) => id);
  const meant = nearest(item.id, names);
  const has = names.length > 0 ? `The module exports: ${names.join(', ')}.` : 'The module exports no item.';
  return [
    problem(
      'E7208',
      item.where,
      `The module has no item ${JSON.stringify(item.id)}`,
      meant ? `Did you mean "${meant}"?` : has,
    ),
  ];
}

function checkArguments(
  item: ScriptItem,
  declared: Readonly<Record<string, ArgumentDeclaration>>,
): Problem[] {
  const refused = (what: string, remedy: string) =>
    problem('E7218', item.where, `${item.id}: ${what}`, remedy);
  const names = Object.keys(declared);
  const unknown = Object.keys(item.args)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = nearest(name, names);
      const remedy = meant ? `Did you mean "${meant}"?` : `It takes: ${names.join(', ') || 'none'}.`;
      return refused(`it takes no argument ${JSON.stringify(name)}`, remedy);
    });
  const wrong = Object.entries(declared).flatMap(([name, declaration]) => {
    const value = Object.hasOwn(item.args, name) ? item.args[name] : undefined;
    if (value === undefined)
      return declaration.required
        ? [refused(`it needs the argument "${name}"`, `Add "${name}" (${declaration.type}) to "args".`)]
        : [];
    const why = whyNot(value, declaration);
    return why
      ? [refused(`the argument "${name}" is ${JSON.stringify(value)}, and must be ${why}`, 'Correct it.')]
      : [];
  });
  return [...unknown, ...wrong];
}

/** What the value should have been, if it is not. */
function whyNot(value: Json, { type, min, max, choices }: ArgumentDeclaration): string | undefined {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  if (kind !== type) return `a ${type}`;
  if (choices && !choices.includes(value as string | number)) return `one of ${choices.join(', ')}`;
  if (typeof value !== 'number') return undefined;
  const within = (min === undefined || value >= min) && (max === undefined || value <= max);
  return within ? undefined : `from ${min ?? '−∞'} to ${max ?? '∞'}`;
}

function problem(code: string, where: Place, what: string, remedy: string): Problem {
  return { code, where, what: `${what}.`, remedy };
}
