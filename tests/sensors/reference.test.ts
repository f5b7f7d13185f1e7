import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyse } from '../../src/sensors/analyses/analyse.ts';
import { importSensorTests } from '../../src/sensors/importing/importSensorTests.ts';
import { quantities } from '../../src/sensors/quantities.ts';
import type { SensorTest } from '../../src/sensors/record.ts';
import { describeWithReference, generatedTree, sharedSensors } from './shared.ts';

type Numbers = Record<string, unknown>;

interface Golden {
  file: string;
  decision: string | null;
  flags: string[];
  [name: string]: unknown;
}

/** The field's name, ours, and how far apart they may be (the facts page, §9). */
const compared: Record<string, [name: string, relative: number][]> = {
  IV: [
    ['IDataAtTestV', 1e-12],
    ['MicroDischargeV', 1e-12],
    ['RMS_Stability[nA]', 1e-12],
  ],
  CV: [
    ['Vdep[V]', 2e-6],
    ['Dfull[um]', 2e-6],
    ['Neff[1e12/cm^3]', 5e-6],
    ['R', 1e-4],
  ],
  stability: [
    ['AbsILeakAvg[nA]', 1e-12],
    ['ILeakVariation', 1e-12],
  ],
  strip: [
    ['N_strips', 0],
    ['NumBadChannels', 0],
    ['NumSoSoChannels', 0],
    ['NumMeasErrChannels', 0],
    ['N_badcluster_max', 0],
    ['Bad_strip_fraction[%]', 1e-12],
  ],
  bow: [
    ['MaxBow[um]', 1e-5],
    ['AvgBow[um]', 1e-5],
    ['StdBow[um]', 1e-5],
  ],
  thickness: [],
};

function asReference(test: SensorTest): Numbers {
  const found = analyse(test);
  switch (found.testType) {
    case 'IV':
    case 'manufacturing':
      return {
        IDataAtTestV: found.values.currentAtTestVoltage_nA_per_cm2 ?? 999,
        MicroDischargeV: found.values.breakdownVoltage_V,
        'RMS_Stability[nA]': found.values.holdVariation ?? -1,
        MicroDischarge: found.values.microDischarge ? 'Yes' : null,
        ExceedImax: found.values.exceedsMaximumCurrent ? 'Yes' : 'No',
        PassIV: found.decision === 'Pass' ? 'Yes' : 'No',
      };
    case 'CV':
      return {
        'Vdep[V]': found.values.depletionVoltage_V,
        'Dfull[um]': found.values.activeThickness_um,
        'Neff[1e12/cm^3]': found.values.neff_1e12_per_cm3,
        R: found.values.fitResidual,
        popt: found.fit && (({ a, f, d, w, b }) => [a, f, d, w, b])(found.fit.model),
        norm: found.fit?.norm_per_pF2,
      };
    case 'stability':
      return {
        'AbsILeakAvg[nA]': found.values.averageLeakage_nA ?? found.values.averageShuntVoltage_mV,
        ILeakVariation: found.values.leakageVariation,
        CurrentOrShuntV: found.measuredBy === 'current' ? 'Current' : 'ShuntV',
      };
    case 'strip':
      return {
        N_strips: found.values.strips,
        NumBadChannels: found.values.badChannels?.length,
        NumSoSoChannels: found.values.soSoChannels?.length,
        NumMeasErrChannels: found.values.badContactChannels?.length,
        N_badcluster_max: found.values.longestBadCluster,
        'Bad_strip_fraction[%]': found.values.badStripFraction_percent,
        ChannelRange: [found.values.firstChannel, found.values.lastChannel],
        BadChannelsList: found.values.badChannels,
        SoSoChannelsList: found.values.soSoChannels,
        MeasErrChannelsList: found.values.badContactChannels,
        BadChannelsDictConcise: found.bad,
        ...Object.fromEntries(
          [
            'shorts',
            'pinholes',
            'implant_break',
            'metal_short',
            'open_resistor',
            'rbias_defect',
            'bad_contact',
          ].map((name) => [`List_${name}`, found.byDefect[name as 'shorts'] ?? []]),
        ),
      };
    case 'bow':
      return {
        'MaxBow[um]': found.values.maximumBow_um,
        'AvgBow[um]': found.values.averageBow_um,
        'StdBow[um]': found.values.bowDeviation_um,
      };
    default:
      return {};
  }
}

