import fc from 'fast-check';
import { expect, test } from 'vitest';
import shipped from '../../config/criteria/sensors-2023-07.json' with { type: 'json' };
import { analyse } from '../../src/sensors/analyses/analyse.ts';
import { analyseBow } from '../../src/sensors/analyses/bow.ts';
import { readCriteria, shippedCriteria } from '../../src/sensors/analyses/criteria.ts';
import { analyseCV } from '../../src/sensors/analyses/cv.ts';
import { fitCV } from '../../src/sensors/analyses/cvFit.ts';
import { cvModel } from '../../src/sensors/analyses/cvModel.ts';
import { analyseIV } from '../../src/sensors/analyses/iv.ts';
import { analyseStability } from '../../src/sensors/analyses/stability.ts';
import { analyseStrip } from '../../src/sensors/analyses/strip.ts';
import { analyseThickness } from '../../src/sensors/analyses/thickness.ts';
import {
  bowRows,
  bowText,
  cvRows,
  cvText,
  ivRows,
  ivText,
  readOne,
  stabilityRows,
  stabilityText,
  stripRows,
  stripText,
  thicknessText,
} from './samples.ts';

test.each([
  ['IV', ivText()],
  ['CV', cvText()],
  ['stability', stabilityText()],
  ['strip', stripText()],
  ['bow', bowText()],
  ['thickness', thicknessText()],
])('a good %s passes', (type, text) => {
  const read = readOne(text);
  expect(read.testType).toBe(type);
  expect(analyse(read).decision).toBe('Pass');
});

test('the current at 500 V is given per area at 20 °C', () => {
  const { values } = analyseIV(readOne(ivText()));
  expect(values.currentAtTestVoltage_nA_per_cm2).toBeCloseTo(120 / 93.6269, 12);
  expect(values.breakdownVoltage_V).toBe(700);
});

test('an IV that runs away below 500 V fails, and above it is noted', () => {
  const runsAway = (from: number) =>
    ivRows().map(([volts, current, shunt]) => [
      volts!,
      -Number(volts) > from
        ? (Number(current) * Math.exp((-Number(volts) - from) / 20)).toFixed(2)
        : current!,
      shunt!,
    ]);
  const early = analyseIV(readOne(ivText({}, runsAway(300))));
  expect(early.decision).toBe('Fail');
  expect(early.flags).toContain('micro-discharge occurs before 500V');
  const late = analyseIV(readOne(ivText({}, runsAway(550))));
  expect(late).toMatchObject({ decision: 'Pass', values: { microDischarge: true, breakdownVoltage_V: 550 } });
});

test.each<[string, (rows: (string | number)[][]) => (string | number)[][], string]>([
  [
    'with a hole below the test voltage',
    (rows) => rows.filter(([volts]) => !(Number(volts) < -300 && Number(volts) > -350)),
    'Current not measured between (300 V) and (350 V)',
  ],
  [
    'of a few voltages',
    (rows) => rows.filter((_, i) => i % 25 === 0),
    'Current not measured between (0 V) and (250 V), and 1 other hole',
  ],
  ['that begins late', (rows) => rows.slice(6), 'Current not measured between (0 V) and (60 V)'],
  [
    'with a voltage that was read twice, and differently',
    (rows) => [...rows, ['-480.00', '-400.00', '0']],
    'Currents contradict each other at (480 V), measured more than once',
  ],
  [
    'that came back another way',
    (rows) => [...rows, ...rows.slice(10, 50).map(([volts, current]) => [volts!, Number(current) * 2, 0])],
    'Currents contradict each other at (100 V) and 39 others, measured more than once',
  ],
])('an IV %s is no measurement', (_what, change, flag) => {
  expect(analyseIV(readOne(ivText({}, change(ivRows()))))).toMatchObject({
    decision: 'MeasErr',
    flags: [expect.stringContaining(flag)],
  });
});

test('one lost reading, one that was repeated with the same result, and a hole above the test voltage are told and no more', () => {
  const rows = ivRows().filter(
    ([volts]) => volts !== '-300.00' && !(Number(volts) < -550 && Number(volts) > -650),
  );
  expect(analyseIV(readOne(ivText({}, [...rows, ['-200.00', '-61', '0']])))).toMatchObject({
    decision: 'Pass',
    flags: ['Current not measured between (550 V) and (650 V)', 'Current measured more than once at (200 V)'],
  });
});

test('a sensor that breaks down beside a hole fails all the same', () => {
  const rows = ivRows()
    .filter(([volts]) => !(Number(volts) < -100 && Number(volts) > -150))
    .map(([volts, current]) => [volts!, Number(volts) < -300 ? Number(current) * 3 : current!]);
  const { decision, flags } = analyseIV(readOne(ivText({}, rows)));
  expect(decision).toBe('Fail');
  expect(flags).toContain('Current not measured between (100 V) and (150 V)');
});

