import type { Problem } from '../base/errors.ts';
import type { Declared } from './instrumentsFile.ts';
import type { Located } from './json.ts';
import { misspeltKeys, moduleInfoKeys } from './schema.ts';

/** A module as dirigent's modules.json describes it. */
export interface Hybrid {
  index: string;
  name: string;
  type?: string;
  subdetector?: string;
  /** `RD53Bv2`, … */
  chipType: string;
  chips: readonly string[];
  /** False: bare chips. */
  sensor?: boolean;
}

export interface ModulesFile {
  hybrids: Declared<Hybrid>[];
  /** Every index, also of those that the schema refuses. */
  indices: string[];
  problems: Problem[];
}

/** Reads modules.json: `Hybrid`, or one for each `OpticalGroup`. */
export function readModulesFile(root: Located): ModulesFile {
  const groups = root.member('OpticalGroup')?.members() ?? [];
  const dicts = [root, ...groups.map(([, group]) => group)].flatMap((node) => node.member('Hybrid') ?? []);
  const entries = dicts.flatMap((dict) => dict.members());
  const hybrids = entries.flatMap(([index, node]) => hybrid(index, node) ?? []);
  const infos = hybrids.flatMap(({ node }) => node.member('info') ?? []);
  return {
    hybrids,
    indices: entries.map(([index]) => index),
    problems: [
      ...(dicts.length === 0 ? [noHybrid(root)] : []),
      ...repeated(hybrids, ({ index }) => `index ${index}`),
      ...repeated(hybrids, ({ name }) => `the name "${name}"`),
      ...infos.flatMap((info) => misspeltKeys(info, moduleInfoKeys)),
    ],
  };
}

function hybrid(index: string, node: Located): Declared<Hybrid> | undefined {
  const [chipType, module] = node.members()[0] ?? [];
  const info = module?.member('info');
  const name = info?.text('module_name');
  if (chipType === undefined || !module || !info || name === undefined) return undefined;
  const optional = {
    type: info.text('type'),
    subdetector: info.text('subdetector'),
    sensor: info.boolean('sensor'),
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const chips = module.members().flatMap(([key]) => (/^\d+$/.test(key) ? [key] : []));
  return { node: module, value: { index, name, chipType, chips, ...given } };
}

function noHybrid(root: Located): Problem {
  return {
    code: 'E2010',
    what: 'There are no modules in this file.',
    where: root.place,
    remedy: 'Put them under "Hybrid", as dirigent does: index → chip type → info and chips.',
  };
}

function repeated(hybrids: readonly Declared<Hybrid>[], mark: (hybrid: Hybrid) => string): Problem[] {
  const seen = new Set<string>();
  return hybrids.flatMap(({ value, node }) => {
    const own = mark(value);
    if (!seen.has(own)) {
      seen.add(own);
      return [];
    }
    const what = `Two modules have ${own}.`;
    return [{ code: 'E2013', what, where: node.keyPlace, remedy: 'Give each module its own.' }];
  });
}
