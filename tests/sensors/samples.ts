import { columnNaming } from '../../src/sensors/importing/columnNaming.ts';
import { formats, readTests, type UnreadableFile } from '../../src/sensors/importing/readTests.ts';
import { readTemplates, shippedTemplates } from '../../src/sensors/importing/templates.ts';
import type { SensorTest } from '../../src/sensors/record.ts';

/** Test files of our own making: good sensors, in the standard formats. */
export type Header = Record<string, string>;

const common: Header = {
  Type: 'ATLAS18LS',
  Batch: 'VPX77001',
  Wafer: '00042',
  Component: '20USBSL0000042',
  Date: '05 Mar 2021',
  Time: '10:11:12',
  Institute: 'LAB',
};

export function fileText(
  name: string,
  header: Header,
  table?: { titles: string[]; rows: (string | number)[][] },
): string {
  const lines = [name, ...Object.entries(header).map(([label, value]) => `${label}: ${value}`)];
  if (table) lines.push(table.titles.join('\t'), ...table.rows.map((row) => row.join('\t')));
  return `${lines.join('\n')}\n`;
}

const steps = (count: number) => Array.from({ length: count }, (_, i) => i);

/** 0 to 700 V in steps of 10, a resistor of 100 nA at 500 V. */
export function ivRows(upTo = 700): (string | number)[][] {
  return steps(upTo / 10 + 1).map((i) => [(-10 * i).toFixed(2), (-(20 + 2 * i)).toFixed(2), '0000000']);
}

export const ivTitles = ['Voltage[V]', 'Current[nA]', 'Shunt_voltage[mV]'];

export function ivText(header: Header = {}, rows = ivRows(), titles = ivTitles): string {
  return fileText(
    'iv.dat',
    {
      ...common,
      TestType: 'ATLAS18_IV_TEST_V1',
      Vbias_SMU: 'K2410',
      Rseries: '10',
      Test_DMM: '',
      Rshunt: '',
      RunNumber: '1',
      Temperature: '20.0',
      Humidity: '10.0',
      Comments: 'ours: a sample',
      ...header,
    },
    { titles, rows },
  );
}

/** A sensor of 300 µm that is depleted at 250 V. */
export function cvRows(upTo = 700, depletion = 250): (string | number)[][] {
  const full = (11.75 * 8.8541878128e-12 * 93.6269e-4) / 300e-6;
  return steps(upTo / 10 + 1).map((i) => {
    const depth = Math.sqrt(Math.min(1, Math.max(0.01, (10 * i) / depletion)));
    return [-10 * i, ((full / depth) * 1e12).toFixed(3), '1.50'];
  });
}

export function cvText(header: Header = {}, rows = cvRows()): string {
  return fileText(
    'cv.dat',
    {
      ...common,
      TestType: 'ATLAS18_CV_TEST_V1',
      Vbias_SMU: 'K2410',
      Rseries: '1',
      LCR: 'E4980',
      Frequency: '1 kHz',
      Amplitude: '0.1',
      Circuit: 'RC',
      RunNumber: '1',
      Temperature: '20.0',
      Humidity: '10.0',
      Comments: '',
      ...header,
    },
    { titles: ['Voltage[V]', 'Capacitance[pF]', 'Resistance[MOhm]'], rows },
  );
}

export function stabilityRows(hours = 25, minutes = 10): (string | number)[][] {
  return steps((hours * 60) / minutes + 1).map((i) => [
    i * minutes * 60,
    '20.00',
    '8.00',
    (-100 - (i % 3)).toFixed(2),
    '0000000',
  ]);
}

export const stabilityTitles = [
  'Time[s]',
  'Temperature[°C]',
  'Humidity[%]',
  'Current[nA]',
  'Shunt_voltage[mV]',
];

/** Two wafers in turn, in the format that lists them in its second line. */
export function severalWafersText(rows = stabilityRows()): string {
  const lines = rows.map(([time, temperature, humidity, current]) =>
    [time, temperature, humidity, time, current, Number(time) + 30, current].join('\t'),
  );
  const head = [
    'several.dat',
    'VPX77001-W1, HPK LS; VPX77001-W2, HPK LS;',
    '05 Mar 2021, 10:11:12',
    'CurrentStability',
    '25h@-450V',
    'lab',
    `7 ${rows.length}`,
    '%f',
    't\tT\tH\tt\tI\tt\tI',
    '',
    '-450',
  ];
  return `${[...head, ...lines].join('\n')}\n`;
}

