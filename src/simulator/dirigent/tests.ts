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
 * `calibrate_module -t`: a target in electrons (`1000`), a name that ends in one (`ThresholdAdjustment_1000`), an object
 * with `TargetThr`, or a JSON list of these, which are tuned to one after the other.
 */
export function parseTuning(text: string): number[] {
  const value = /^\s*[[{"]/.test(text) ? readJson(text) : text;
  const targets = (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    const number = targetOf(item);
    if (number === undefined || !(number >= 500 && number <= 10_000))
      throw notUnderstood(
        text,
        `${JSON.stringify(item)} names no threshold between 500 and 10000 electrons.`,
      );
    return number;
  });
  if (targets.length === 0) throw notUnderstood(text, 'The list is empty.');
  return targets;
}

/** The tests of calibrate_module: look, tune to each target, look again. */
export function tuningTests(targets: readonly number[]): Test[] {
  const plain = (scan: Scan): Test => ({ name: scan, scan, settings: {} });
  return [
    plain('PixelAlive'),
    plain('SCurveScan'),
    ...targets.flatMap((target): Test[] => [
      { name: `ThresholdAdjustment_${target}`, scan: 'ThresholdAdjustment', settings: { TargetThr: target } },
      plain('ThresholdEqualization'),
    ]),
    plain('NoiseScan'),
    plain('SCurveScan'),
  ];
}

function targetOf(item: unknown): number | undefined {
  if (typeof item === 'number') return item;
  if (typeof item === 'string') {
    const digits = /(?:^|_)(\d+)$/.exec(item.trim())?.[1];
    return digits === undefined ? undefined : Number(digits);
  }
  if (typeof item !== 'object' || item === null) return undefined;
  const { TargetThr, name } = item as { TargetThr?: unknown; name?: unknown };
  return typeof TargetThr === 'number' ? TargetThr : typeof name === 'string' ? targetOf(name) : undefined;
}

function readTestObject(text: string, item: unknown): Test {
  const { name, ...settings } = item as Record<string, unknown>;
  if (typeof name !== 'string') throw notUnderstood(text, `${JSON.stringify(item)} has no "name".`);
  for (const [key, value] of Object.entries(settings)) {
    if (!overrides.includes(key))
      throw notUnderstood(text, `${name}: there is no setting "${key}" (there are ${overrides.join(', ')}).`);
    if (typeof value !== 'number') throw notUnderstood(text, `${name}: ${key} is no number.`);
  }
  return readTest(text, name, settings as Settings);
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
