import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnNaming } from '../../src/sensors/importing/columnNaming.ts';
import { timestampOf } from '../../src/sensors/importing/dateTime.ts';
import { importSensorTests } from '../../src/sensors/importing/importSensorTests.ts';
import { type LinePattern, linePattern, matchLine } from '../../src/sensors/importing/linePattern.ts';
import { compileTemplate } from '../../src/sensors/importing/templates.ts';
import { checkSite } from '../../src/sensors/siteFile.ts';
import { cpuTime } from '../cpuTime.ts';
import { ivRows, ivText, readOne, readText, stabilityText, stripText, thicknessText } from './samples.ts';
import { temporaryFolder } from './shared.ts';

const iv = readOne(ivText());

/** The values of a line's tags, or undefined if the line is another one. */
function tagsOf(pattern: LinePattern, line: string): Map<string, string> | undefined {
  const values = new Map<string, string>();
  return matchLine(pattern, line, values) ? values : undefined;
}

test('a file gives a record with typed fields and units', () => {
  expect(iv).toMatchObject({
    testType: 'IV',
    testTypeCode: 'ATLAS18_IV_TEST_V1',
    batch: 'VPX77001',
    wafer: 42,
    serialNumber: '20USBSL0000042',
    sensorType: 'ATLAS18LS',
    timestamp: '2021-03-05T10:11:12.000Z',
    temperature_C: 20,
    humidity_percent: 10,
    comments: 'ours: a sample',
    rows: 71,
  });
  expect(iv.columns.voltage_V?.[70]).toBe(-700);
});

test.each([
  ['UTF-8 with its mark', (text: string) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16, little end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['UTF-16 without its mark', (text: string) => Buffer.from(text, 'utf16le')],
  ['Latin-1', (text: string) => Buffer.from(text, 'latin1')],
  ['CR LF', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ['CR alone', (text: string) => Buffer.from(text.replaceAll('\n', '\r'))],
])('a stability file in %s reads as the same record', (_, encode) => {
  const { columns, temperature_C, institute } = readOne(stabilityText({ Institute: 'Zürich' }));
  const other = readOne(encode(stabilityText({ Institute: 'Zürich' })));
  expect(other).toMatchObject({ temperature_C, institute });
  expect(other.columns).toEqual(columns);
  expect(other.warnings).toEqual(readOne(stabilityText()).warnings);
});

test('a template’s lines are matched with any blanks after a colon and at the end', () => {
  const loose = ivText().replaceAll(
    /^(\w+): (.*)$/gm,
    (_, label: string, value: string) => `${label}:   ${value}  `,
  );
  const tight = ivText().replaceAll(/^(\w+): (.*)$/gm, '$1:$2');
  expect(readOne(loose).temperature_C).toBe(20);
  expect(readOne(tight).humidity_percent).toBe(10);
});

test('an unknown header line is reported and kept, and stops nothing', () => {
  const { warnings, header, columns } = readOne(ivText().replace('Institute:', 'Operator: Jo\nInstitute:'));
  expect(warnings).toContain('Unknown header line: "Operator: Jo".');
  expect(header.Operator).toBe('Jo');
  expect(columns.voltage_V?.length).toBe(71);
});

test('a file that no template fits is listed with the nearest one and the first line that differs', () => {
  const result = readText(ivText().replace('Institute: LAB\n', ''));
  expect(result).toMatchObject({
    reason: 'no template fits the header',
    nearest: { line: 8, expected: 'Institute: $$$institute&&&', found: 'TestType: ATLAS18_IV_TEST_V1' },
  });
});

test('of templates that begin alike the nearest is the one whose lines the file has', () => {
  const misspelt = readText(ivText().replace('Institute: LAB', 'Instituet: LAB'));
  expect(misspelt).toMatchObject({
    nearest: {
      template: 'standard-iv.txt',
      line: 8,
      expected: 'Institute: $$$institute&&&',
      found: 'Instituet: LAB',
    },
  });
});

test.each([
  ['Voltage[mV]\tCurrent[uA]', '-500000\t-2', -500, -2000],
  ['Voltage [kV]\tCurrent (A)', '-0.5\t-2e-6', -500, -2000],
  ['Volts\tCurrent[µA]', '-500\t-2', -500, -2000],
  ['VOLTAGE\tcurrent[pA]', '-500\t-2000000', -500, -2000],
])('units in the header %s are scaled to ours', (titles, row, volts, nanoamperes) => {
  const { columns } = readOne(ivText({}, [row.split('\t')], titles.split('\t')));
  expect(columns.voltage_V?.[0]).toBe(volts);
  expect(columns.current_nA?.[0]).toBeCloseTo(nanoamperes, 9);
});

test('a column with an unknown name or unit is kept under its own name, with a warning', () => {
  const { otherColumns, warnings } = readOne(
    ivText({}, [[-500, -100, 3, 7]], ['Voltage[V]', 'Current[nA]', 'Leak', 'Resistance[furlong]']),
  );
  expect(otherColumns).toEqual([
    { name: 'Leak', values: Float64Array.of(3) },
    { name: 'Resistance[furlong]', values: Float64Array.of(7) },
  ]);
  expect(warnings).toHaveLength(2);
});

test('a site’s file maps further names to quantity, unit and code', () => {
  const site = checkSite(
    { columns: [{ title: 'Leak', quantity: 'current_nA', unit: 'uA', code: 'CURRENT' }] },
    'site.json',
  );
  const text = ivText({}, [[-500, -0.1]], ['Voltage[V]', 'Leak']);
  const [read] = readText(text, 'iv.dat', columnNaming(site.columns)) as [typeof iv];
  expect(read.columns.current_nA?.[0]).toBe(-100);
  expect(() =>
    checkSite(
      { columns: [{ title: 'Leak', quantity: 'leakage', unit: 'uA' }, { title: '' }], colour: 1 },
      'site.json',
    ),
  ).toThrow(/colour.*\n[\s\S]*columns\[0\][\s\S]*columns\[1\]/);
});

test('tables are read with tabs, semicolons, one or many blanks, and with decimal commas', () => {
  const row = ['-500,50', '-100,25'];
  for (const [delimiter, cells] of [
    ['\t', row],
    [';', row],
    [' ', row],
    ['    ', row],
    [',', ['-500.50', '-100.25']],
  ] as const) {
    const text = ivText().replace(
      /Voltage\[V\][\s\S]*$/,
      `Voltage[V]${delimiter}Current[nA]\n${cells.join(delimiter)}\n`,
    );
    const { columns } = readOne(text);
    expect([columns.voltage_V?.[0], columns.current_nA?.[0]], JSON.stringify(delimiter)).toEqual([
      -500.5, -100.25,
    ]);
  }
});

test('rows may be separated otherwise than their names', () => {
  const tabs = ivText();
  const [header, table] = [tabs.slice(0, tabs.indexOf('Voltage[V]')), tabs.slice(tabs.indexOf('Voltage[V]'))];
  const [names = '', ...rows] = table.split('\n');
  const mixed = `${header}${[names, ...rows.map((row) => row.replaceAll('\t', '   '))].join('\n')}`;
  expect(readOne(mixed).columns).toEqual(readOne(tabs).columns);
});

test('a number reads as the double that its text means', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(3))),
    fc.integer(),
  );
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 8 }), fc.boolean(), (values, fixed) => {
      const texts = values.map((value) => (fixed ? value.toFixed(6) : String(value)));
      const { columns } = readOne(
        ivText(
          {},
          texts.map((text) => [text, '1']),
          ['Voltage', 'Current'],
        ),
      );
      expect([...columns.voltage_V!].map((value) => value + 0)).toEqual(
        texts.map((text) => Number(text) + 0),
      );
    }),
  );
});

