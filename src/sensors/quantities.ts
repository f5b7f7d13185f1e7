/**
 * The quantities that a table column can hold, the unit that a record keeps them in, and the names under which files
 * and the database know them.
 */
export interface Quantity {
  name: ColumnName;
  unit: Unit | undefined;
  /** What files call it: lower case, without unit, blanks and underscores. */
  aliases: readonly string[];
  /** As our own files name it. */
  header: string;
  /** The database's code of the result. */
  code: string;
}

export const columnNames = [
  'voltage_V',
  'nominalVoltage_V',
  'current_nA',
  'currentAC_nA',
  'currentDC_nA',
  'capacitance_pF',
  'resistance_MOhm',
  'shuntVoltage_mV',
  'time_s',
  'temperature_C',
  'humidity_percent',
  'probeIndex',
  'flag',
  'pinholeFlag',
  'x_mm',
  'y_mm',
  'z_mm',
  'bow_mm',
] as const;
export type ColumnName = (typeof columnNames)[number];

export type Unit = 'V' | 'mV' | 'nA' | 'pF' | 'MOhm' | 's' | '°C' | '%' | 'mm';

function quantity(
  name: ColumnName,
  unit: Unit | undefined,
  header: string,
  code: string,
  ...aliases: string[]
): Quantity {
  return { name, unit, header, code, aliases };
}

export const quantities: readonly Quantity[] = [
  quantity('voltage_V', 'V', 'Voltage[V]', 'VOLTAGE', 'voltage', 'volts', 'ivvoltage', 'cvvoltage'),
  quantity('nominalVoltage_V', 'V', 'Vnominal', 'VNOMINAL', 'vnominal'),
  quantity('current_nA', 'nA', 'Current[nA]', 'CURRENT', 'current', 'ivcurrent'),
  quantity('currentAC_nA', 'nA', 'Current_AC[nA]', 'CURRENT_AC', 'currentac'),
  quantity('currentDC_nA', 'nA', 'Current_DC[nA]', 'CURRENT_DC', 'currentdc'),
  quantity('capacitance_pF', 'pF', 'Capacitance[pF]', 'CAPACITANCE', 'capacitance', 'cvcapacitance'),
  quantity('resistance_MOhm', 'MOhm', 'Resistance[MOhm]', 'RESISTANCE', 'resistance', 'cvresistance'),
  quantity('shuntVoltage_mV', 'mV', 'Shunt_voltage[mV]', 'SHUNT_VOLTAGE', 'shuntvoltage'),
  quantity('time_s', 's', 'Time[s]', 'TIME', 'time'),
  quantity('temperature_C', '°C', 'Temperature[°C]', 'TEMPERATURE', 'temperature', 'temp'),
  quantity('humidity_percent', '%', 'Humidity[%]', 'HUMIDITY', 'humidity'),
  quantity('probeIndex', undefined, 'ProbeplanIndex', 'PROBEINDEX', 'probeplanindex', 'probeindex'),
  quantity('flag', undefined, 'Flag', 'FLAG', 'flag'),
  quantity('pinholeFlag', undefined, 'PinholeFlag', 'PINHOLEFLAG', 'pinholeflag'),
  quantity('x_mm', 'mm', 'X[mm]', 'X', 'x', 'x-pos'),
  quantity('y_mm', 'mm', 'Y[mm]', 'Y', 'y', 'y-pos'),
  quantity('z_mm', 'mm', 'Z[mm]', 'Z', 'z', 'z-pos'),
  quantity('bow_mm', 'mm', 'Z_bow[mm]', 'Z_BOW', 'zbow'),
];

const byName = new Map(quantities.map((q) => [q.name, q]));

export function quantityOf(name: ColumnName): Quantity {
  return byName.get(name)!;
}

/** How many of our unit one of the named unit is. Kelvin is an offset: see `toOurUnit`. */
const scales: Record<Unit, Readonly<Record<string, number>>> = {
  V: { V: 1, mV: 1e-3, kV: 1e3, Volt: 1, Volts: 1 },
  mV: { V: 1e3, mV: 1, uV: 1e-3 },
  nA: { A: 1e9, mA: 1e6, uA: 1e3, nA: 1, pA: 1e-3 },
  pF: { F: 1e12, mF: 1e9, uF: 1e6, nF: 1e3, pF: 1, fF: 1e-3 },
  MOhm: { Ohm: 1e-6, kOhm: 1e-3, MOhm: 1, GOhm: 1e3 },
  s: { s: 1, sec: 1, ms: 1e-3, min: 60, h: 3600, hr: 3600 },
  '°C': { '°C': 1, C: 1, degC: 1, K: 1 },
  '%': { '%': 1 },
  mm: { mm: 1, um: 1e-3, nm: 1e-6, cm: 10, m: 1e3 },
};

/** A function from a value in the written unit to ours, or undefined if the unit is not known for the quantity. */
export type ToOurUnit = (value: number) => number;

export function toOurUnit(unit: Unit | undefined, written: string | undefined): ToOurUnit | undefined {
  if (written === undefined || written === '') return same;
  if (unit === undefined) return undefined;
  const plain = plainUnit(written);
  const scale = Object.hasOwn(scales[unit], plain) ? scales[unit][plain] : undefined;
  if (scale === undefined) return undefined;
  if (unit === '°C' && plain === 'K') return (kelvin) => kelvin - 273.15;
  if (scale === 1) return same;
  // Dividing by 1000 is exact to the last digit where multiplying by 0.001 is not.
  const divisor = Math.round(1 / scale);
  return scale < 1 ? (value) => value / divisor : (value) => value * scale;
}

export function same(value: number): number {
  return value;
}

/** µ and μ, Ω and Ω, º and ° are one letter to a person and two to a computer. */
function plainUnit(written: string): string {
  return written
    .trim()
    .replace(/^[\u00b5\u03bc]/, 'u')
    .replace(/[\u03a9\u2126]/, 'Ohm')
    .replace(/^º/, '°')
    .replace(/ohms?$/i, 'Ohm');
}

/** `Current [uA]` → its parts: the words as written, and the unit. */
export function splitUnit(header: string): { words: string; unit: string | undefined } {
  const found = /^(.*?)\s*[[(]([^\])]*)[\])]\s*$/.exec(header);
  return found ? { words: found[1]!, unit: found[2]! } : { words: header, unit: undefined };
}

/** A column name reduced to what `aliases` holds. */
export function plainWords(words: string): string {
  return words.toLowerCase().replace(/[\s_]/g, '');
}
