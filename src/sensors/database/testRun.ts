import { headerFields } from '../importing/headerFields.ts';
import { fromOneWord, type Identity } from '../importing/identity.ts';
import { tagOfCode } from '../importing/tags.ts';
import { type ColumnName, plainWords, quantities } from '../quantities.ts';
import type { SensorTest } from '../record.ts';

/** A test run as the database answers it; what it does not carry is absent. */
export interface TestRun {
  id: string;
  state?: string | undefined;
  runNumber?: string | undefined;
  date?: string | undefined;
  testType?: { code?: string | undefined } | undefined;
  institution?: { code?: string | undefined } | undefined;
  passed?: boolean | undefined;
  problems?: boolean | undefined;
  properties?: readonly TestRunValue[] | undefined;
  results?: readonly TestRunValue[] | undefined;
  components?: readonly TestRunComponent[] | undefined;
}

interface TestRunValue {
  code: string;
  value: unknown;
}

interface TestRunComponent {
  code?: string | undefined;
  serialNumber?: string | undefined;
  type?: { code?: string | undefined } | string | undefined;
  alternativeIdentifier?: string | undefined;
}

const columnByCode = new Map<string, ColumnName>(
  quantities.flatMap((q) => [
    [q.code, q.name] as const,
    ...q.aliases.map((alias) => [alias.toUpperCase(), q.name] as const),
  ]),
);

/** The database's ways to say that a number is missing. */
const missing = new Set([-9999, -999999999]);

/** A test run as the record that a file would have given. */
export function sensorTestOf(run: TestRun): SensorTest {
  const [component] = run.components ?? [];
  const header = new Map<string, string>();
  const columns: SensorTest['columns'] = {};
  const otherColumns: { name: string; values: Float64Array }[] = [];
  for (const { code, value } of [...(run.properties ?? []), ...(run.results ?? [])]) {
    const plain = code.trim().replace(/^SENSOR_/, '');
    if (Array.isArray(value)) keepColumn(plain, value, columns, otherColumns);
    else if (
      (typeof value === 'string' && value !== '') ||
      (typeof value === 'number' && !missing.has(value))
    )
      header.set(tagOfCode(plain), String(value));
  }
  header.set('testType', run.testType?.code ?? 'unknown');
  if (run.institution?.code) header.set('institute', run.institution.code);
  if (run.runNumber) header.set('runNumber', run.runNumber);
  if (component?.serialNumber) header.set('serialNumber', component.serialNumber);
  const type = typeof component?.type === 'object' ? component.type.code : component?.type;
  if (type) header.set('sensorType', type);
  // The moment is given whole.
  const [date = '', time = ''] = (run.date ?? '').split('T');
  header.set('date', date);
  header.set('time', time.replace(/Z$/, ''));

  const fields = headerFields(header, '');
  const lengths = Object.values(columns).map((column) => column.length);
  return {
    ...fields,
    ...identity(component),
    componentCode: component?.code,
    source: 'database',
    file: run.id,
    filename: `test run ${run.id}`,
    template: 'database',
    columns: inFileUnits(fields.testType, columns),
    otherColumns,
    rows: Math.max(0, ...lengths),
    otherLines: [],
  };
}

function identity(component: TestRunComponent | undefined): Identity {
  return component?.alternativeIdentifier ? fromOneWord(component.alternativeIdentifier.toUpperCase()) : {};
}

function keepColumn(
  code: string,
  list: readonly unknown[],
  columns: SensorTest['columns'],
  others: { name: string; values: Float64Array }[],
): void {
  // A list of texts is none of ours.
  if (list.length === 0 || list.some((one) => typeof one === 'string')) return;
  const values = Float64Array.from(list, (one) =>
    typeof one === 'number' && !missing.has(one) ? one : Number.NaN,
  );
  const name = columnByCode.get(code) ?? columnByCode.get(plainWords(code).toUpperCase());
  if (name && !columns[name]) columns[name] = values;
  else others.push({ name: code, values });
}

/** The maker's curves are in amperes. */
function inFileUnits(testType: string, columns: SensorTest['columns']): SensorTest['columns'] {
  const current = columns.current_nA;
  return testType === 'manufacturing' && current
    ? { ...columns, current_nA: current.map((amperes) => amperes / 1e-9) }
    : columns;
}