test('missing is missing: None, nan, empty cells and the old writer’s marker, but not a measured −9999', () => {
  const cells = ['None', 'nan', '', '-009999', '-09999.00', '-9999'];
  const { columns } = readOne(
    ivText(
      {},
      cells.map((cell) => ['1', cell, '2']),
    ),
  );
  expect([...columns.current_nA!]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, -9999, -9999]);
});

test.each([
  ['2 Dec 2019', '15:25:21', '2019-12-02T15:25:21.000Z'],
  ['02 dec 2019', '3:25:21 PM', '2019-12-02T15:25:21.000Z'],
  ['02-December-2019', '15:25', '2019-12-02T15:25:00.000Z'],
  ['2019-12-02', '15:25:21.5', '2019-12-02T15:25:21.500Z'],
  ['2019/12/02', '00:00', '2019-12-02T00:00:00.000Z'],
  ['02/12/2019', '12:00 AM', '2019-12-02T00:00:00.000Z'],
  ['02.12.2019', '12:00 PM', '2019-12-02T12:00:00.000Z'],
  ['12/02/19', '152521', '2019-12-02T15:25:21.000Z'],
  ['2019-12-02T15:25:21Z', '', '2019-12-02T15:25:21.000Z'],
  ['29 Feb 2019', '15:25:21', undefined],
  ['', '', undefined],
  ['soon', 'late', undefined],
])('the date "%s" "%s" is %s', (date, time, expected) => {
  expect(timestampOf(date, time)).toBe(expected);
});

