import { nearest } from '../base/nearest.ts';
import { Fields } from './reading/fields.ts';
import type { Findings } from './reading/source.ts';
import { field, type JsonObject, type Node, type ObjectNode, toValue } from './reading/tree.ts';
import type { BiasSource, CalibrationItem, ScriptItem } from './script.ts';

/** What the calibrations are called here; a script is checked against it when the caller has it. */
export interface Catalogue {
  calibrations: readonly string[];
  /** Those that need a tuning list. */
  tuning: readonly string[];
}

const roles = ['hv', 'lv', 'ab', 'cb', 'hb'];
const argumentNames = [
  'options',
  'tuning',
  'instruments',
  'temperature',
  'compliance',
  'repeat_on_breakdown',
  'bias_from',
];
const biasSources: readonly BiasSource[] = ['earlier_iv', 'operator'];

/** An item of the module `calibrations`: its `args` are all known, since a limit that nobody reads protects nothing. */
export function readCalibration(
  item: ScriptItem,
  fields: Fields,
  moduleOptions: ObjectNode | undefined,
  catalogue: Catalogue | undefined,
  findings: Findings,
): CalibrationItem {
  const args = field(fields.node, 'args');
  const known = new Fields(
    args?.kind === 'object' ? args : { kind: 'object', at: fields.at, members: [] },
    `"args" of ${item.id}`,
    findings,
  );
  known.refuseOthers(argumentNames);
  checkName(item, fields, args, catalogue, findings);

  const tuning = readTuning(field(args, 'tuning'), findings);
  const temperature = known.number('temperature', { from: -60, to: 80, unit: '°C' });
  const compliance = known.number('compliance', { from: 1e-9, to: 1e-2, unit: 'A' });
  const repeatOnBreakdown = known.number('repeat_on_breakdown', { from: 0, to: 3, unit: '' });
  const biasFrom = readWords(
    field(args, 'bias_from') ?? field(moduleOptions, 'bias_from'),
    biasSources,
    'bias_from',
    findings,
  );
  return {
    id: item.id,
    options: readOptions(field(args, 'options'), findings),
    ...(tuning ? { tuning } : {}),
    instruments: readWords(field(args, 'instruments'), roles, 'instruments', findings) ?? [],
    ...(temperature === undefined ? {} : { temperature }),
    ...(compliance === undefined ? {} : { compliance }),
    ...(repeatOnBreakdown === undefined ? {} : { repeatOnBreakdown }),
    ...(biasFrom ? { biasFrom: biasFrom as BiasSource[] } : {}),
    ...(item.timeout === undefined ? {} : { timeout: item.timeout }),
    fail: item.fail,
    where: item.where,
  };
}

/** Under a key that is no "args", and no slip that was `told`, a limit is read by nobody: an IV to -30 V would go to the limit of its sensor. */
export function refuseLostArguments({ node }: Fields, told: readonly string[], findings: Findings): void {
  for (const { key, at, value } of node.members) {
    if (key === 'args' || value.kind !== 'object' || told.includes(key.toLowerCase())) continue;
    const [argument] = value.members.filter((member) => argumentNames.includes(member.key));
    const isSlip = argument !== undefined || nearest(key, ['args']) !== undefined;
    if (isSlip && !findings.full)
      findings.error('E7204', at, `${JSON.stringify(key)} is not a key of an item`, 'Did you mean "args"?');
  }
}

function checkName(
  item: ScriptItem,
  fields: Fields,
  args: Node | undefined,
  catalogue: Catalogue | undefined,
  findings: Findings,
): void {
  if (!catalogue) return;
  const at = fields.member('id')!.value.at;
  const [word = ''] = item.id.split(/\s+/, 1);
  if (!catalogue.calibrations.includes(word)) {
    const meant = nearest(word, catalogue.calibrations);
    const remedy = meant ? `Did you mean "${meant}"?` : `Known: ${catalogue.calibrations.join(', ')}.`;
    findings.error('E7208', at, `There is no calibration ${JSON.stringify(word)}`, remedy);
  }
  if (catalogue.tuning.includes(word) && item.enable && !field(args, 'tuning'))
    findings.error('E7215', at, `${word} needs a tuning list`, 'Add "tuning": [ … ] to its "args".');
  if (!catalogue.tuning.includes(word) && field(args, 'tuning'))
    findings.error('E7215', field(args, 'tuning')!.at, `${word} takes no tuning list`, 'Remove it.');
}

/** The words of the calibration's command line; numbers are taken as they are written. */
function readOptions(node: Node | undefined, findings: Findings): string[] {
  if (node === undefined) return [];
  const remedy = 'Write the words of the command line one by one: ["--max-voltage", "-80"].';
  if (node.kind !== 'array') {
    findings.error('E7205', node.at, '"options" is not a list', remedy);
    return [];
  }
  return node.items.flatMap((word) => {
    if (word.kind === 'number') return word.text;
    if (word.kind === 'string' && word.value !== '' && !word.value.includes('\0')) return word.value;
    findings.error('E7205', word.at, 'An option is neither a text nor a number', remedy);
    return [];
  });
}

function readTuning(node: Node | undefined, findings: Findings): (string | JsonObject)[] | undefined {
  if (node === undefined) return undefined;
  const remedy =
    'Write ["PixelAlive", "NoiseScan"], or objects alone: [ { "name": "ThresholdAdjustment_1200", "TargetThr": 1000 } ].';
  const entries = node.kind === 'array' ? node.items : [node];
  if (entries.length === 0) findings.error('E7215', node.at, 'The tuning list is empty', remedy);
  const list = entries.flatMap((entry): (string | JsonObject)[] => {
    if (entry.kind === 'string' && entry.value.trim() !== '') return [entry.value];
    const name = field(entry, 'name');
    if (entry.kind === 'object' && name?.kind === 'string' && name.value !== '') return [toValue(entry)];
    findings.error(
      'E7215',
      entry.at,
      'An entry of a tuning list is a text, or an object with a "name"',
      remedy,
    );
    return [];
  });
  // The calibration reads a list of texts or a list of objects, never both.
  if (new Set(list.map((entry) => typeof entry)).size > 1)
    findings.error(
      'E7215',
      node.at,
      'The tuning list mixes texts and objects',
      'Write { "name": "…" } for each text.',
    );
  return list;
}

function readWords(
  node: Node | undefined,
  known: readonly string[],
  key: string,
  findings: Findings,
): string[] | undefined {
  if (node === undefined) return undefined;
  const remedy = `Write a list of ${known.map((word) => `"${word}"`).join(', ')}.`;
  if (node.kind !== 'array') {
    findings.error('E7216', node.at, `"${key}" is not a list`, remedy);
    return undefined;
  }
  return node.items.flatMap((word) => {
    if (word.kind === 'string' && known.includes(word.value)) return word.value;
    const meant = word.kind === 'string' ? nearest(word.value, known) : undefined;
    findings.error(
      'E7216',
      word.at,
      `"${key}" does not know this`,
      meant ? `Did you mean "${meant}"?` : remedy,
    );
    return [];
  });
}
