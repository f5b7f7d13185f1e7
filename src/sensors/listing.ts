import type { JudgedTest } from './judged.ts';
import { derivedNames, derivedValues } from './values.ts';

/** What a test can be asked for, and what a list shows of it: flat, with units in the names. Missing is missing. */
export type ListedTest = Record<string, string | number | boolean | readonly string[] | null>;

/** The fields of a record that a list has, in its order. */
const recordFields = [
  'file',
  'filename',
  'source',
  'testType',
  'testTypeCode',
  'batch',
  'wafer',
  'serialNumber',
  'componentCode',
  'sensorType',
  'manufacturer',
  'institute',
  'segment',
  'timestamp',
  'runNumber',
  'comments',
  'temperature_C',
  'humidity_percent',
  'rows',
] as const;

/** Every field that a question may name. */
export const listedFields: readonly string[] = [
  ...recordFields,
  'decision',
  'flags',
  'warnings',
  ...derivedNames,
  'microDischarge',
  'badChannels',
];

export function listed({ test, analysis, decision }: JudgedTest): ListedTest {
  const found: ListedTest = {};
  for (const field of recordFields) {
    const value = test[field];
    if (value !== undefined) found[field] = value;
  }
  found.decision = decision;
  found.flags = analysis.flags;
  if (test.warnings.length > 0) found.warnings = test.warnings;
  for (const { name, value } of derivedValues(analysis)) found[name] = value;
  if (analysis.testType === 'IV' || analysis.testType === 'manufacturing')
    found.microDischarge = analysis.values.microDischarge ?? null;
  if (analysis.testType === 'strip')
    found.badChannels = Object.entries(analysis.bad).map(
      ([channels, flags]) => `${channels}: ${flags.join(', ')}`,
    );
  return found;
}