test('an odd date leaves the test without a timestamp, and stops nothing', () => {
  const { timestamp, warnings, rows } = readOne(ivText({ Date: 'the other day' }));
  expect([timestamp, rows]).toEqual([undefined, 71]);
  expect(warnings.join()).toContain('the other day');
});

test('a row with too few cells and a cell that is no number are named with their line', () => {
  expect(readText(ivText({}, [[-10, -1, 0], [-20]]))).toMatchObject({ line: 20, reason: /1 cells/ });
  expect(readText(ivText({}, [[-10, 'x', 0]]))).toMatchObject({ line: 19, reason: /"x" is no number/ });
  expect(readText(ivText({}, []))).toMatchObject({ reason: /no row/ });
});

test('longer rows lose nothing that the header names', () => {
  const { columns } = readOne(
    ivText({}, [
      [-10, -1, 5],
      [-20, -2, 6, 99, 98],
    ]),
  );
  expect([...columns.shuntVoltage_mV!]).toEqual([5, 6]);
  // With more cells than names from the first row on, nobody knows which is which.
  expect(readText(ivText({}, [[-10, -1, 0, 99]]))).toMatchObject({ reason: /4 cells and the table 3 names/ });
});

test('the segment is found in the test type', () => {
  const read = readOne(stripText({ TestType: 'Full Strip Test - S1 - Segment 3', Segment: '' }));
  expect(read).toMatchObject({ testType: 'strip', segment: 3 });
});

test('batch and wafer come from the path only where the words are unmistakable', () => {
  const text = ivText({ Batch: '', Wafer: '', Component: '' });
  expect(readOne(text, 'wafer_tests/VPX90002/W00161/iv.dat')).toMatchObject({
    batch: 'VPX90002',
    wafer: 161,
  });
  const elsewhere = readOne(text, 'wafer_x/values/iv.dat');
  expect([elsewhere.batch, elsewhere.wafer]).toEqual([undefined, undefined]);
});

test('a stability file of several wafers gives a record each, with the time axes merged', () => {
  const rows = ['0 20 5 0 10 0 11', '60 20.5 5.5 30 12 31 13', '120 21 6 90 14 0 0']
    .join('\n')
    .replaceAll(' ', '\t');
  const text = `multi.dat\nVPX77-W1, HPK LS; VPX77-W2, HPK LS;\n05 Mar 2021, 10:00:00\nCurrentStability\n24h@-450V\nlab\n7 3\n%f\nt\tT\tH\tt\tI\tt\tI\n\n-450\n${rows}\n`;
  const [one, two, ...more] = readText(text, 'multi.dat') as [typeof iv, typeof iv];
  expect(more).toEqual([]);
  expect(one).toMatchObject({
    testType: 'stability',
    batch: 'VPX77',
    wafer: 1,
    duration_h: 24,
    bias_V: -450,
  });
  expect(two).toMatchObject({ wafer: 2 });
  expect([...one.columns.time_s!]).toEqual([0, 30, 60, 90, 120]);
  expect([...one.columns.current_nA!]).toEqual([10, 12, Number.NaN, 14, Number.NaN]);
  expect([...one.columns.temperature_C!]).toEqual([20, Number.NaN, 20.5, Number.NaN, 21]);
  // A zero time behind the first row is padding.
  expect([...two.columns.time_s!]).toEqual([0, 31, 60, 120]);
});

test('the point list of a measuring machine gives a bow test', () => {
  const point = (x: number, y: number, z: number) =>
    `"0mm Point True Position 1",0.1,0.2,Fail\n"X-Pos",${x}\n"Y-Pos",${y}\n"Z-Pos",${z}\n`;
  const text = `"Version,","1"\n"Format,","2"\n"File Name,","VPX77001-W3.dat"\n"Date,","05 Mar 2021"\n"Time,","10:00:00"\n\n\n\n${point(1, 2, 0.031)}${point(3, 4, 0.042)}`;
  const read = readOne(text, 'VPX77001-W3.dat');
  expect(read).toMatchObject({ testType: 'bow', batch: 'VPX77001', wafer: 3, rows: 2 });
  expect([...read.columns.z_mm!]).toEqual([0.031, 0.042]);
});

test('tags take as much as they can from the left, and only what they may', () => {
  const pattern = linePattern('$$$Manufacturer&&& $$$Batch&&& W$$$Wafer&&& $$$Component&&&');
  expect(Object.fromEntries(tagsOf(pattern, 'Hama Photonics VPX12 W7 20USBSL0000007')!)).toEqual({
    manufacturer: 'Hama Photonics',
    batch: 'VPX12',
    wafer: '7',
    serialNumber: '20USBSL0000007',
  });
  expect(tagsOf(pattern, 'Hama VPX12 X7 20USBSL0000007')).toBeUndefined();
});

