import { BatonError } from '../../base/errors.ts';

/** One entry of a test list: a scan with its settings. */
export interface Test {
  /** As inner-tracker-tests calls it: `ThresholdAdjustment_2000`. */
  name: string;
  scan: Scan;
  /** What differs from the scan's own settings. */
  settings: Settings;
}

export type Scan =
  | 'PixelAlive'
  | 'ThresholdAdjustment'
  | 'ThresholdEqualization'
  | 'NoiseScan'
  | 'SCurveScan'
  | 'InjectionDelay';

export type Settings = Readonly<Record<string, number>>;

const scans: readonly Scan[] = [
  'PixelAlive',
  'ThresholdAdjustment',
  'ThresholdEqualization',
  'NoiseScan',
  'SCurveScan',
  'InjectionDelay',
];

/** Settings of Ph2_ACF that a list may override; those without a meaning for the simulated chips are taken and shown. */
const overrides = [
  'TargetThr',
  'ThrStart',
  'ThrStop',
  'DoOnlyNGroups',
  'LatencyStart',
  'LatencyStop',
  'VCalHstart',
  'VCalHstop',
  'VCalHnsteps',
];

const defaultTarget = 2000;

/** `custom_sequence -s`: a JSON list of names, or of objects with `name` and overrides (all of them, then). */
export function parseTestList(text: string): Test[] {
  const list = readJson(text);
  if (!Array.isArray(list) || list.length === 0)
    throw notUnderstood(text, 'A JSON list of tests is wanted, and not an empty one.');
  const objects = list.filter((item) => typeof item === 'object' && item !== null).length;
  if (objects !== 0 && objects !== list.length)
    throw notUnderstood(text, 'A list with one object has to be objects throughout.');
  return list.map((item: unknown) =>
    typeof item === 'string' ? readTest(text, item, {}) : readTestObject(text, item),
  );
}

/**
 * `calibrate_module -t`: a target in electrons (`1000`, or a name that ends in it), several of them as a JSON list, or a
 * list of tests as custom_sequence has it. Whatever is missing is put around it: pixel alive and a threshold scan
 * before, a threshold scan after.
 */
export function parseTuning(text: string): Test[] {
  const value: unknown = /^\s*[[{"]/.test(text) ? readJson(text) : text;
  const items = Array.isArray(value) ? value : [value];
  const targets = items.map(targetOf);
  const tests =
    items.length > 0 && targets.every((target) => target !== undefined)
      ? targets.flatMap((target) => tuneTo(text, target))
      : parseTestList(JSON.stringify(items));
  return withLooks(tests);
}

function withLooks(tests: readonly Test[]): Test[] {
  const first = tests.findIndex(({ scan }) => scan === 'ThresholdAdjustment');
  const looked = (scan: Scan, from: number, to?: number) =>
    tests.slice(from, to).some((test) => test.scan === scan);
  const last = tests.findLastIndex(
    ({ scan }) => scan === 'ThresholdAdjustment' || scan === 'ThresholdEqualization',
  );
  return [
    ...(looked('PixelAlive', 0) ? [] : [plain('PixelAlive')]),
    ...(looked('SCurveScan', 0, first < 0 ? undefined : first) ? [] : [plain('SCurveScan')]),
    ...tests,
    ...(looked('SCurveScan', last + 1) ? [] : [plain('SCurveScan')]),
  ];
}

function tuneTo(text: string, target: number): Test[] {
  return [
    readTest(text, `ThresholdAdjustment_${target}`, {}),
    plain('ThresholdEqualization'),
    plain('NoiseScan'),
  ];
}

function plain(scan: Scan): Test {
  return { name: scan, scan, settings: {} };
}

/** A bare number of electrons, or a name or an object that is nothing but a target. */
function targetOf(item: unknown): number | undefined {
  if (typeof item === 'number') return item;
  if (typeof item === 'string') {
    const digits = /^(?:ThresholdAdjustment_)?(\d+)$/.exec(item.trim())?.[1];
    return digits === undefined ? undefined : Number(digits);
  }
  if (typeof item !== 'object' || item === null || 'name' in item) return undefined;
  const target = Number((item as { TargetThr?: unknown }).TargetThr);
  return Number.isFinite(target) ? target : undefined;
}

function readTestObject(text: string, item: unknown): Test {
  const { name, ...given } = item as Record<string, unknown>;
  if (typeof name !== 'string') throw notUnderstood(text, `${JSON.stringify(item)} has no "name".`);
  const settings = Object.entries(given).map(([key, value]): [string, number] => {
    if (!overrides.includes(key))
      throw notUnderstood(text, `${name}: there is no setting "${key}" (there are ${overrides.join(', ')}).`);
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
    if (value === '' || !Number.isFinite(number))
      throw notUnderstood(text, `${name}: ${key} is ${JSON.stringify(value)}, which is no number.`);
    return [key, number];
  });
  return readTest(text, name, Object.fromEntries(settings));
}

function readTest(text: string, name: string, settings: Settings): Test {
  const [word, suffix] = name.split('_', 2) as [string, string | undefined];
  const scan = scans.find((known) => known === word);
  if (!scan)
    throw notUnderstood(
      text,
      `The simulated chips cannot carry out "${name}" (they can ${scans.join(', ')}).`,
    );
  if (scan !== 'ThresholdAdjustment') return { name, scan, settings };
  const named = suffix === undefined ? defaultTarget : Number(suffix);
  const target = settings.TargetThr ?? named;
  if (!(target >= 500 && target <= 10_000))
    throw notUnderstood(text, `"${name}" names no threshold between 500 and 10000 electrons.`);
  return { name, scan, settings: { ...settings, TargetThr: target } };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notUnderstood(text, (error as Error).message);
  }
}

function notUnderstood(text: string, why: string): BatonError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new BatonError({
    code: 'E9555',
    what: `The test list ${JSON.stringify(shown)} is not understood: ${why}`,
    remedy: 'See docs/results.md for what the simulated dirigent takes.',
  });
}
