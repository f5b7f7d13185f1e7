import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/calibrations/catalogue.ts';
import {
  type ModuleResults,
  type ReadingContext,
  type StepFiles,
  whose,
} from '../../src/calibrations/category.ts';
import { currentAt, readCurve, readIVResults, toTwentyCelsius } from '../../src/calibrations/ivResults.ts';
import { readSldoResults } from '../../src/calibrations/sldoResults.ts';
import { readTable } from '../../src/calibrations/table.ts';
import type { Module } from '../../src/station/station.ts';

const module = {
  index: '0',
  name: 'Q1',
  sensorType: '3D',
  chips: ['0', '1'],
  channels: {},
} as unknown as Module;

const another = { index: '1', name: 'Q1-2' };

const context: ReadingContext = {
  operatingVoltage: -60,
  compliance: 1e-5,
  breakdownRule: { rise: 0.2, step: 5, depletion: { '3D': 10, planar: 60 }, floor: 5e-9 },
};

function files(contents: Record<string, string>, others: StepFiles['modules'] = []): StepFiles {
  return {
    names: Object.keys(contents).sort(),
    read: async (name) => contents[name]!,
    modules: [module, ...others],
  };
}

const volts = Array.from({ length: 17 }, (_, k) => (k === 0 ? 0 : -5 * k));
const breakdowns = { 'breakdowns.json': '{"Q1": null}' };

function csv(header: string, row: (v: number) => (number | string)[]): string {
  return `${header}\n${volts.map((v) => row(v).join(',')).join('\n')}\n`;
}

const good = csv('Set voltage (V),Measured voltage (V),Current (A),Temperature (C)', (v) => [
  v,
  v,
  -1e-7,
  20,
]);