test('greedy matching agrees with a regular expression on short lines', () => {
  const word = fc.constantFrom('a', 'b', ' ', ', ', 'W', 'V', '1', ';');
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 9 }).map((parts) => parts.join('')),
      (line) => {
        const expected = /^([^0-9]*|), (V.*|) W(.*)$/.exec(line)?.slice(1);
        const found = tagsOf(linePattern('$$$Manufacturer&&&, $$$Batch&&& W$$$Wafer&&&'), line);
        expect(found && [...found.values()]).toEqual(expected?.map((value) => value.trim()));
      },
    ),
    { numRuns: 2000 },
  );
});

test('no line can make the matching slow', () => {
  const pattern = linePattern('$$$a&&&;$$$b&&&;$$$c&&&;$$$d&&&;$$$e&&&!');
  const { ms } = cpuTime(() => {
    expect(tagsOf(pattern, ';'.repeat(9_999))).toBeUndefined();
    expect(tagsOf(pattern, `${';'.repeat(9_998)}!`)).toBeDefined();
  });
  expect(ms).toBeLessThan(500);
});

test('a template with its table in the wrong place is refused with the line', () => {
  expect(() => compileTemplate('x.txt', 'a\n$$$TABLE&&&\nb\n')).toThrow(/E9303 {2}x.txt:2/);
});

test('folders are searched in order; duplicates and unreadable files are listed', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '[b]'));
  mkdirSync(join(folder, '.hidden'));
  writeFileSync(join(folder, '[b]', 'two.DAT'), ivText({ Wafer: '2', Component: '' }));
  writeFileSync(join(folder, 'one.txt'), ivText({ Wafer: '1', Component: '' }));
  writeFileSync(join(folder, 'copy.dat'), ivText({ Wafer: '1', Component: '' }));
  writeFileSync(join(folder, 'readme.txt'), 'about these files\n');
  writeFileSync(join(folder, '.hidden', 'x.dat'), ivText());
  writeFileSync(join(folder, 'notes.pdf'), 'no');
  symlinkSync(folder, join(folder, 'back'));
  symlinkSync(join(folder, 'gone'), join(folder, 'gone.dat'));
  writeFileSync(join(folder, 'list'), `# mine\n${join(folder, 'one.txt')}\n`);
  const found = await importSensorTests(folder);
  expect(found.tests.map(({ filename }) => filename)).toEqual(['two.DAT', 'copy.dat']);
  expect(found.duplicates.map(({ test: { filename } }) => filename)).toEqual(['one.txt']);
  expect(found.unreadable.map(({ file }) => file)).toEqual([join(folder, 'readme.txt')]);
  expect((await importSensorTests(`@${join(folder, 'list')}`)).tests).toHaveLength(1);
  await expect(importSensorTests(join(folder, 'nowhere'))).rejects.toThrow(/E9301/);
});

test('of a cut copy and the whole file the whole one is the test, and a corrected humidity is another test', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'b.dat'), ivText());
  writeFileSync(join(folder, 'c.dat'), ivText({ Humidity: '12.0' }));
  // Its last zero has lost some of its digits.
  writeFileSync(join(folder, 'a.dat'), ivText().slice(0, -3));
  const { tests, duplicates } = await importSensorTests(folder);
  expect(tests.map(({ filename }) => filename)).toEqual(['b.dat', 'c.dat']);
  expect(duplicates.map(({ test: { filename } }) => filename)).toEqual(['a.dat']);
});

test('two wafers that were measured at the same moment are both kept, and so are two contents of one test', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.dat'), ivText({ Wafer: '1', Component: '' }));
  writeFileSync(join(folder, 'b.dat'), ivText({ Wafer: '2', Component: '' }));
  writeFileSync(join(folder, 'c.dat'), ivText({ Wafer: '2', Component: '' }, ivRows(600)));
  expect((await importSensorTests(folder)).tests).toHaveLength(3);
});

test('a file without a final line end is whole if a cut would show, and not whole otherwise', () => {
  expect(readOne(ivText().trimEnd()).incomplete).toBeUndefined();
  const uneven = ivRows().map(([volts, current]) => [volts!, current!, String(Number(current) / 3)]);
  expect(readOne(ivText({}, uneven).trimEnd()).incomplete).toMatch(/may be cut/);
  expect(readOne(ivText().trimEnd().slice(0, -1)).incomplete).toMatch(/may be cut/);
  expect(readText(ivText().trimEnd().slice(0, -9))).toMatchObject({ reason: /mid-row/ });
  expect(readOne(thicknessText('320.0').trimEnd()).incomplete).toMatch(/may be cut/);
});
