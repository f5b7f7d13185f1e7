import type { Problem } from '../base/errors.ts';
import type { Catalogue } from './calibrationItems.ts';
import { Fields } from './reading/fields.ts';
import { Findings } from './reading/source.ts';
import type { ScriptTree } from './reading/tree.ts';
import type { SequenceScript } from './script.ts';
import { type Config, readConfig, readInfo, readTravellerCells, section, sectionNames } from './sections.ts';
import { readTests } from './testModules.ts';

export type Sections = Pick<SequenceScript, 'info' | 'drivers' | 'tests' | 'traveller' | 'failFast'> & {
  title?: string;
};

/** All that is wrong with a script whose substitutions are applied; looks at no other file. */
export function validateScript(tree: ScriptTree, catalogue?: Catalogue): Problem[] {
  const findings = new Findings(tree.source);
  readSections(tree, { resolve: (path) => path, catalogue }, findings);
  return findings.problems;
}

/** Reads the sections and reports what is wrong on the way: what was refused is missing in the answer. */
export function readSections(
  tree: ScriptTree,
  around: { resolve(path: string): string; catalogue: Catalogue | undefined },
  findings: Findings,
): Sections {
  new Fields(tree.root, 'a script', findings).refuseSlips(sectionNames, {
    test: 'tests',
    sub: 'subs',
    traveler: 'traveller',
  });
  const infoNode = section(tree, 'info', findings);
  const configNode = section(tree, 'config', findings);
  const info = infoNode ? readInfo(infoNode, findings) : { product: '', bom: '', lot: '', location: '' };
  const config: Config = configNode
    ? readConfig(configNode, findings, around.resolve)
    : { failFast: true, drivers: [] };
  const tests = readTests(tree, { ...around, failFast: config.failFast }, findings);
  return { ...config, info, tests, traveller: readTravellerCells(tree, findings) };
}
