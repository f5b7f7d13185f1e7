import type { Problem } from '../../base/errors.ts';
import { readScript } from '../reading/reader.ts';
import { readScriptFile } from '../reading/scriptFile.ts';
import { Findings, Source } from '../reading/source.ts';
import { chooseValue, readSubstitutions, type Substitution } from './substitutions.ts';

/** One value to be asked for before a run. */
type FormField = Pick<
  Substitution,
  'name' | 'title' | 'type' | 'widget' | 'regex' | 'choices' | 'default'
> & {
  /** Why a text cannot be the value; undefined when it can. */
  refuse(text: string): { what: string; remedy: string } | undefined;
};

/** The values that a script asks for, in its order, for a form; and what is wrong with their definitions. */
export async function substitutionForm(path: string): Promise<{ fields: FormField[]; problems: Problem[] }> {
  const file = await readScriptFile(path);
  if ('problem' in file) return { fields: [], problems: [file.problem] };
  const source = new Source(path, file.text);
  const { tree, findings } = readScript(source);
  if (!tree) return { fields: [], problems: findings.problems };

  const about = new Findings(source);
  const fields = readSubstitutions(tree.root, about).map(
    (field): FormField => ({ ...field, refuse: (text) => refusal(field, text) }),
  );
  return { fields, problems: about.problems };
}

function refusal(substitution: Substitution, text: string): { what: string; remedy: string } | undefined {
  const checked = chooseValue(substitution, text);
  return 'what' in checked ? checked : undefined;
}
