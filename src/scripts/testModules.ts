import { nearest } from '../base/nearest.ts';
import { type Catalogue, readCalibration, refuseLostArguments } from './calibrationItems.ts';
import { Fields } from './reading/fields.ts';
import type { Findings } from './reading/source.ts';
import {
  field,
  type Node,
  type ObjectNode,
  type ScriptTree,
  type StringNode,
  toValue,
} from './reading/tree.ts';
import type { FailEntry, ScriptItem, ScriptModule } from './script.ts';
import { isOwnFile, looksLikePython } from './sections.ts';
import { isUnit } from './units.ts';

export interface Surroundings {
  /** The fail_fast of `config`. */
  failFast: boolean;
  /** From "./checks/contact.js" to the file. */
  resolve(path: string): string;
  catalogue: Catalogue | undefined;
}

/** The section `tests`: modules, in order, each with its items. */
export function readTests(tree: ScriptTree, around: Surroundings, findings: Findings): ScriptModule[] {
  const node = field(tree.root, 'tests');
  const remedy =
    'Write "tests": [ { "module": "calibrations", "options": {}, "items": [ { "id": "iv_curve" } ] } ].';
  if (node === undefined)
    findings.missing('E7201', tree.root.at, 'The script has no section "tests"', remedy);
  else if (node.kind !== 'array') findings.error('E7201', node.at, '"tests" is not a list', remedy);
  else if (node.items.length === 0)
    findings.error('E7207', node.at, '"tests" is empty, nothing would be tested', remedy);
  if (node?.kind !== 'array') return [];

  const count = node.items.reduce((sum, module) => sum + itemsOf(module).length, 0);
  if (count > mostItems) {
    const what = `The script has ${count} items; ${mostItems} are the most`;
    findings.error('E7002', node.at, what, 'A sequence has a dozen; look whether this is the right file.');
    return [];
  }
  const modules = node.items.flatMap((item) => readModule(item, around, findings) ?? []);
  const somethingRuns = modules.some((m) => m.items.some((i) => i.enable && i.phase === 'item'));
  if (node.items.length > 0 && !somethingRuns && !findings.hasErrors)
    findings.error(
      'E7207',
      node.at,
      'No item is enabled, nothing would be tested',
      'Set "enable": true on what shall run.',
    );
  return modules;
}

/** The plan of a run of months would be a long one: it has some ten actions for each item. */
export const mostItems = 10_000;

function itemsOf(module: Node): readonly Node[] {
  const items = field(module, 'items');
  return items?.kind === 'array' ? items.items : [];
}

function readModule(node: Node, around: Surroundings, findings: Findings): ScriptModule | undefined {
  if (node.kind !== 'object') {
    findings.error(
      'E7205',
      node.at,
      'An entry of "tests" is not an object',
      'Write { "module": …, "options": {}, "items": [ … ] }.',
    );
    return undefined;
  }
  const fields = new Fields(node, 'this entry of "tests"', findings);
  fields.refuseSlips(['module', 'options', 'items']);
  const module = fields.member('module')?.value;
  if (module?.kind !== 'string') {
    findings.error(
      'E7201',
      module?.at ?? node.at,
      'This entry of "tests" has no "module"',
      '"module" is "calibrations", or a file of your own: "./checks/contact.js".',
    );
  } else refuseModule(module, findings);

  const options = readOptions(fields, findings);
  const items = fields.list('items');
  if (items === undefined && !fields.member('items'))
    findings.error(
      'E7201',
      node.at,
      'This entry of "tests" has no "items"',
      'Add "items": [ { "id": "…" } ].',
    );
  else if (items?.length === 0)
    findings.error(
      'E7207',
      fields.member('items')!.value.at,
      '"items" is empty',
      'Add { "id": "…" }, or remove the module.',
    );

  const name = module?.kind === 'string' ? module.value : '';
  const read = (items ?? []).flatMap((item) => readItem(item, name, options, around, findings) ?? []);
  checkPhases(read, items ?? [], findings);
  return {
    module: name,
    ...(isOwnFile(name) ? { path: around.resolve(name) } : {}),
    failFast: options.failFast ?? around.failFast,
    options: options.node ? toValue(options.node) : {},
    items: read,
    where: findings.source.place(module?.at ?? node.at),
  };
}

function refuseModule(module: StringNode, findings: Findings): void {
  const name = module.value;
  if (name === 'calibrations' || isOwnFile(name)) return;
  if (looksLikePython(name)) {
    findings.error(
      'E7213',
      module.at,
      `${name} is a test module of Prism, written in Python, which Baton cannot run`,
      'Write its items as a module of JavaScript, "./checks/NAME.js" (docs/sequences.md, "Coming from Prism").',
    );
    return;
  }
  const remedy = nearest(name, ['calibrations'])
    ? 'Did you mean "calibrations"?'
    : 'Write "calibrations", or a file below this folder: "./checks/NAME.js" (.js or .mjs, without "..").';
  findings.error('E7214', module.at, `${JSON.stringify(name)} is no test module`, remedy);
}

interface ModuleOptions {
  node: ObjectNode | undefined;
  enable: boolean;
  failFast: boolean | undefined;
  timeout: number | undefined;
}

function readOptions(module: Fields, findings: Findings): ModuleOptions {
  const node = module.object('options');
  if (!node) return { node, enable: true, failFast: undefined, timeout: undefined };
  const fields = new Fields(node, '"options"', findings);
  fields.refuseSlips(['fail_fast', 'enable', 'timeout', 'bias_from'], {
    enabled: 'enable',
    failfast: 'fail_fast',
  });
  return {
    node,
    enable: fields.flag('enable') ?? true,
    failFast: fields.flag('fail_fast'),
    timeout: fields.timeout(),
  };
}