test('missing values are absent: no 999, no −1', () => {
  const { values, decision } = analyseIV(readOne(ivText({}, ivRows(400))));
  expect(decision).toBe('MeasErr');
  expect(values.currentAtTestVoltage_nA_per_cm2).toBeUndefined();
  expect(values.holdVariation).toBeUndefined();
});

test('wet air, unknown air and an unknown sensor type are errors of measurement', () => {
  expect(analyseIV(readOne(ivText({ Humidity: '36.8' }))).flags).toEqual(['Humidity Exceeded: 36.8%']);
  expect(analyseIV(readOne(ivText({ Humidity: '40' }))).flags).toEqual(['Humidity Exceeded: 40.0%']);
  expect(analyseIV(readOne(ivText({ Humidity: '' })))).toMatchObject({
    decision: 'MeasErr',
    flags: ['Could not find humidity in data file!'],
  });
  expect(analyseIV(readOne(ivText({ Type: 'ATLAS99' })))).toMatchObject({
    decision: 'MeasErr',
    flags: ['Could not find area for type ATLAS99. Using default area: 0.009464455399999998 m^2'],
  });
});

test('the CV fit finds depletion voltage and thickness', () => {
  const { values, decision } = analyseCV(readOne(cvText()));
  expect(decision).toBe('Pass');
  expect(values.depletionVoltage_V).toBeCloseTo(250, 0);
  expect(values.activeThickness_um).toBeCloseTo(300, 0);
  expect(analyseCV(readOne(cvText({}, cvRows(700, 380))))).toMatchObject({
    decision: 'Fail',
    flags: ['Initial Depl Voltage Vdep is above 350 V'],
  });
});

test('the CV fit gives back any curve of its own model', () => {
  const parameters = fc.record({
    a: fc.double({ min: 2e-3, max: 8e-3, noNaN: true }),
    f: fc.double({ min: 160, max: 600, noNaN: true }),
    d: fc.double({ min: 0.8, max: 3, noNaN: true }),
    w: fc.double({ min: 5, max: 60, noNaN: true }),
    b: fc.double({ min: 0, max: 5e-4, noNaN: true }),
  });
  const x = Float64Array.from({ length: 66 }, (_, i) => 50 + 10 * i);
  fc.assert(
    fc.property(parameters, (model) => {
      const found = fitCV({ x, y: x.map((voltage) => cvModel(model, voltage)) })!;
      expect(found.f / model.f).toBeCloseTo(1, 6);
      expect(found.a / model.a).toBeCloseTo(1, 5);
    }),
    { numRuns: 200 },
  );
});

test('no other start leads the CV fit to a better curve', () => {
  const noisy = fc.record({
    f: fc.double({ min: 150, max: 450, noNaN: true }),
    w: fc.double({ min: 1, max: 80, noNaN: true }),
    noise: fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 66, maxLength: 66 }),
  });
  const x = Float64Array.from({ length: 66 }, (_, i) => 50 + 10 * i);
  fc.assert(
    fc.property(noisy, ({ f, w, noise }) => {
      const y = x.map((voltage, i) => cvModel({ a: 4e-3, f, d: 1.3, w, b: 1e-4 }, voltage) * (1 + noise[i]!));
      const found = fitCV({ x, y })!;
      const squares = (model: typeof found) =>
        x.reduce((sum, voltage, i) => sum + (cvModel(model, voltage) - y[i]!) ** 2, 0);
      const best = squares(found);
      for (let start = 60; start <= 700; start += 20)
        for (const width of [2, 12, 45, 90])
          expect(best).toBeLessThanOrEqual(squares({ ...found, f: start, w: width }) + 1e-12);
    }),
    { numRuns: 60 },
  );
});

test('a stability test that varies, ends early or is wet does not pass', () => {
  const rows = (change: (i: number) => string) =>
    stabilityRows().map((row, i) => [row[0]!, row[1]!, row[2]!, change(i), row[4]!]);
  expect(
    analyseStability(
      readOne(
        stabilityText(
          {},
          rows((i) => (i < 75 ? '-100.00' : '-200.00')),
        ),
      ),
    ),
  ).toMatchObject({
    decision: 'Fail',
    flags: ['Leakage Current varies by more than 15.0%'],
  });
  expect(analyseStability(readOne(stabilityText({}, stabilityRows(20))))).toMatchObject({
    decision: 'MeasErr',
    flags: ['Test not carried out for minimum of 24 hr(s) (past the first 0 hr(s)'],
  });
  const wet = stabilityRows().map((row, i) => [
    row[0]!,
    row[1]!,
    i === 20 ? '25.00' : row[2]!,
    row[3]!,
    row[4]!,
  ]);
  expect(analyseStability(readOne(stabilityText({}, wet)))).toMatchObject({
    decision: 'MeasErr',
    flags: ['Humidity exceeds 20% during first 24 hrs'],
  });
});

