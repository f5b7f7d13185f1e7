import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/journal/record.ts';
import { rowsOf, toColumns, toCsv } from '../../src/reports/export/formats.ts';
import { runAsPrismRecord } from '../../src/reports/export/prism.ts';
import { exportColumns } from '../../src/reports/export/rows.ts';

import { baton, scratch } from '../e2e/baton.ts';
import { simulatedRunDirectory } from './simulatedRuns.ts';

function twoRuns(): { root: string; records: RunRecord[] } {
  const root = scratch();
  const records = [1, 2].map(
    (seed) => simulatedRunDirectory(root, { seed, started: new Date(Date.UTC(2026, 0, 4 + seed)) }).record,
  );
  return { root, records };
}

describe('baton runs export', () => {
  test('CSV reads back as the rows that it was made from', async () => {
    const { root, records } = twoRuns();
    const { stdout, exitCode } = await baton(['runs', 'export', '--directory', root]);
    expect(exitCode).toBe(0);
    const cells = parse(stdout, { columns: true }) as Record<string, string>[];
    const rows = rowsOf(records);
    expect(cells.map(({ measurement, value }) => [measurement, Number(value)])).toEqual(
      rows.map(({ measurement, value }) => [measurement, value]),
    );
  });

  test('what measured nothing stands there, without a measurement', () => {
    const [record] = twoRuns().records as [RunRecord];
    const [first, second] = record.steps;
    const stopped = { ...second!, state: 'stopped' as const, results: [] };
    const rows = rowsOf([{ ...record, steps: [first!, stopped] }]);
    expect(rows.filter(({ measurement }) => measurement === null)).toMatchObject([
      {
        run: record.run,
        module: record.modules[0]!.name,
        step: second!.step,
        step_state: 'stopped',
        value: null,
        verdict: null,
      },
    ]);
    expect(rowsOf([{ ...record, steps: [] }])).toMatchObject([
      { run: record.run, module: record.modules[0]!.name, step: null, measurement: null },
    ]);
    const [, line] = toCsv(rowsOf([{ ...record, steps: [] }])).split('\r\n');
    expect(line, 'empty cells').toMatch(/,,,,,,,,,,,$/);
  });

  test('columns are all of one length and of the type that they say', () => {
    const { records } = twoRuns();
    const { rows, schema, columns } = JSON.parse(toColumns(rowsOf(records)));
    expect(rows).toBe(rowsOf(records).length);
    expect(schema).toEqual(exportColumns.map(([name, type]) => ({ name, type })));
    const is = {
      string: 'string',
      bool: 'boolean',
      int32: 'number',
      double: 'number',
      'timestamp[ms]': 'number',
    };
    for (const [name, type] of exportColumns) {
      expect(columns[name]).toHaveLength(rows);
      for (const value of columns[name]) if (value !== null) expect(typeof value).toBe(is[type]);
    }
    expect(columns.started[0]).toBe(records[0]!.started);
  });

  test('JSON holds the records as they are', async () => {
    const { root, records } = twoRuns();
    const { stdout } = await baton([
      'runs',
      'export',
      records[0]!.run,
      '--directory',
      root,
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout)).toEqual([JSON.parse(JSON.stringify(records[0]))]);
  });

  test('Prism: one file a run, the same however often it is exported, and a FAIL stays one', async () => {
    const { root } = twoRuns();
    const { record } = simulatedRunDirectory(root, {
      seed: 3,
      started: new Date(Date.UTC(2026, 0, 9)),
      leakage: 2e-5,
    });
    const folder = join(root, 'prism');
    await baton(['runs', 'export', '--directory', root, '--format', 'prism', '--output', folder]);
    expect(readdirSync(folder)).toHaveLength(3);
    // Made again it has the same name.
    const { file } = runAsPrismRecord(record, ['', '', '', '', '']);
    const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    expect(result.meta.result).toBe('FAIL');
    expect(result.items.map(({ name, result: of }: { name: string; result: string }) => [name, of])).toEqual([
      ['calibrations.sldo_vi_curves', 'PASS'],
      ['calibrations.iv_curve', 'FAIL'],
      ['calibrations.calibrate_module', 'PASS'],
    ]);
    expect(result.keys.key0).toBe(`sn:${record.modules[0]!.serialNumber}`);
  });

  test('Prism: info goes over as the script has it', () => {
    const { record } = simulatedRunDirectory(scratch(), { seed: 3, started: new Date(0) });
    const info = { product: 'quad', bom: 'B1', lot: 'L7', location: 'clean room' };
    const { record: exported } = runAsPrismRecord({ ...record, sequence: { ...record.sequence, info } }, [
      ...(['', '', '', '', ''] as const),
    ]);
    expect(exported.result).toMatchObject({ info });
  });

  test('a title that a spreadsheet would take for a formula is none in CSV', () => {
    const { record } = simulatedRunDirectory(scratch(), {
      seed: 1,
      started: new Date(0),
      title: '=HYPERLINK("http://x","y")',
    });
    const [, first = ''] = toCsv(rowsOf([record])).split('\r\n');
    expect(first).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  });
});

test('a station without runs is told so, with what to do', async () => {
  const { stderr, exitCode } = await baton(['station', 'report', '--directory', scratch()]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^E9408 /);
});