const itemKeys = ['id', 'enable', 'args', 'fail', 'timeout', 'setup', 'teardown'];
const itemSlips = {
  enabled: 'enable',
  disable: 'enable',
  arg: 'args',
  arguments: 'args',
  argument: 'args',
  fails: 'fail',
  failure: 'fail',
  timeouts: 'timeout',
};

function readItem(
  node: Node,
  module: string,
  options: ModuleOptions,
  around: Surroundings,
  findings: Findings,
): ScriptItem | undefined {
  if (node.kind !== 'object') {
    findings.error('E7205', node.at, 'An item is not an object', 'Write { "id": "…" }.');
    return undefined;
  }
  const fields = new Fields(node, 'an item', findings);
  fields.refuseSlips(itemKeys, itemSlips);
  if (module === 'calibrations') refuseLostArguments(fields, Object.keys(itemSlips), findings);
  const id = fields.text('id');
  if (!id) {
    if (id === '' || !fields.member('id'))
      findings.error(
        'E7201',
        fields.member('id')?.value.at ?? node.at,
        'This item has no "id"',
        '"id" names the calibration, or the function of the module.',
      );
    return undefined;
  }
  checkLimits(node, findings);
  const enable = fields.flag('enable') ?? true;
  const args = fields.object('args');
  const timeout = fields.timeout() ?? options.timeout;
  const where = findings.source.place(fields.member('id')!.value.at);
  const item: ScriptItem = {
    id,
    enable: enable && options.enable,
    phase: phaseOf(id, module, fields),
    args: args ? toValue(args) : {},
    fail: readFail(fields, findings),
    ...(timeout === undefined ? {} : { timeout }),
    entry: toValue(node),
    where,
  };
  if (module !== 'calibrations') return item;
  return { ...item, calibration: readCalibration(item, fields, options.node, around.catalogue, findings) };
}

/** Said by the item, or by its name as the original's scripts have it: TST0xxSETUP, TST0xxTEARDOWN, BRTHR0xxTRDN. */
function phaseOf(id: string, module: string, fields: Fields): ScriptItem['phase'] {
  if (module === 'calibrations') return 'item';
  const said = (key: string) => {
    const kind = fields.member(key)?.value.kind;
    return kind === 'boolean' || kind === 'string' ? fields.flag(key) : undefined;
  };
  if (said('teardown') ?? /(teardown|trdn)$/i.test(id)) return 'teardown';
  return (said('setup') ?? /setup$/i.test(id)) ? 'setup' : 'item';
}

function checkPhases(items: readonly ScriptItem[], nodes: readonly Node[], findings: Findings): void {
  if (items.length !== nodes.length) return;
  const order = { setup: 0, item: 1, teardown: 2 };
  let latest = 0;
  items.forEach((item, i) => {
    if (order[item.phase] < latest)
      findings.error(
        'E7217',
        nodes[i]!.at,
        `${item.id} is ${item.phase === 'item' ? 'an ordinary item' : `a ${item.phase}`} and stands too late`,
        'Setup items stand first and teardown items last; "setup": false or "teardown": false makes an item an ordinary one.',
      );
    latest = Math.max(latest, order[item.phase]);
    if (item.phase === 'teardown' && !item.enable && items.some((other) => other.enable))
      findings.warning(
        'E7217',
        nodes[i]!.at,
        `The teardown ${item.id} is switched off`,
        'Enable it, so that what the items did is undone.',
      );
  });
}

function readFail(fields: Fields, findings: Findings): FailEntry[] {
  return (fields.list('fail') ?? []).flatMap((node) => {
    const fid = field(node, 'fid');
    const msg = field(node, 'msg');
    if (fid?.kind === 'string' && fid.value !== '' && msg?.kind === 'string')
      return { fid: fid.value, msg: msg.value };
    findings.error(
      'E7212',
      node.at,
      'An entry of "fail" has a failure code and a hint, both texts',
      'Write { "fid": "R1", "msg": "Look at …" }.',
    );
    return [];
  });
}

/** Wherever an item carries limits: `min` and `max` are numbers or null, in order, and a `unit` is a known one. */
function checkLimits(node: Node, findings: Findings): void {
  if (node.kind === 'array') for (const item of node.items) checkLimits(item, findings);
  if (node.kind !== 'object') return;
  const [min, max] = (['min', 'max'] as const).map((key) => {
    const limit = field(node, key);
    if (limit === undefined || limit.kind === 'null') return undefined;
    if (limit.kind === 'number') return { at: limit.at, value: Number(limit.text) };
    findings.error(
      'E7205',
      limit.at,
      `"${key}" is not a number`,
      'A limit stands without quotes; leave it out, or write null, for none.',
    );
    return undefined;
  });
  if (min && max && min.value > max.value)
    findings.error(
      'E7209',
      min.at,
      `"min" is ${min.value}, above "max", ${max.value}: nothing could pass`,
      'Exchange or correct them.',
    );
  const unit = field(node, 'unit');
  if (unit?.kind === 'string' && !isUnit(unit.value))
    findings.error(
      'E7210',
      unit.at,
      `${JSON.stringify(unit.value)} is not a known unit`,
      'docs/sequences.md lists them: V, mV, A, mA, µA, nA, Ω, °C, %, s, …',
    );
  for (const { value } of node.members) checkLimits(value, findings);
}
