import { numberWithUnit } from '../importing/headerFields.ts';
import { tagOfCode } from '../importing/tags.ts';
import type { JudgedTest } from '../judged.ts';
import { plainWords, quantities } from '../quantities.ts';
import { defaultSite, type SensorSite } from '../siteFile.ts';
import { derivedNameOf, derivedValues } from '../values.ts';

/** A test type as the database defines it. */
export interface TestTypeDefinition {
  code: string;
  properties: readonly ParameterDefinition[];
  parameters: readonly ParameterDefinition[];
}

interface ParameterDefinition {
  code: string;
  dataType?: string | undefined;
  /** `single` or `array`; where it is not said, whichever the test has. */
  valueType?: string | undefined;
  required?: boolean | undefined;
}

/** A test run to be made, with the file that it came from. */
export interface SensorUpload {
  /** The component's code; its serial number where the code is not known. */
  component: string;
  testType: string;
  institution: string;
  runNumber: string;
  date: string;
  passed: boolean;
  problems: boolean;
  properties: Record<string, UploadValue>;
  results: Record<string, UploadValue>;
  attachment: { path: string; title: string; description: string };
}

type UploadValue = string | number | boolean | readonly (number | null)[] | readonly string[] | null;

/** The upload of a test, or everything that stands in its way. */
export function uploadOf(
  judged: JudgedTest,
  definition: TestTypeDefinition,
  marks: { version: string; site?: SensorSite },
): SensorUpload | { refused: string[] } {
  const { test, decision } = judged;
  const problems: string[] = [];
  const component = test.componentCode ?? test.serialNumber;
  if (test.contradiction !== undefined) problems.push(test.contradiction);
  if (component === undefined) problems.push('the sensor has no serial number');
  if (test.institute === undefined) problems.push('the file names no institute');
  if (test.timestamp === undefined) problems.push('the file has no date that is understood');
  const valueFor = (parameter: ParameterDefinition): [string, UploadValue] => {
    const value = valueOfCode(parameter, judged, marks) ?? null;
    const typed = asDataType(value, parameter.dataType);
    if (typed === undefined)
      problems.push(`${parameter.code} must be ${parameter.dataType} and is ${JSON.stringify(value)}`);
    if (parameter.required && isEmpty(typed)) problems.push(`${parameter.code} is required and missing`);
    return [parameter.code, typed ?? null];
  };
  const properties = Object.fromEntries(definition.properties.map(valueFor));
  const results = Object.fromEntries(definition.parameters.map(valueFor));
  if (problems.length > 0) return { refused: problems };
  return {
    component: component!,
    testType: definition.code,
    institution: test.institute!,
    runNumber: test.runNumber ?? '1',
    date: test.timestamp!,
    passed: decision === 'Pass' || decision === 'SoSo',
    // A measurement error says nothing about the sensor.
    problems: decision === 'SoSo' || decision === 'Fail',
    properties,
    results,
    attachment: {
      path: test.file,
      title: test.filename,
      description: 'The data file as it was measured',
    },
  };
}

/** What a test has to say to a code of the database. */
function valueOfCode(
  { code, valueType }: ParameterDefinition,
  judged: JudgedTest,
  marks: { version: string; site?: SensorSite },
): UploadValue | undefined {
  const { test, analysis } = judged;
  const plain = code.trim().replace(/^SENSOR_/, '');
  if (plain === 'ALGORITHM_VERSION') return marks.version;
  if (plain === 'COMMENTS') return commentsOf(judged);
  const derived = derivedNameOf(plain);
  const found = derived && derivedValues(analysis).find(({ name }) => name === derived);
  if (found) return found.value;
  if (plain.startsWith('LIST_') && analysis.testType === 'strip') return defectList(plain, analysis.byDefect);
  const siteColumn = (marks.site ?? defaultSite).columns.find((column) => column.code === code);
  const quantity =
    siteColumn?.quantity ??
    quantities.find(
      (q) =>
        q.code === plain || q.aliases.includes(plainWords(plain)) || q.aliases.includes(plain.toLowerCase()),
    );
  // The bow that the analysis found, not the one that some file brought along.
  const surface =
    quantity?.name === 'bow_mm' && analysis.testType === 'bow' ? analysis.surface?.bow_mm : undefined;
  const column = surface ?? (quantity && test.columns[quantity.name]);
  const tag = tagOfCode(plain);
  const field = (test as unknown as Record<string, unknown>)[tag];
  const fromHeader = typeof field === 'number' || typeof field === 'string' ? field : test.header[tag];
  // Temperature is a column in a stability test and one number in an IV; some test types have both.
  if (column && valueType !== 'single')
    return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
  if (fromHeader !== undefined) return fromHeader;
  const other = test.otherColumns.find(({ name }) => name === code);
  return other && Array.from(other.values, (value) => (Number.isNaN(value) ? null : value));
}

function commentsOf({ test, analysis, decision, reason }: JudgedTest): string {
  return [
    ...(test.comments === undefined ? [] : [test.comments]),
    ...analysis.flags,
    ...(reason === undefined ? [] : [`Decided ${decision ?? 'Unknown'} by hand: ${reason}`]),
  ].join('\n');
}

/** The database writes some of these in the plural. */
function defectList(
  code: string,
  byDefect: Readonly<Record<string, readonly string[] | undefined>>,
): readonly string[] {
  const words = code.slice('LIST_'.length).toLowerCase();
  const name = Object.keys(byDefect).find((defect) => singular(defect) === singular(words));
  return (name && byDefect[name]) || [];
}

function singular(words: string): string {
  return words.replace(/s$/, '');
}

/** The value as the test type wants it; undefined if it cannot be one. */
function asDataType(value: UploadValue, dataType: string | undefined): UploadValue | undefined {
  if (value === null || dataType === undefined) return value;
  if (Array.isArray(value)) return value;
  if (dataType === 'float' || dataType === 'integer') {
    const number = typeof value === 'number' ? value : numberInText(String(value));
    if (number === undefined) return undefined;
    return dataType === 'integer' && !Number.isInteger(number) ? undefined : number;
  }
  if (dataType === 'string') return String(value);
  return value;
}

/** `-30 V` is −30; `32 ms` is not taken, for nobody knows here which unit the database means. */
function numberInText(text: string): number | undefined {
  const found = /^([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*(?:V|A|s|h|m|F|Hz|Ohm|Ω|W|%|°?C|K)?$/i.exec(text.trim());
  return found ? numberWithUnit(found[1]!, 'V') : undefined;
}

function isEmpty(value: UploadValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
