import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pullStatistics } from '../../src/wirebond/statistics.ts';
import { sharedFiles } from '../sharedFiles.ts';
import { type DageRow, type DageStyle, isPull, parseDage, setCell, writeDage } from './dageText.ts';
import { read } from './settings.ts';

const { path, there } = sharedFiles('the pulls of a DAGE tester', 'wirebond/sample_wirebond_data.csv');
const original = there ? readFileSync(path, 'utf8') : '';
const rows = parseDage(original);

const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const utf16be = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());
/** Enough for the characters below 256, where Windows-1252 and ISO-8859-1 agree on letters and signs. */
const windows1252 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const written = (style: DageStyle, changed: readonly DageRow[] = rows) => utf8(writeDage(changed, style));
const micro = setCell(rows, 'TESTSPEED', 2, () => 'µm/s');
const inUnit = (unit: string, perGram: number) =>
  written(
    {},
    setCell(
      setCell(rows, 'LOADUNIT', 1, () => unit),
      'TEST',
      3,
      (load) => (Number(load) * perGram).toPrecision(15).replace(/e.*/, ''),
    ),
  );
const headerOnce = () => {
  const first = rows.findIndex(isPull);
  return [...rows.slice(0, first), ...rows.filter(isPull)];
};
const renamed = rows.map((row) =>
  row[0]?.text === 'Batch' ? [{ text: 'Prüfling', quoted: true }, ...row.slice(1)] : row,
);

const copies: Record<string, () => Uint8Array> = {
  'as it is': () => utf8(original),
  'with CRLF': () => written({ lineEnd: '\r\n' }),
  'with CR': () => written({ lineEnd: '\r' }),
  'with semicolons': () => written({ separator: ';' }),
  'with semicolons and decimal commas': () => written({ separator: ';', decimalComma: true }),
  'with tabs': () => written({ separator: '\t' }),
  'with tabs and decimal commas': () => written({ separator: '\t', decimalComma: true }),
  'with commas and quoted decimal commas': () => written({ decimalComma: true }),
  'in UTF-8 with a byte order mark': () => utf8(`\uFEFF${writeDage(micro)}`),
  'in UTF-8 with a micro sign': () => written({}, micro),
  'in UTF-16 little-endian with a byte order mark': () => utf16(`\uFEFF${writeDage(micro)}`),
  'in UTF-16 big-endian with a byte order mark': () => utf16be(`\uFEFF${writeDage(micro)}`),
  'in UTF-16 without a byte order mark': () => utf16(writeDage(rows)),
  'in Windows-1252 with a micro sign': () => windows1252(writeDage(micro)),
  'with the header once': () => written({}, headerOnce()),
  'with four columns': () =>
    written(
      {},
      rows.map((row) => (isPull(row) ? row.slice(0, 4) : row)),
    ),
  'with six columns': () =>
    written(
      {},
      rows.map((row) => (isPull(row) ? row.slice(0, 6) : row)),
    ),
  'with nine columns': () =>
    written(
      {},
      rows.map((row) =>
        isPull(row) ? [...row, { text: 'x', quoted: true }, { text: '', quoted: true }] : row,
      ),
    ),
  'without quotes': () => written({ quotes: 'none' }),
  'with quotes round everything': () => written({ quotes: 'all' }),
  'with a space after each separator': () => written({ space: ' ' }),
  'with keys in another case': () =>
    utf8(original.replaceAll('"TEST"', '"Test"').replaceAll('"LOADUNIT"', '"LoadUnit"')),
  'with a user field renamed': () => windows1252(writeDage(renamed)),
  'in centinewtons': () => inUnit('cN', 0.980665),
  'in newtons': () => inUnit('N', 0.00980665),
  'in kilograms-force': () => inUnit('kgf', 0.001),
  'as a spreadsheet saves it in Germany': () =>
    utf16(
      `\uFEFF${writeDage(headerOnce(), { separator: ';', decimalComma: true, lineEnd: '\r\n', quotes: 'none' })}\r\n\r\n`,
    ),
  'with an end-of-file sign of DOS': () => utf8(`${original}\u001A`),
};

test.runIf(there).each(Object.entries(copies))('the DAGE sample %s gives the same numbers', (_, make) => {
  const reading = read(make());
  expect(reading.problems).toEqual([]);
  expect(reading.questions).toEqual([]);
  const [pullTest, ...others] = reading.tests;
  expect(others).toEqual([]);
  const statistics = pullStatistics(pullTest!.pulls)!;
  expect(statistics.WIRE_PULLS).toBe(60);
  expect(statistics.PULL_STRENGTH).toBeCloseTo(8.702613333, 9);
  expect(statistics.PULL_STRENGTH_ERROR).toBeCloseTo(1.272768249, 9);
  expect(statistics.PULL_STRENGTH_MIN).toBe(5.5805);
  expect(statistics.PULL_STRENGTH_MAX).toBe(10.997);
  expect(statistics.WIRE_BREAKS_5G).toBe(0);
  expect(statistics.HEEL_BREAKS_ON_PCB).toBeCloseTo(88.333333, 5);
  expect(statistics.HEEL_BREAKS_ON_FE_CHIP).toBeCloseTo(1.666667, 5);
  expect(statistics.BOND_PEEL).toBeCloseTo(8.333333, 5);
  expect(statistics.LIFT_OFFS_LESS_THAN_7G).toBeCloseTo(3.333333, 5);
  expect(pullTest).toMatchObject({
    date: '2018-09-10T14:05:32.000Z',
    operator: 'Default operator',
    instrument: 'DAGE 4000Plus 20001013, cartridge 20397512',
  });
});

test.runIf(there)('there are at least twenty altered copies, and each differs from the sample', () => {
  const altered = Object.entries(copies).filter(([name]) => name !== 'as it is');
  expect(altered.length).toBeGreaterThanOrEqual(20);
  for (const [name, make] of altered)
    expect(Buffer.from(make()).equals(Buffer.from(utf8(original))), name).toBe(false);
});

test.runIf(there)('the date of the DAGE sample is ambiguous, and asked as long as no order is set', () => {
  const reading = read(utf8(original), { dateOrder: undefined });
  expect(reading.questions.map(({ about, problem }) => [about, problem.code, problem.where?.line])).toEqual([
    ['dateOrder', 'E9212', 3],
  ]);
  expect(read(utf8(original), { dateOrder: 'mdy' }).tests[0]?.date).toBe('2018-10-09T14:05:32.000Z');
});
