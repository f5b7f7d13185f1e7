import { canonicalJson, isObject, type Json } from '../json.ts';
import type { TestRun } from '../model.ts';

export type TestRunContent = Pick<TestRun, 'passed' | 'problems' | 'properties' | 'results'> &
  Partial<Pick<TestRun, 'runNumber' | 'date' | 'comments' | 'institution'>> & { stage?: string };

export interface FieldDifference {
  /** `results.PULL_STRENGTH`, `properties.OPERATOR`, `passed`. */
  field: string;
  old: Json | undefined;
  new: Json | undefined;
  state: 'same' | 'changed' | 'missing' | 'added';
  /** Of numbers: new − old. */
  change?: number;
  /** A cut that was given for it, and if the new value keeps it. */
  cut?: { min?: number; max?: number; kept: boolean };
}

export type Cuts = Readonly<Record<string, { min?: number; max?: number }>>;

/** Field by field, in the order of the older run; `cuts` are keyed by result code. */
export function compareTestRuns(
  older: TestRunContent,
  newer: TestRunContent,
  cuts: Cuts = {},
): FieldDifference[] {
  const before = fieldsOf(older);
  const after = fieldsOf(newer);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.map((field) => difference(field, before.get(field), after.get(field), cuts));
}

/**
 * The rule by which the itkdb package refuses a repeat [itkdb 0.6.4, allow_duplicate=False]: verdict, properties and
 * results are the same; run number and date do not count.
 */
export function sameContent(a: TestRunContent, b: TestRunContent): boolean {
  return contentKey(a) === contentKey(b);
}

/** Equal for two test runs that say the same. */
export function contentKey({ passed, problems, properties, results }: TestRunContent): string {
  return canonicalJson(plain({ passed, problems, properties, results }));
}

/**
 * The database gives numbers back as text where they were sent so, and the other way round; a result that was not given
 * comes back as null, and as nothing.
 */
function plain(value: Json | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (isEmpty(inner) ? [] : [[key, plain(inner)]])),
    );
  return isEmpty(value) ? null : String(value);
}

/** What a test run says, without what it is called and when and where it was. */
export function valuesOf({ passed, problems, properties, results }: TestRunContent): TestRunContent {
  return { passed, problems, properties, results };
}

function fieldsOf(run: TestRunContent): Map<string, Json> {
  const fields = new Map<string, Json>();
  if (run.runNumber !== undefined) fields.set('runNumber', run.runNumber);
  if (run.date !== undefined) fields.set('date', run.date);
  if (run.institution !== undefined) fields.set('institution', run.institution);
  if (run.stage !== undefined) fields.set('stage', run.stage);
  fields.set('passed', run.passed);
  fields.set('problems', run.problems);
  for (const [code, value] of Object.entries(run.properties))
    if (!isEmpty(value)) fields.set(`properties.${code}`, value);
  for (const [code, value] of Object.entries(run.results))
    if (!isEmpty(value)) fields.set(`results.${code}`, value);
  if (run.comments && run.comments.length > 0) fields.set('comments', [...run.comments]);
  return fields;
}

function difference(
  field: string,
  old: Json | undefined,
  now: Json | undefined,
  cuts: Cuts,
): FieldDifference {
  const state =
    old === undefined ? 'added' : now === undefined ? 'missing' : sameValue(old, now) ? 'same' : 'changed';
  const found: FieldDifference = { field, old, new: now, state };
  if (typeof old === 'number' && typeof now === 'number') found.change = now - old;
  const cut = cuts[field.replace(/^results\./, '')];
  if (cut && typeof now === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = cut;
    found.cut = { ...cut, kept: now >= min && now <= max };
  }
  return found;
}

function sameValue(a: Json, b: Json): boolean {
  return canonicalJson(plain(a)) === canonicalJson(plain(b));
}

function isEmpty(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}
