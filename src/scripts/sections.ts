import { isAbsolute } from 'node:path';
import { nearest } from '../base/nearest.ts';
import { Fields } from './reading/fields.ts';
import type { Findings } from './reading/source.ts';
import { field, kindOf, type Node, type ObjectNode, type ScriptTree, toValue } from './reading/tree.ts';
import type { DriverEntry, ScriptInfo } from './script.ts';

export const sectionNames = ['$schema', 'subs', 'info', 'config', 'tests', 'traveller'];

/** A section that must be there, as an object. */
export function section(tree: ScriptTree, name: string, findings: Findings): ObjectNode | undefined {
  const node = field(tree.root, name);
  if (node?.kind === 'object') return node;
  if (node === undefined)
    findings.missing('E7201', tree.root.at, `The script has no section "${name}"`, `Add "${name}": { … }.`);
  else
    findings.error(
      'E7201',
      node.at,
      `"${name}" is ${kindOf(node)}, and must be an object`,
      `Write "${name}": { … }.`,
    );
  return undefined;
}

/** Field → the most characters that the original's database takes. */
const infoFields = { product: 32, bom: 32, lot: 16, location: 128, config: 16 } as const;

export function readInfo(node: ObjectNode, findings: Findings): ScriptInfo {
  const fields = new Fields(node, '"info"', findings);
  fields.refuseOthers(Object.keys(infoFields));
  const info: Record<string, string> = {};
  for (const [key, longest] of Object.entries(infoFields)) {
    const member = fields.member(key);
    if (!member) {
      if (key !== 'config')
        findings.missing(
          'E7202',
          node.at,
          `"info" has no "${key}"`,
          `Add "${key}": "…", at most ${longest} characters.`,
        );
      continue;
    }
    const text = fields.text(key);
    if (text === undefined) continue;
    info[key] = text;
    const at = member.value.at;
    if ([...text].length > longest)
      findings.error(
        'E7202',
        at,
        `"${key}" has ${[...text].length} characters, ${longest} are the most`,
        'Shorten it.',
      );
    else if (text === '' && (key === 'bom' || key === 'lot'))
      findings.warning('E7202', at, `"${key}" is empty, so records cannot be found by it`, 'Fill it in.');
    else if (text === '' && key !== 'config') findings.error('E7202', at, `"${key}" is empty`, 'Fill it in.');
  }
  return { product: '', bom: '', lot: '', location: '', ...info };
}

export interface Config {
  title?: string;
  failFast: boolean;
  drivers: readonly DriverEntry[];
}

const longestTitle = 64;

export function readConfig(node: ObjectNode, findings: Findings, resolve: (path: string) => string): Config {
  const fields = new Fields(node, '"config"', findings);
  fields.refuseSlips(['title', 'fail_fast', 'drivers', 'result'], {
    failfast: 'fail_fast',
    driver: 'drivers',
  });
  const title = fields.text('title');
  if (title !== undefined && (title.trim() === '' || title.length > longestTitle))
    findings.error(
      'E7202',
      fields.member('title')!.value.at,
      `"title" must have 1 to ${longestTitle} characters`,
      'It is the name under which the database shows the sequence.',
    );
  return {
    ...(title === undefined ? {} : { title }),
    failFast: fields.flag('fail_fast') ?? true,
    drivers: readDrivers(node, findings, resolve),
  };
}

const builtInDrivers = ['station', 'simulated'] as const;
const driversRemedy =
  'Write "drivers": ["station"], or name files of your own: ["station", ["./drivers/jig.js", { … }]].';

function readDrivers(
  config: ObjectNode,
  findings: Findings,
  resolve: (path: string) => string,
): DriverEntry[] {
  const node = field(config, 'drivers');
  if (node === undefined) {
    findings.missing('E7203', config.at, '"config" has no "drivers"', driversRemedy);
    return [];
  }
  if (node.kind !== 'array' || node.items.length === 0) {
    findings.error('E7203', node.at, '"drivers" is not a list with something in it', driversRemedy);
    return [];
  }
  return node.items.flatMap((item) => readDriver(item, findings, resolve) ?? []);
}

function readDriver(
  node: Node,
  findings: Findings,
  resolve: (path: string) => string,
): DriverEntry | undefined {
  const [name, args, ...more] = node.kind === 'array' ? node.items : [node];
  if (name?.kind !== 'string' || more.length > 0 || (node.kind === 'array' && args === undefined)) {
    const remedy = 'Write a text, or a list of two: ["./drivers/jig.js", its arguments].';
    findings.error('E7203', node.at, 'A driver is a text, or a list of a text and its arguments', remedy);
    return undefined;
  }
  const where = findings.source.place(name.at);
  const withArgs = args === undefined ? {} : { args: toValue(args) };
  const kind = builtInDrivers.find((known) => known === name.value);
  if (kind) {
    const remedy = 'Leave them out; what a station is lies in its own files.';
    if (args) findings.error('E7203', args.at, `The driver "${kind}" takes no arguments`, remedy);
    return { kind, where };
  }
  if (isOwnFile(name.value)) return { kind: 'file', path: resolve(name.value), ...withArgs, where };
  if (looksLikePython(name.value)) {
    findings.error(
      'E7213',
      name.at,
      `${name.value} is a driver of Prism, written in Python, which Baton cannot load`,
      'Use "station" for the instruments of this station, or write ./drivers/NAME.js (docs/sequences.md, "Coming from Prism").',
    );
    return undefined;
  }
  const meant = nearest(name.value, builtInDrivers);
  findings.error(
    'E7203',
    name.at,
    `There is no driver ${JSON.stringify(name.value)}`,
    meant ? `Did you mean "${meant}"?` : driversRemedy,
  );
  return undefined;
}

/** A file of the site's own: relative, inside the folder of the scripts, JavaScript. */
export function isOwnFile(text: string): boolean {
  const inside =
    !text.split('/').includes('..') && !isAbsolute(text) && !text.includes('\\') && !text.includes('\0');
  return text.startsWith('./') && inside && /\.(js|mjs)$/.test(text);
}

export function looksLikePython(text: string): boolean {
  return text.endsWith('.py') || /^[A-Za-z_][\w-]*(\.[\w-]+)+$/.test(text.replace(/\.(js|mjs)$/, '/'));
}

export function readTravellerCells(tree: ScriptTree, findings: Findings): { title: string; text: string }[] {
  const node = field(tree.root, 'traveller');
  if (node === undefined) return [];
  if (node.kind !== 'object') {
    findings.error(
      'E7201',
      node.at,
      '"traveller" is not an object',
      'Write "traveller": { "title": "text" }.',
    );
    return [];
  }
  return node.members.flatMap(({ key, value }) => {
    if (value.kind === 'string') return { title: key, text: value.value };
    findings.error(
      'E7205',
      value.at,
      `The cell ${JSON.stringify(key)} is not a text`,
      'Write it in one line, with \\n for a new one.',
    );
    return [];
  });
}
