import type { SensorTest } from '../record.ts';
import { CellReader } from './cell.ts';
import { lineEnd, type TextBytes } from './decode.ts';
import { fromOneWord, type Identity } from './identity.ts';
import type { TableFault } from './table.ts';

/** One wafer of a stability test that measured several in turn. */
interface WaferTable {
  wafer: Identity & { manufacturer?: string; sensorType?: string };
  columns: SensorTest['columns'];
  rows: number;
  /** Of the file: those of all wafers. */
  fileRows: number;
}

/** The tag that marks such a file. */
export const waferListTag = 'wafers';

/**
 * A stability test of several wafers: time, temperature and humidity, then a time and a current for each wafer of the
 * list `BATCH-Wnnn, Maker Type; …`. Every wafer gets both time axes merged; what was not read at a time is missing.
 */
export function readWaferTables(
  text: TextBytes,
  start: number,
  line: number,
  waferList: string,
): WaferTable[] | TableFault {
  const wafers = waferList
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(waferOfEntry);
  const width = 3 + 2 * wafers.length;
  const rows = readWideRows(text, start, line, width);
  if ('fault' in rows) return rows;
  const air = axis(rows, 0);
  return wafers.map((wafer, index) => {
    const own = axis(rows, 3 + 2 * index);
    return { wafer, fileRows: rows.length, ...merged(rows, air, own, 4 + 2 * index) };
  });
}

function waferOfEntry(entry: string): WaferTable['wafer'] {
  const [name = '', maker = ''] = entry.split(',').map((part) => part.trim());
  const [manufacturer, sensorType] = maker.split(/\s+/);
  return {
    ...fromOneWord(name.toUpperCase()),
    ...(manufacturer ? { manufacturer } : {}),
    ...(sensorType ? { sensorType } : {}),
  };
}

/** Three lines of titles and voltages, then rows of numbers up to the first empty one. */
function readWideRows(
  text: TextBytes,
  start: number,
  line: number,
  width: number,
): Float64Array[] | TableFault {
  const { bytes } = text;
  let at = start;
  for (let skipped = 0; skipped < 3; skipped += 1) at = lineEnd(bytes, at).next;
  let row = line + 3;
  const cell = new CellReader(bytes, text.decode(at, lineEnd(bytes, at).end).includes('\t') ? 9 : 32);
  const rows: Float64Array[] = [];
  for (cell.at = at; cell.at < bytes.length; row += 1) {
    if (cell.atEmptyLine()) {
      if (rows.length > 0) break;
      cell.toNextLine();
      continue;
    }
    const values = new Float64Array(width);
    for (let i = 0; i < width; i += 1) {
      if (i > 0 && !cell.next())
        return { fault: `the row has ${i} cells; ${(width - 3) / 2} wafers need ${width}`, line: row };
      const value = cell.read();
      if (value === undefined) return { fault: `cell ${i + 1} is no number`, line: row };
      values[i] = value;
    }
    if (!cell.toNextLine())
      return { fault: 'the file ends without a line end: its last row may be cut', line: row };
    rows.push(values);
  }
  return rows.length > 0 ? rows : { fault: 'the table has no row', line: row };
}

/** The rows in which a time axis runs: after the first row a zero is padding. */
function axis(rows: readonly Float64Array[], column: number): Map<number, number> {
  const times = new Map<number, number>();
  for (const [index, row] of rows.entries()) {
    const time = row[column]!;
    if (!Number.isNaN(time) && (time !== 0 || index === 0) && !times.has(time)) times.set(time, index);
  }
  return times;
}

function merged(
  rows: readonly Float64Array[],
  air: ReadonlyMap<number, number>,
  own: ReadonlyMap<number, number>,
  currentColumn: number,
): Pick<WaferTable, 'columns' | 'rows'> {
  const times = Float64Array.from(new Set([...air.keys(), ...own.keys()])).sort();
  const at = (axisRows: ReadonlyMap<number, number>, column: number) =>
    times.map((time) => {
      const row = axisRows.get(time);
      return row === undefined ? Number.NaN : rows[row]![column]!;
    });
  return {
    rows: times.length,
    columns: {
      time_s: times,
      temperature_C: at(air, 1),
      humidity_percent: at(air, 2),
      current_nA: at(own, currentColumn),
    },
  };
}
