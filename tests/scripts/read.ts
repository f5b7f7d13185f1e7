import { formatPlace, type Problem } from '../../src/base/errors.ts';
import { readScript } from '../../src/scripts/reading/reader.ts';
import { Findings, Source } from '../../src/scripts/reading/source.ts';
import { type Json, type ScriptTree, toValue } from '../../src/scripts/reading/tree.ts';
import { substitute } from '../../src/scripts/substitutions/substitute.ts';
import { validateScript } from '../../src/scripts/validate.ts';

/** The value that a text reads as; fails the test when it is refused. */
export function read(text: string): Json {
  return toValue(readTree(text).root);
}

export function readTree(text: string): ScriptTree {
  const { tree, findings } = readScript(new Source('x.scr', text));
  if (!tree) throw new Error(findings.problems.map((p) => p.what).join('\n'));
  return tree;
}

/** `E7007 1:8` for each problem of reading the text, warnings with a `w` behind. */
export function problemsOf(text: string): string[] {
  return readScript(new Source('x.scr', text)).findings.problems.map(brief);
}

export function brief({ code, where, severity }: Problem): string {
  return `${code} ${where ? formatPlace({ ...where, file: '' }).slice(1) : ''}${severity === 'warning' ? ' w' : ''}`;
}

export function substituted(
  text: string,
  set: Record<string, string>,
): { value: Json; used: Record<string, unknown>; problems: Problem[] } {
  const tree = readTree(text);
  const findings = new Findings(tree.source);
  const result = substitute(tree, set, findings);
  const used = Object.fromEntries(result.used.map(({ name, value }) => [name, value]));
  return { value: toValue(result.tree.root), used, problems: findings.problems };
}

export function validated(text: string): Problem[] {
  return validateScript(readTree(text));
}

/** A script without a fault, in which a test changes one thing. */
export const sound = {
  info: { product: 'widget', bom: 'B1', lot: '1', location: 'here' },
  config: { title: 'Sound', drivers: ['station'] },
  tests: [{ module: 'calibrations', options: {}, items: [{ id: 'iv_curve' }] }],
} as const;