export function stabilityText(header: Header = {}, rows = stabilityRows(), titles = stabilityTitles): string {
  return fileText(
    'stability.dat',
    {
      ...common,
      TestType: 'ATLAS18_CURRENT_STABILITY_V1',
      Vbias_SMU: 'K2410',
      Rseries: '10',
      Test_DMM: 'K2000',
      Rshunt: '0.01',
      Vbias: '-450',
      Duration: '25',
      RunNumber: '1',
      Comments: '',
      ...header,
    },
    { titles, rows },
  );
}

export function stripRows(count = 1280): (string | number)[][] {
  return steps(count).map((i) => [
    i + 1,
    (0.5 + (i % 7) / 10).toFixed(2),
    '130.00',
    (1.4 + (i % 5) / 100).toFixed(2),
  ]);
}

export const stripTitles = ['ProbeplanIndex', 'Current[nA]', 'Capacitance[pF]', 'Resistance[MOhm]'];

export function stripText(header: Header = {}, rows = stripRows(), titles = stripTitles): string {
  return fileText(
    'strip.dat',
    {
      ...common,
      TestType: 'ATLAS18_FULLSTRIP_STD_V1',
      Vbias_SMU: 'K2410',
      Rseries_bias: '1',
      LCR: 'E4980',
      Frequency: '1 kHz',
      Amplitude: '0.1',
      Circuit: 'RC',
      Test_SMU: 'K237',
      Rseries_test: '2.2 MOhm',
      Vbias: '-150',
      Segment: '1',
      RunNumber: '1',
      Temperature: '21.0',
      Humidity: '10.0',
      Comments: '',
      ...header,
    },
    { titles, rows },
  );
}

export function bowRows(): (string | number)[][] {
  return steps(11).flatMap((i) =>
    steps(11).map((k) => {
      const [x, y] = [1 + 9.4 * i, 1 + 9.4 * k];
      return [
        x.toFixed(3),
        y.toFixed(3),
        (0.03 + 1e-5 * ((x - 48) ** 2 + (y - 48) ** 2)).toFixed(5),
        '0.00000',
      ];
    }),
  );
}

export function bowText(header: Header = {}, rows = bowRows()): string {
  return fileText(
    'bow.dat',
    {
      ...common,
      TestType: 'ATLAS18_SHAPE_METROLOGY_V1',
      CMM: 'OGP',
      Probe: 'laser',
      RunNumber: '1',
      Temperature: '21.0',
      Humidity: '40.0',
      Comments: '',
      ...header,
    },
    { titles: ['X[mm]', 'Y[mm]', 'Z[mm]', 'Z_bow[mm]'], rows },
  );
}

/** A test that nobody analyses, with a value that is missing. */
export function kekText(): string {
  return fileText(
    'kek.dat',
    {
      Type: 'ATLAS18LS',
      Batch: 'VPX77001',
      Wafer: '42',
      Component: '20USBSL0000042',
      Date: '05 Mar 2021',
      Time: '00:00',
      Institute: 'LAB',
      TestType: 'ATLAS18_KEKTEST_NEW_V1',
      Amplitude: '0.1 V',
      Circuit: 'RC',
      Vbias_DC: '-30 V',
      Vtest_DC: '+1 V',
      Vbias_AC: '-100 V',
      Segment: '1',
      RunNumber: '2',
      Temperature: '25',
      Humidity: '50',
      Comments: '',
    },
    {
      titles: ['ProbeplanIndex', 'Current[nA]', 'Capacitance[pF]'],
      rows: [
        [1, 2, 3],
        [2, 'None', 4],
      ],
    },
  );
}

export function thicknessText(value = '320.0', header: Header = {}): string {
  return fileText('thickness.dat', {
    ...common,
    TestType: 'ATLAS18_MAIN_THICKNESS_V1',
    Instrument: 'gauge',
    RunNumber: '1',
    Comments: '',
    AvThickness: value,
    ...header,
  });
}

const known = formats(readTemplates(shippedTemplates));

/** Reads the text of a file that must be readable and hold one test. */
export function readOne(text: string | Uint8Array, file = 'lab/iv.dat'): SensorTest {
  const result = readText(text, file);
  if ('reason' in result) throw new Error(`not read: ${JSON.stringify(result)}`);
  return result[0]!;
}

export function readText(
  text: string | Uint8Array,
  file = 'lab/iv.dat',
  naming = columnNaming(),
): SensorTest[] | UnreadableFile {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readTests(file, bytes, { ...known, naming });
}
