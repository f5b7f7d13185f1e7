import type { Problem } from '../base/errors.ts';
import type { Declared } from './instrumentsFile.ts';
import {
  type Interlock,
  type InterlockAction,
  type InterlockCondition,
  type InterlockWhen,
  interlockActions,
  type ReadingName,
  readingNames,
  readingUnits,
} from './interlock.ts';
import type { Located } from './json.ts';

/** Unit → the unit of the reading, and how many of those it is. */
const scales: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  A: ['A', 1],
  mA: ['A', 1e-3],
  µA: ['A', 1e-6],
  uA: ['A', 1e-6],
  nA: ['A', 1e-9],
  V: ['V', 1],
  mV: ['V', 1e-3],
  '°C': ['°C', 1],
  C: ['°C', 1],
  '%': ['%', 1],
  K: ['K', 1],
  s: ['s', 1],
  min: ['s', 60],
};

/** Reads interlocks.json. What is missing or of another type is for the schema to report, and is left out here. */
export function readInterlocks(root: Located): { interlocks: Declared<Interlock>[]; problems: Problem[] } {
  const list = root.member('interlocks');
  const count = Array.isArray(list?.value) ? list.value.length : 0;
  const nodes = Array.from({ length: count }, (_, k) => list!.at([String(k)]));
  const read = nodes.map(readInterlock);
  const interlocks = read.flatMap(({ interlock }) => interlock ?? []);
  return { interlocks, problems: [...read.flatMap(({ problems }) => problems), ...sameNames(interlocks)] };
}

function readInterlock(node: Located): { interlock?: Declared<Interlock>; problems: Problem[] } {
  const [name, message] = [node.text('name'), node.text('message')];
  const reading = readingNames.find((one) => one === node.text('reading'));
  const condition = (['above', 'below', 'stale'] as const).find((one) => one === node.text('condition'));
  const action = interlockActions.find((one) => one === node.text('action'));
  const [limit, unit] = [node.number('limit'), node.text('unit')];
  const scale = unit === undefined ? undefined : scales[unit];
  const when = whenOf(node.member('when'));
  if (reading && condition && scale && scale[0] !== unitOf(reading, condition))
    return { problems: [unitDoesNotFit(node, reading, condition, unit!)] };
  if (!name || !message || !reading || !condition || !action || limit === undefined || !scale || !when)
    return { problems: [] };
  const value: Interlock = {
    name,
    reading,
    condition,
    // 9.5 µA is 9.5e-6 A and not 9.499999999999999e-6.
    limit: Number((limit * scale[1]).toPrecision(12)),
    written: { limit, unit: unit! },
    grace: node.number('grace') ?? 0,
    when,
    action: action satisfies InterlockAction,
    message,
    where: node.place,
  };
  return { interlock: { value, node }, problems: [] };
}

function unitOf(reading: ReadingName, condition: InterlockCondition): string {
  return condition === 'stale' ? 's' : readingUnits[reading];
}

function whenOf(node: Located | undefined): InterlockWhen | undefined {
  if (!node) return 'always';
  const { value } = node;
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value as string[];
  return (['always', 'hvOn', 'lvOn'] as const).find((word) => word === value);
}

function unitDoesNotFit(
  node: Located,
  reading: ReadingName,
  condition: InterlockCondition,
  unit: string,
): Problem {
  const fitting = Object.keys(scales).filter((one) => scales[one]![0] === unitOf(reading, condition));
  return {
    code: 'E6001',
    what: `The limit is given in ${unit}, and ${condition === 'stale' ? 'how long a reading may stay the same' : reading} has another unit.`,
    where: node.at(['unit']).place,
    remedy: `Use ${fitting.join(', ')}.`,
  };
}

function sameNames(interlocks: readonly Declared<Interlock>[]): Problem[] {
  const names = new Set<string>();
  return interlocks.flatMap(({ value: { name }, node }): Problem[] => {
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    const where = node.at(['name']).place;
    const remedy = 'Give each its own: the journal and the operator know them by name.';
    return [{ code: 'E6002', what: `Two interlocks are called "${name}".`, where, remedy }];
  });
}
