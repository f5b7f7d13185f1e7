import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import convert from '../../src/cli/sensors/convert.ts';
import { convertSensorTests } from '../../src/sensors/convert.ts';
import { importSensorTests } from '../../src/sensors/importing/importSensorTests.ts';
import type { SensorTest } from '../../src/sensors/record.ts';
import { standardText } from '../../src/sensors/standardFormat.ts';
import { fileText, ivText, readOne, readText, stabilityText, thicknessText } from './samples.ts';
import { describeWithReference, generatedTree, sharedSensors, temporaryFolder } from './shared.ts';

/** The record without what says where it was read, and how. */
function content({ file: _file, filename: _name, template: _template, header, ...rest }: SensorTest) {
  const { filename: _, ...others } = header;
  return {
    ...rest,
    header: others,
    warnings: rest.warnings.filter((one) => !one.startsWith('The file calls itself')),
  };
}

function thereAndBack(read: SensorTest): SensorTest {
  const again = readText(standardText(read, 'STD_x.dat')!, 'there/STD_x.dat');
  if ('reason' in again) throw new Error(`${read.file}: ${again.reason}`);
  expect(again).toHaveLength(1);
  return again[0]!;
}

describeWithReference('conversion', () => {
  test('there and back is the identity on every example and every file of the tree', async () => {
    const { tests } = await importSensorTests([join(sharedSensors, 'examples'), generatedTree(100)]);
    expect(tests).toHaveLength(108);
    for (const read of tests) expect(content(thereAndBack(read)), read.file).toEqual(content(read));
  });
});

test('what an older format says and the standard has no line for survives', () => {
  const old = fileText(
    'old.dat',
    {
      Manufacturer: 'HPK',
      Type: 'ATLAS17LS',
      Batch: 'VPX1',
      Wafer: 'W7',
      Component: '',
      Date: '2 Dec 2019',
      Time: '15:25',
      Institute: 'LAB',
      TestType: 'IV Scan',
      Instrument: 'prober',
      Settings: 'Temperature 21.5',
      RunNumber: '',
      Temperature: '',
      Humidity: '8',
    },
    {
      titles: ['2 2\nVoltage[V]', 'Current[nA]', 'Odd'],
      rows: [
        ['0', '1e-9', '3'],
        ['-10', 'None', '-0'],
      ],
    },
  );
  const read = readOne(`${old}\nbehind the table\n`);
  expect(read).toMatchObject({ manufacturer: 'HPK', temperature_C: 21.5, otherLines: ['behind the table'] });
  const again = thereAndBack(read);
  for (const field of [
    'manufacturer',
    'batch',
    'wafer',
    'testType',
    'testTypeCode',
    'timestamp',
    'temperature_C',
    'humidity_percent',
    'comments',
    'columns',
    'otherColumns',
    'otherLines',
  ] as const)
    expect(again[field], field).toEqual(read[field]);
  expect(again.header.instrument).toBe('prober');
});

test('any table survives', () => {
  const cell = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer(), fc.constant(-9999));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), (rows) => {
      const read = readOne(
        ivText(
          {},
          rows.map((row) => row.map(String)),
          ['Voltage[V]', 'ProbeplanIndex'],
        ),
      );
      expect(thereAndBack(read).columns).toEqual(read.columns);
    }),
  );
});

test('files are written beside the old ones or into a mirror, and none is overwritten', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in', 'deep'), { recursive: true });
  const old = ivText()
    .replace(/^Test_DMM.*\nRshunt.*\n/m, '')
    .replace(/^Comments.*\n/m, '');
  writeFileSync(join(folder, 'in', 'deep', 'iv.dat'), old);
  writeFileSync(join(folder, 'in', 'standard.dat'), stabilityText());
  writeFileSync(join(folder, 'in', 'cut.dat'), thicknessText().trimEnd());
  const beside = await convertSensorTests([join(folder, 'in')]);
  expect(beside.converted.map(({ to }) => to)).toEqual([join(folder, 'in', 'deep', 'STD_iv.dat')]);
  expect(beside.left.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^it is not whole/),
    'it is in the standard format already',
  ]);
  const written = readFileSync(beside.converted[0]!.to, 'utf8');
  expect(readOne(written, 'STD_iv.dat').template).toBe('standard-iv.txt');
  expect((await convertSensorTests([join(folder, 'in')])).left.map(({ reason }) => reason)).toContainEqual(
    expect.stringMatching(/exists and is left as it is/),
  );
  expect(readFileSync(beside.converted[0]!.to, 'utf8')).toBe(written);

  const mirrored = await convertSensorTests([join(folder, 'in')], { mirror: join(folder, 'out') });
  expect(mirrored.converted).toHaveLength(2);
  expect(readdirSync(join(folder, 'out'), { recursive: true }).sort()).toEqual([
    'STD_standard.dat',
    'deep',
    'deep/STD_iv.dat',
  ]);
});

test('the command reads the table of older sensors too, as the other commands do', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'iv.dat'), ivText());
  const args = { paths: [folder], config: 'config', shorthands: join(folder, 'nowhere.csv'), json: true };
  await expect(convert.run(args as never)).rejects.toThrow(/E9309/);
});
