import { furtherHeaderTitle } from './importing/readTests.ts';
import { compileShipped } from './importing/templates.ts';
import { type ColumnName, columnNames, quantityOf } from './quantities.ts';
import type { SensorTest } from './record.ts';
import { testTypeOf } from './testTypes.ts';

/**
 * A test in the standard format of its type; read back it is the same record. Undefined for a type that has none.
 * What the standard format has no line for stands behind the table, where other readers do not look.
 */
export function standardText(test: SensorTest, filename: string): string | undefined {
  const type = testTypeOf(test.testType);
  if (type?.standardTemplate === undefined) return undefined;
  const template = compileShipped(type.standardTemplate);
  const values = headerTexts(test, filename);
  const written = new Set<string>();
  const lines = template.lines.map(({ label, pieces }) => {
    const tag = pieces.flatMap((piece) => ('tag' in piece ? [piece.tag] : []))[0] ?? '';
    written.add(tag);
    const value = values[tag] ?? '';
    return label === undefined ? value : `${label} ${value}`.trimEnd();
  });
  if (template.table) lines.push(...tableLines(test, type.standardColumns));
  return `${[...lines, ...further(test, values, written)].join('\n')}\n`;
}

/**
 * Every header value as text, by tag. What the file wrote is kept; which sensor it is, wherever that was found, is added.
 * What was made from a column or a comment is made from it again.
 */
function headerTexts(test: SensorTest, filename: string): Record<string, string> {
  const { timestamp } = test;
  const texts: Record<string, string | undefined> = {
    ...test.header,
    filename,
    batch: test.batch,
    wafer: test.header.wafer ?? numberText(test.wafer),
    serialNumber: test.serialNumber,
    manufacturer: test.manufacturer,
    sensorType: test.sensorType,
    testType: test.testTypeCode ?? test.testType,
    segment: test.header.segment ?? numberText(test.segment),
    date: timestamp === undefined ? test.header.date : dateText(timestamp),
    time: timestamp === undefined ? test.header.time : timeText(timestamp),
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([tag, text]) => (text === undefined ? [] : [[tag, text]])),
  );
}

function numberText(value: number | string | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2019-12-02T…` → `02 Dec 2019`. */
function dateText(timestamp: string): string {
  return `${timestamp.slice(8, 10)} ${months[Number(timestamp.slice(5, 7)) - 1]} ${timestamp.slice(0, 4)}`;
}

/** `…T15:25:21.000Z` → `15:25:21`; a fraction is kept where there is one. */
function timeText(timestamp: string): string {
  const [, seconds, fraction] = /T(\d\d:\d\d:\d\d)\.(\d+)Z/.exec(timestamp) ?? [];
  return fraction === undefined || Number(fraction) === 0 ? (seconds ?? '') : `${seconds}.${fraction}`;
}

function tableLines(test: SensorTest, standard: readonly ColumnName[]): string[] {
  const names = [...standard, ...columnNames.filter((name) => !standard.includes(name))];
  const columns = [
    ...names.flatMap((name) => {
      const values = test.columns[name];
      return values
        ? [{ title: quantityOf(name).header, values, whole: quantityOf(name).unit === undefined }]
        : [];
    }),
    ...test.otherColumns.map(({ name, values }) => ({ title: name, values, whole: false })),
  ];
  const lines = [columns.map(({ title }) => title).join('\t')];
  for (let row = 0; row < test.rows; row += 1)
    lines.push(columns.map(({ values, whole }) => cellText(values[row]!, whole)).join('\t'));
  return lines;
}

/** As wide as the field writes it, if that says the number exactly; else with all its digits. */
function cellText(value: number, whole: boolean): string {
  if (Number.isNaN(value)) return 'None';
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  const digits = whole && Number.isInteger(value) ? String(size) : size.toFixed(2);
  if (Number(digits) !== size) return negative ? `-${size}` : String(size);
  const width = whole && Number.isInteger(value) ? 7 : 9;
  const text = negative ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
  // So the format's older writer marks a missing value.
  return text === '-009999' ? '-9999' : text;
}

/** Tags whose content stands in others by now. */
const taken = new Set(['sensor', 'wafers', 'columnCount', 'rowCount', 'rowFormat']);

function further(
  test: SensorTest,
  values: Readonly<Record<string, string>>,
  written: ReadonlySet<string>,
): string[] {
  const rest = Object.entries(values).filter(([tag]) => !written.has(tag) && !taken.has(tag));
  const behind = [...test.otherLines, ...(rest.length > 0 ? [furtherHeaderTitle] : [])];
  if (behind.length === 0) return [];
  return ['', ...behind, ...rest.map(([tag, text]) => `${tag}: ${text}`)];
}