describe('an IV curve', () => {
  test('gives breakdown, range and leakage at the operating voltage, normalised to 20 °C', async () => {
    const { values, sensor, problems } = await readIVResults(
      files({ 'Module0_iv_curve.csv': good, ...breakdowns }),
      module,
      context,
    );
    expect(problems).toEqual([]);
    expect(sensor?.breakdown).toEqual({ found: 'none' });
    expect(values.measured_to?.value).toBe(-80);
    expect(values.breakdown_voltage).toEqual({ value: 80, unit: 'V' });
    expect(values.leakage_at_operating_voltage_20C?.value).toBeCloseTo(1e-7, 12);
  });

  const headers: [string, (v: number) => (number | string)[]][] = [
    ['Voltage (V),Current (A)', (v) => [v, -1e-7]],
    ['voltage,current', (v) => [v, -1e-7]],
    ['V,I', (v) => [v, -1e-7]],
    [
      'time,step,Voltage set (V),Current limit (A),Measured voltage (V),Measured current (A)',
      (v) => [0, 1, v, 1e-5, v, -1e-7],
    ],
    ['Voltage (V),Current (A)', (v) => [-v, 1e-7]],
    ['set voltage [V],measured voltage [V],current [A]', (v) => [v, v, -1e-7]],
    ['voltage_V,current_uA', (v) => [v, -0.1]],
    ['Voltage (mV),Current [nA]', (v) => [1000 * v, -100]],
  ];
  test.each(headers)('is understood under the header "%s"', async (header, row) => {
    const text = csv(header, row);
    const points = readCurve(readTable(text)!)!;
    // A magnitude of 0 becomes −0, which is 0.
    expect(points.map(({ set }) => set + 0)).toEqual(volts);
    expect(points.map(({ voltage }) => voltage + 0)).toEqual(volts);
    for (const { current } of points) expect(Math.abs(current)).toBeCloseTo(1e-7, 15);
  });

  const unusable: [string, string | undefined][] = [
    ['there is no file', undefined],
    ['it is empty', ''],
    ['it has a header alone', 'Voltage (V),Current (A)\n'],
    ['it has one point', 'Voltage (V),Current (A)\n0,0\n'],
    ['it has no header', '0,0\n-5,1e-7\n-10,1e-7\n'],
    ['it has other columns', 'a,b\n0,0\n-5,1e-7\n-10,1e-7\n'],
    ['a current is no number', good.replace('-1e-7', 'nan')],
    ['a voltage is missing', good.replace('-40,-40', ',-40')],
    ['its last line is cut short', good.slice(0, -12)],
    ['a line in its middle is cut short', good.replace('-40,-40,-1e-7,20', '-40,-40,-1e')],
    ['a line in its middle runs into the next', good.replace('20\n-40', '20,-40')],
    ['its last newline is missing', good.slice(0, -1)],
    ['a column is in an unknown unit', good.replace('Current (A)', 'Current (counts)')],
    ['two columns have one name', csv('Voltage (V),Current (A),Current (A)', (v) => [v, -1e-7, -1e-3])],
    ['it is something else', '<html><body>500</body></html>\n'],
  ];
  test.each(unusable)('is not used when %s, and then nothing of it is a value', async (_what, text) => {
    const given: Record<string, string> = text === undefined ? breakdowns : { 'iv.csv': text, ...breakdowns };
    const { values, sensor, problems } = await readIVResults(files(given), module, context);
    expect(problems).toHaveLength(1);
    expect(values).toEqual({});
    expect(sensor).toBeUndefined();
  });

  test('with several modules a file that does not name the module is not taken for its curve', async () => {
    const { problems } = await readIVResults(
      files({ 'iv.csv': good, ...breakdowns }, [another]),
      module,
      context,
    );
    expect(problems).toMatchObject([{ code: 'E4311' }]);
    const other = await readIVResults(
      files({ 'Module01_iv.csv': good, ...breakdowns }, [another]),
      module,
      context,
    );
    expect(other.problems).toMatchObject([{ code: 'E4311' }]);
    const named = await readIVResults(
      files({ 'Module0_iv.csv': good, ...breakdowns }, [another]),
      module,
      context,
    );
    expect(named.problems).toEqual([]);
    // Of two names the longer is meant; what both could be called is nobody's.
    const longer = await readIVResults(
      files({ 'Q1-2_iv.csv': good, ...breakdowns }, [another]),
      module,
      context,
    );
    expect(longer.problems).toMatchObject([{ code: 'E4311' }]);
    const twin = { index: '7', name: 'Module0' };
    const both = await readIVResults(
      files({ 'Module0_iv.csv': good, ...breakdowns }, [twin]),
      module,
      context,
    );
    expect(both.problems).toMatchObject([{ code: 'E4311' }]);
  });

  test('whose a file is its name says: the longer name counts, and one of both is of several', () => {
    const both = { modules: [module, another] };
    expect(whose('Q1-2_iv.csv', module, both)).toBe('another');
    expect(whose('Q1_iv.csv', module, both)).toBe('its');
    expect(whose('Module0_module1.png', module, both)).toBe('of several');
    expect(whose('summary.json', module, both)).toBe('unnamed');
  });

  test('is found among other tables of the module', async () => {
    const monitor = 'Time (s),Temperature (C)\n0,20\n1,20\n';
    const given = { 'Module0_a_monitor.csv': monitor, 'Module0_iv.csv': good, ...breakdowns };
    const { problems, sensor } = await readIVResults(files(given), module, context);
    expect(problems).toEqual([]);
    expect(sensor?.measuredTo).toBe(-80);
  });

  test('without a temperature the leakage is not normalised, and so is not judged', async () => {
    const text = csv('Voltage (V),Current (A)', (v) => [v, -1e-7]);
    const { values } = await readIVResults(files({ 'iv.csv': text, ...breakdowns }), module, context);
    expect(values.leakage_at_operating_voltage?.value).toBeCloseTo(1e-7, 12);
    expect(values.leakage_at_operating_voltage_20C?.value).toBeUndefined();
  });

  test.each([
    ['Temperature (K)', 293.15, 1e-7],
    ['Temperature (C)', 293.15, undefined],
    ['Temperature (C)', -273.15, undefined],
    ['Temperature (ohm)', 20, undefined],
  ])('under "%s" %d does not make its leakage anything', async (header, value, leakage) => {
    const text = csv(`Voltage (V),Current (A),${header}`, (v) => [v, -1e-7, value]);
    const { values } = await readIVResults(files({ 'iv.csv': text, ...breakdowns }), module, context);
    const judged = values.leakage_at_operating_voltage_20C?.value;
    if (leakage === undefined) expect(judged).toBeUndefined();
    else expect(judged).toBeCloseTo(leakage, 12);
  });

  test('a breakdown that is reported where nobody measured is unknown, and makes no sensor strong', async () => {
    const short = csv('Voltage (V),Current (A)', (v) => [v * 0.75, -1e-7]);
    for (const reported of [-500, 999, -60_000]) {
      const given = { 'iv.csv': short, 'breakdowns.json': `{"0": ${reported}}` };
      const { sensor, values } = await readIVResults(files(given), module, context);
      expect(sensor?.breakdown.found).toBe('unknown');
      expect(values.breakdown_voltage?.value).toBeUndefined();
    }
    for (const reported of [-64, -65]) {
      const next = { 'iv.csv': short, 'breakdowns.json': `{"0": ${reported}}` };
      const { values } = await readIVResults(files(next), module, context);
      expect(values.breakdown_voltage?.value).toBe(60);
    }
  });

  test('a file that is called after another module of the station is not the only module’s', async () => {
    const stranger = { ...files({ 'Q7_iv.csv': good, ...breakdowns }), strangers: ['Q7', 'Q1-7'] };
    const { problems } = await readIVResults(stranger, module, context);
    expect(problems).toMatchObject([{ code: 'E4311' }]);
    const longer = { ...files({ 'Q1-7_iv.csv': good, ...breakdowns }), strangers: ['Q1-7'] };
    expect((await readIVResults(longer, module, context)).problems).toMatchObject([{ code: 'E4311' }]);
    const own = { ...files({ 'Q1_iv.csv': good, ...breakdowns }), strangers: ['Q7'] };
    expect((await readIVResults(own, module, context)).problems).toEqual([]);
  });

  test('the compliance is reached where any of its signs says so, whatever the others say', async () => {
    const limited = (flag: number) =>
      csv('Voltage set (V),Voltage (V),Current (A),Compliance', (v) => [
        v,
        v,
        v <= -65 ? -1e-5 : v <= -45 ? -9e-6 : -8e-6,
        flag,
      ]);
    for (const flag of [0, 1e-5]) {
      const read = await readIVResults(files({ 'iv.csv': limited(flag), ...breakdowns }), module, context);
      expect(read.sensor?.breakdown).toEqual({ found: 'at', voltage: -65, after: -60 });
    }
  });

  test('the supply’s own word for its compliance is enough: the flag of a point, and nothing but a flag', async () => {
    const flagged = (at: number, flag: number) =>
      csv('Voltage (V),Current (A),Compliance', (v) => [v, -1e-7, v <= at ? flag : 0]);
    const read = (text: string) => readIVResults(files({ 'iv.csv': text, ...breakdowns }), module, context);
    expect((await read(flagged(-50, 1))).sensor?.breakdown).toEqual({
      found: 'at',
      voltage: -50,
      after: -45,
    });
    expect((await read(flagged(-50, 2))).sensor?.breakdown).toEqual({ found: 'none' });
  });

  test('a planar sensor is judged from its own depletion voltage on, one of no known type as 3D', async () => {
    const early = csv('Voltage (V),Current (A)', (v) => [v, v <= -40 ? -3e-7 : -1e-7]);
    const recomputed = async (sensorType: Module['sensorType']) => {
      const { sensorType: _, ...rest } = module;
      const one = { ...rest, ...(sensorType === undefined ? {} : { sensorType }) } as Module;
      const read = await readIVResults(files({ 'iv.csv': early, ...breakdowns }), one, context);
      return read.sensor?.recomputed.found;
    };
    expect(await recomputed('planar')).toBe('none');
    expect(await recomputed('3D')).toBe('at');
    expect(await recomputed(undefined)).toBe('at');
  });

  test('a curve too coarse to show a breakdown does not say that there is none', async () => {
    const few = 'Voltage (V),Current (A)\n0,0\n-80,-1e-7\n';
    const coarse = await readIVResults(files({ 'iv.csv': few, ...breakdowns }), module, context);
    expect(coarse.sensor?.breakdown.found).toBe('unknown');
    const ended = 'Voltage (V),Current (A)\n0,0\n-4,-1e-7\n-8,-1e-5\n';
    const early = await readIVResults(files({ 'iv.csv': ended, ...breakdowns }), module, context);
    expect(early.sensor?.breakdown).toEqual({ found: 'at', voltage: -8, after: -4 });
  });

  test('a curve that ends before the operating voltage tells no leakage there', async () => {
    const text = csv('Voltage (V),Current (A)', (v) => [v / 2, -1e-7]);
    const { values } = await readIVResults(files({ 'iv.csv': text, ...breakdowns }), module, context);
    expect(values.leakage_at_operating_voltage?.value).toBeUndefined();
  });

  test.each(['', '{', '{"Q2": -40}', '[]', '{"0": -40, "0": null}'])(
    'breakdowns.json of %j is unknown',
    async (text) => {
      const { sensor } = await readIVResults(
        files({ 'iv.csv': good, 'breakdowns.json': text }),
        module,
        context,
      );
      expect(sensor?.breakdown.found).toBe('unknown');
    },
  );

  test('whatever bytes a file has, reading ends with an answer, and its numbers are numbers', async () => {
    const cell = fc.oneof(
      fc.double().map(String),
      fc.constantFrom('', 'nan', '-5', '"', ',,', 'inf', '1e999'),
    );
    const table = fc.tuple(
      fc.constantFrom('Voltage (V),Current (A)', 'V,I', 'set voltage,voltage,current', 'x'),
      fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 10 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(table, async ([header, rows, tail]) => {
        const text = `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n${tail}`;
        let read: ModuleResults | undefined;
        try {
          read = await readIVResults(files({ 'iv.csv': text, ...breakdowns }), module, context);
        } catch {
          // A table that the CSV parser refuses: the step's reader makes it E4306.
          return;
        }
        for (const { value } of Object.values(read.values))
          expect(value === undefined || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('leakage doubles about every 7 to 8 °C', () => {
  expect(toTwentyCelsius(20)).toBeCloseTo(1, 12);
  expect(toTwentyCelsius(27.5)).toBeCloseTo(0.5, 1);
  expect(toTwentyCelsius(-20)).toBeGreaterThan(30);
});

test('the current between two points lies between theirs', () => {
  const points = [
    { set: -50, voltage: -50, current: -1e-7 },
    { set: -60, voltage: -60, current: -3e-7 },
  ];
  expect(currentAt(points, -55)).toBeCloseTo(2e-7, 15);
  expect(currentAt(points, -61)).toBeUndefined();
});

describe('SLDO curves', () => {
  const up = Array.from({ length: 10 }, (_, k) => k + 1);
  const amperes = [...up, ...up.slice(0, -1).reverse()];
  const rails = ['VDDA_ROC0', 'VDDD_ROC0', 'VDDA_ROC1', 'VDDD_ROC1'];
  const text = (rail: (amps: number, name: string) => number | string) =>
    `Current (A),Voltage (V),VIN,${rails.join(',')}\n${amperes
      .map((amps) => [amps, 1.5, 1 + 0.1 * amps, ...rails.map((name) => rail(amps, name))].join(','))
      .join('\n')}\n`;
  const read = (content: string, of: Module = module) =>
    readSldoResults(files({ 'Module0_full.csv': content }), of);

  const lines = (of: string, count: number) => `${of.split('\n').slice(0, count).join('\n')}\n`;

  test('give each rail where it regulates, and the slope of the input', async () => {
    const { values, problems } = await read(text((amps) => (amps < 5 ? 0.5 : 1.2)));
    expect(problems).toEqual([]);
    expect(values.VDDA_ROC0_min).toEqual({ value: 1.2, unit: 'V' });
    expect(values.VDDD_ROC1_max).toEqual({ value: 1.2, unit: 'V' });
    expect(values.VIN_slope?.value).toBeCloseTo(0.1, 9);
    expect(values.current_max?.value).toBe(10);
  });

  const table = (
    current: readonly (number | string)[],
    rail: (amps: number, name: string) => number | string,
  ) =>
    `Current (A),Voltage (V),VIN,${rails.join(',')}\n${current
      .map((amps) =>
        [amps, 1.5, 1 + 0.1 * Number(amps), ...rails.map((name) => rail(Number(amps), name))].join(','),
      )
      .join('\n')}\n`;

  test('are judged from three quarters of the largest current on, and tell nothing else', async () => {
    const there = [2, 6, 9, 12, 9, 6, 2];
    const { values } = await read(table(there, (amps) => (amps < 9 ? 0.5 : 1 + amps / 100)));
    const ofRails = rails.flatMap((rail) => [
      [`${rail}_min`, { value: 1.09, unit: 'V' }],
      [`${rail}_max`, { value: 1.12, unit: 'V' }],
    ]);
    expect(values).toEqual({
      ...Object.fromEntries(ofRails),
      VIN_slope: { value: expect.closeTo(0.1, 9) as number, unit: 'Ohm' },
      VIN_max: { value: expect.closeTo(2.2, 9) as number, unit: 'V' },
      current_max: { value: 12, unit: 'A' },
    });
  });

  test('of small currents have a slope; one point alone has none', async () => {
    const small = await read(table([0.1, 0.4, 0.5, 0.4, 0.1], () => 1.2));
    expect(small.values.VIN_slope?.value).toBeCloseTo(0.1, 9);
    const gap = text(() => 1.2).replace('\n10,1.5,2,', '\n10,1.5,nan,');
    expect(gap).toContain('nan');
    expect((await read(gap)).values.VIN_slope?.value, 'from the points that are there').toBeCloseTo(0.1, 9);
    const peak = await read(table([1, 10, 1], () => 1.2));
    expect(peak.values.VIN_slope).toEqual({ value: undefined, unit: 'Ohm' });
  });

  test('are whole when they come down to where the regulators begin, give or take a step', async () => {
    const down = (to: number) => read(table([...up, 9, 8, to], () => 1.2));
    expect((await down(7.6)).problems).toEqual([]);
    expect((await down(7.8)).problems[0]?.what).toContain('it ends at 7.8 A');
  });

  test('are read from the file that has them', async () => {
    const contents = { 'a_temperatures.csv': 'Time (s),T (C)\n1,20\n2,20\n3,20\n', 'b.csv': text(() => 1.2) };
    expect((await readSldoResults(files(contents), module)).problems).toEqual([]);
  });

  test('a chip under another number, which a regulator that is not yet on leaves silent, is not missed', async () => {
    const other = text((amps) => (amps < 5 ? '' : 1.2)).replace(
      /ROC([01])/g,
      (_, n) => `ROC${Number(n) + 2}`,
    );
    expect((await read(other)).values).not.toHaveProperty('VDDA_ROC0_min');
    const eight = await read(
      text(() => 1.2),
      { ...module, chips: Array.from('01234567') },
    );
    expect(Object.keys(eight.values).filter((name) => /^VDDD_ROC\d_max$/.test(name))).toHaveLength(8);
  });

  test('a chip that went silent half-way, or was never heard, is missed and not passed over', async () => {
    const halfWay = await read(text((amps, name) => (name === 'VDDA_ROC1' && amps > 8 ? 'nan' : 1.2)));
    expect(halfWay.values.VDDA_ROC1_min?.value).toBeUndefined();
    expect(halfWay.values).toHaveProperty('VDDA_ROC1_min');
    const never = await read(text((_amps, name) => (name.endsWith('1') ? '' : 1.2)));
    expect(never.values).toHaveProperty('VDDA_ROC1_min');
    expect(never.values.VDDD_ROC1_max?.value).toBeUndefined();
    const four = await read(
      text(() => 1.2),
      { ...module, chips: ['0', '1', '2', '3'] },
    );
    expect(Object.keys(four.values).filter((name) => /^VDDA_ROC[23]_min$/.test(name))).toHaveLength(2);
  });

  test('a column of a chip that the module does not have is passed over', async () => {
    const one = await read(
      text((_amps, name) => (name.endsWith('1') ? '' : 1.2)),
      { ...module, chips: ['0'] },
    );
    expect(one.values).not.toHaveProperty('VDDA_ROC1_min');
  });

  test.each([
    ['no file that names it', {}],
    ['an empty one', { 'a.csv': '' }],
    ['no current', { 'a.csv': 'VIN\n1\n2\n3\n' }],
    ['two points', { 'a.csv': table([2, 1], () => 1.2) }],
    ['a current that is no number', { 'a.csv': table([1, 5, 10, 'nan', 5, 1], () => 1.2) }],
    ['a cut last line', { 'a.csv': text(() => 1.2).slice(0, -4) }],
    [
      'no way down',
      {
        'a.csv': lines(
          text(() => 1.2),
          11,
        ),
      },
    ],
    [
      'half a way up',
      {
        'a.csv': lines(
          text(() => 1.2),
          8,
        ),
      },
    ],
  ])('%s is a problem, not a value', async (_what, contents) => {
    const { values, problems } = await readSldoResults(files(contents as Record<string, string>), module);
    expect(problems).toMatchObject([{ code: 'E4313' }]);
    expect(values).toEqual({});
  });
});

describe('the summary of the chips', () => {
  const reader = catalogue.get('calibrate_module')!.calibration.readResults;
  const chip = {
    answers: true,
    target: 1000,
    threshold: { after: { mean: 1010, spread: 40 } },
    noise: { after: { mean: 70 } },
    deadPixels: 3,
  };
  const summary = (chips: object) => JSON.stringify({ modules: { '0': { chips } } });
  const read = (contents: Record<string, string>) => reader(files(contents), module, context);

  test('gives the numbers of every chip', async () => {
    const { values } = await read({ 'calibrate_module.json': summary({ '0': chip, '1': chip }) });
    const { values: below } = await read({
      'calibrate_module.json': summary({ '0': { ...chip, target: 1050 }, '1': { target: 1000 } }),
    });
    expect(below.chip0_threshold_offset?.value, 'below its target is as far off').toBe(40);
    expect(below.chip1_threshold_offset, 'without a threshold there is no distance').toEqual({
      value: undefined,
      unit: 'e',
    });
    expect(values.chip1_threshold_offset).toEqual({ value: 10, unit: 'e' });
    expect(values.chip0_dead_pixels).toEqual({ value: 3, unit: 'pixels' });
    expect(values.chip0_answers?.value).toBe(1);
  });

  test('a chip that it leaves out is missed: each of its numbers is asked for and not there', async () => {
    const { values } = await read({ 'calibrate_module.json': summary({ '0': chip }) });
    expect(values).toHaveProperty('chip1_answers', { value: undefined, unit: '' });
    expect(values).toHaveProperty('chip1_threshold_mean', { value: undefined, unit: 'e' });
  });

  test('a number that is a text, or not there, is not measured', async () => {
    const silent = await read({ 'calibrate_module.json': summary({ '0': { answers: false } }) });
    expect(silent.values.chip0_answers?.value).toBe(0);
    const odd = { ...chip, answers: 'no', deadPixels: '3', noise: null };
    const { values } = await read({ 'calibrate_module.json': summary({ '0': odd, '1': {} }) });
    expect(values.chip0_dead_pixels?.value).toBeUndefined();
    expect(values.chip0_noise_mean?.value).toBeUndefined();
    const endless = summary({ '0': chip }).replace('"deadPixels":3', '"deadPixels":1e999');
    expect(
      (await read({ 'calibrate_module.json': endless })).values.chip0_dead_pixels?.value,
    ).toBeUndefined();
    for (const chip of [0, 1]) expect(values[`chip${chip}_answers`]?.value).toBeUndefined();
    expect(values.chip1_threshold_mean?.value).toBeUndefined();
  });

  test('one that is cut short is a problem; none at all is no value', async () => {
    const cut = await read({ 'calibrate_module.json': summary({ '0': chip }).slice(0, -3) });
    expect(cut.problems).toMatchObject([{ code: 'E4314' }]);
    expect(await read({ 'Module0_Chip0_maps.json': '{' })).toEqual({ values: {}, problems: [] });
    const beside = await read({ 'a_settings.json': '{}', 'calibrate_module.json': summary({ '0': chip }) });
    expect(beside.values.chip0_answers?.value, 'a file that is another is passed over').toBe(1);
  });
});
