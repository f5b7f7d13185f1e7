/**
 * The units that a measurement may carry, as Baton writes them → the name that Prism's record has for it (its closed list of
 * 44), or our own where it has none. A misspelt unit is refused: the original turned it silently into none.
 */
export const units: Readonly<Record<string, string>> = {
  '': 'None',
  V: 'Volts',
  mV: 'milliVolts',
  A: 'Amps',
  mA: 'milliAmps',
  µA: 'microAmps',
  uA: 'microAmps',
  nA: 'nA',
  Ω: 'Ohms',
  kΩ: 'KiloOhms',
  mΩ: 'milliOhms',
  MΩ: 'MΩ',
  W: 'Watts',
  dB: 'dB',
  dBm: 'dBm',
  Hz: 'Hertz',
  kHz: 'KiloHertz',
  MHz: 'MegaHertz',
  F: 'Farad',
  nF: 'nanoFarad',
  pF: 'pF',
  H: 'Henry',
  µH: 'microHenry',
  S: 'Siemens',
  '°C': 'Celsius',
  K: 'Kelvin',
  '%': 'Percent',
  '%RH': 'Percent',
  ppm: 'PPM',
  s: 'Seconds',
  ms: 'Milliseconds',
  µs: 'Microseconds',
  m: 'Meter',
  mm: 'Millimeter',
  µm: 'µm',
  g: 'gram',
  mg: 'milligram',
  kg: 'Kilogram',
  l: 'litre',
  N: 'Newton',
  Pa: 'Pascal',
  kPa: 'KiloPascal',
  bar: 'Bar',
  '°': 'Degree',
  rad: 'Radian',
  cd: 'candela',
  e: 'e',
  DAC: 'Integer',
};

/** The names of Prism's own list are understood too. */
const prismNames = [
  ...[
    'Ohms',
    'KiloOhms',
    'milliOhms',
    'dB',
    'dBm',
    'Volts',
    'milliVolts',
    'Amps',
    'milliAmps',
    'microAmps',
    'STR',
  ],
  ...[
    'Integer',
    'Float',
    'Celsius',
    'Kelvin',
    'Newton',
    'Pascal',
    'KiloPascal',
    'Bar',
    'Meter',
    'Millimeter',
  ],
  ...[
    'Seconds',
    'Milliseconds',
    'Microseconds',
    'Kilogram',
    'milligram',
    'gram',
    'litre',
    'Boolean',
    'candela',
  ],
  ...[
    'Hertz',
    'KiloHertz',
    'MegaHertz',
    'Henry',
    'microHenry',
    'Farad',
    'nanoFarad',
    'Siemens',
    'Degree',
    'Radian',
  ],
  ...['Percent', 'Watts', 'PPM', 'None'],
];

const unitNames: readonly string[] = [...Object.keys(units), ...prismNames];

export function isUnit(text: string): boolean {
  return unitNames.includes(text);
}

/** For the original's record. */
export function prismUnit(unit: string): string {
  return units[unit] ?? unit;
}