test('a shunt voltage is not called a current', () => {
  const shunt = stabilityRows().map((row) => [row[0]!, row[1]!, row[2]!, '0.00', '1.25']);
  expect(analyseStability(readOne(stabilityText({}, shunt)))).toMatchObject({
    decision: 'Pass',
    measuredBy: 'shuntVoltage',
    values: { averageLeakage_nA: undefined, averageShuntVoltage_mV: 1.25 },
  });
});

function stripWith(changes: Record<number, [current: number, capacitance: number, resistance: number]>) {
  const rows = stripRows().map((row) => [row[0]!, ...(changes[Number(row[0])] ?? row.slice(1))]);
  return analyseStrip(readOne(stripText({}, rows)));
}

test.each([
  [
    [4000, 130, 1.42],
    ['I high', 'pinholes'],
  ],
  [
    [600, 130, 1.42],
    ['I high', 'shorts'],
  ],
  [
    [1, 10, 5],
    ['C low', 'R high', 'bad_contact'],
  ],
  [
    [1, 60, 1.6],
    ['C low', 'Rbias outlier', 'implant_break'],
  ],
  [
    [1, 320, 0.4],
    ['C high', 'R low', 'metal_short'],
  ],
  [
    [1, 60, 1.42],
    ['C low', 'open_resistor'],
  ],
  [
    [1, 130, 2.5],
    ['R high', 'rbias_defect'],
  ],
  [
    [1, 160, 1.42],
    ['C high', 'Unknown Fault'],
  ],
] as const)('a strip with I, C, R of %j is flagged %j', (values, flags) => {
  expect(stripWith({ 500: [...values] }).bad).toEqual({ 500: flags });
});

test('neighbours with the same flags are one range; too many of them fail the segment', () => {
  const changes = Object.fromEntries(
    [...Array(9).keys()].map((i) => [100 + i, [1, 10, 5] as [number, number, number]]),
  );
  const found = stripWith(changes);
  expect(found.bad).toEqual({ '100-108': ['C low', 'R high', 'bad_contact'] });
  expect(found).toMatchObject({ decision: 'Fail', flags: ['More than 8 Consecutive Bad Channels'] });
  expect(found.values.badContactChannels).toHaveLength(9);
});

test('a defect that repeats with the needles of the probe card is an error of measurement', () => {
  const found = stripWith({ 40: [1, 160, 1.42], 72: [1, 160, 1.42], 200: [1, 160, 1.42] });
  expect(found.decision).toBe('MeasErr');
  expect(found.flags[0]).toMatch(/\(\['40-\(\+32\*n\)-72', 200\]\)$/);
});

test('a bent sensor fails', () => {
  const bent = bowRows().map(([x, y]) => [x!, y!, (1e-4 * (Number(x) - 48) ** 2).toFixed(5), '0.00000']);
  expect(analyseBow(readOne(bowText({}, bent)))).toMatchObject({
    decision: 'Fail',
    flags: ['MaxBow Exceeds Compliance!!'],
  });
});

test('bow does not depend on how the sensor lies', () => {
  const tilted = bowRows().map(([x, y, z]) => [
    x!,
    y!,
    (Number(z) + 1e-3 * Number(x) - 2e-3 * Number(y)).toFixed(6),
    '0',
  ]);
  const flat = analyseBow(readOne(bowText())).values.maximumBow_um!;
  expect(analyseBow(readOne(bowText({}, tilted))).values.maximumBow_um).toBeCloseTo(flat, 1);
});

test('thickness is judged within its limits, and its words round half to even', () => {
  expect(analyseThickness(readOne(thicknessText('320.5'))).flags[1]).toBe(
    'The average thickness value is 320 um.',
  );
  expect(analyseThickness(readOne(thicknessText('321.5'))).flags[1]).toBe(
    'The average thickness value is 322 um.',
  );
  expect(analyseThickness(readOne(thicknessText('335')))).toMatchObject({ decision: 'Fail' });
  expect(analyseThickness(readOne(thicknessText('0.33 mm'))).values.thickness_um).toBe(330);
});

test('a site’s criteria need every constant, its source, and nothing else', () => {
  const own = structuredClone(shipped) as unknown as Record<
    string,
    Record<string, { value: unknown; source?: string }>
  >;
  own.bow!.maximumBow_um = { value: 50, source: 'this test' };
  const stricter = readCriteria(own, 'own.json');
  expect(analyseBow(readOne(bowText()), stricter).decision).toBe(
    analyseBow(readOne(bowText())).values.maximumBow_um! > 50 ? 'Fail' : 'Pass',
  );
  own.bow!.maximumBow_um = { value: '50' };
  delete own.cv!.fitFrom_V;
  own.cv!.fitTo_V = { value: 1, source: '' };
  expect(() => readCriteria(own, 'own.json')).toThrow(
    /cv.fitFrom_V is missing[\s\S]*cv.fitTo_V[\s\S]*bow.maximumBow_um/,
  );
  expect(shippedCriteria.bow.maximumBow_um).toBe(200);
});