function compare(test: SensorTest, golden: Golden): void {
  const found = analyse(test);
  expect.soft({ decision: found.decision, flags: found.flags }, golden.file).toEqual({
    decision: golden.decision,
    flags: golden.flags,
  });
  const ours = asReference(test);
  const tolerances = new Map(compared[test.testType] ?? []);
  for (const [name, value] of Object.entries(ours)) {
    if (!(name in golden)) continue;
    const tolerance = tolerances.get(name);
    if (tolerance !== undefined)
      closeTo(value as number, golden[name] as number, tolerance, `${golden.file} ${name}`);
    else if (name === 'popt')
      // Slope a, f, d, width w, plateau b.
      for (const [i, one] of (value as number[]).entries())
        closeTo(
          one,
          (golden.popt as number[])[i]!,
          [5e-6, 2e-6, 5e-6, 1e-3, 1e-3][i]!,
          `${golden.file} popt[${i}]`,
        );
    else if (name === 'norm') closeTo(value as number, golden.norm as number, 1e-12, `${golden.file} norm`);
    else expect.soft(value, `${golden.file} ${name}`).toEqual(golden[name]);
  }
}

function closeTo(value: number, expected: number, relative: number, what: string): void {
  const difference = Math.abs(value - expected);
  expect
    .soft(difference <= relative * Math.abs(expected), `${what}: ${value}, reference ${expected}`)
    .toBe(true);
}

describeWithReference('against the reference results', () => {
  const templateFolders = [
    ['our own templates', undefined] as const,
    ['a site’s templates', 'templates'] as const,
  ];

  test.each(templateFolders)(
    'the eight example files have the reference’s records and results, read with %s',
    async (_, folder) => {
      const templates = folder && join(sharedSensors, folder);
      const { tests, unreadable } = await importSensorTests(join(sharedSensors, 'examples'), { templates });
      expect(unreadable).toEqual([]);
      expect(tests.length).toBe(8);
      const names = readdirSync(join(sharedSensors, 'golden')).filter((name) => name.endsWith('.dat.json'));
      expect(names.length).toBe(8);
      for (const name of names) {
        const golden = JSON.parse(readFileSync(join(sharedSensors, 'golden', name), 'utf8')) as ExampleGolden;
        const [reference] = golden.tests;
        const test = tests.find(({ filename }) => filename === golden.file)!;
        compareRecord(test, reference!);
        if (reference!.analysis)
          compare(test, {
            file: golden.file,
            ...reference!.analysis.derived,
            decision: reference!.analysis.Decision,
            flags: reference!.analysis.Flags,
          });
        else expect(analyse(test).decision).toBe(null);
      }
    },
  );

  test('the generated tree of 100 files has the reference’s decisions, flags and numbers', async () => {
    const { tests, unreadable } = await importSensorTests(generatedTree(100));
    expect(unreadable).toEqual([]);
    const lines = readFileSync(join(sharedSensors, 'golden', 'tree_n100_seed1.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(tests.length).toBe(lines.length);
    for (const line of lines) {
      const golden = JSON.parse(line) as Golden & Record<'batch' | 'timestamp' | 'component', string>;
      const test = tests.find(({ filename }) => filename === golden.file)!;
      expect
        .soft([test.batch, test.wafer, test.timestamp, test.serialNumber, test.segment ?? null], golden.file)
        .toEqual([golden.batch, golden.wafer, golden.timestamp, golden.component, golden.segment]);
      compare(test, golden);
    }
  });
});

interface ExampleGolden {
  file: string;
  tests: {
    record_nonnull: Record<string, unknown>;
    table: { rows: Numbers; sum: Record<string, number>; first_row: Numbers; last_row: Numbers };
    analysis: null | { derived: Numbers; Decision: string; Flags: string[] };
  }[];
}

function compareRecord(
  test: SensorTest,
  { record_nonnull: record, table }: ExampleGolden['tests'][number],
): void {
  expect.soft(test.batch).toBe(record.Batch);
  expect.soft(test.wafer).toBe(record.Wafer);
  expect.soft(test.serialNumber).toBe(record.Component);
  expect.soft(test.timestamp).toBe(record.Timestamp);
  expect.soft(test.testTypeCode).toBe(record.TestType);
  expect.soft(test.institute).toBe(record.Institute);
  expect.soft(test.runNumber).toBe(record.RunNumber);
  if (record.Settings !== undefined) expect.soft(test.comments).toBe(record.Settings);
  for (const [tag, field] of [
    ['Temperature[°C]', 'temperature_C'],
    ['Humidity[%]', 'humidity_percent'],
  ] as const)
    if (record[tag] !== undefined) closeTo(test[field]!, Number(record[tag]), 1e-12, `${test.file} ${tag}`);
  for (const [key, sum] of Object.entries(table?.sum ?? {})) {
    const quantity = quantities.find(({ header }) => `TABLE_${header}` === key)!;
    const column = test.columns[quantity.name]!;
    expect.soft(column.length, key).toBe(table.rows[key]);
    closeTo(
      column.reduce((a, b) => a + b, 0),
      sum,
      1e-12,
      `${test.file} sum of ${key}`,
    );
    expect.soft(column[0], key).toBe(table.first_row[key]);
    expect.soft(column.at(-1), key).toBe(table.last_row[key]);
  }
}
