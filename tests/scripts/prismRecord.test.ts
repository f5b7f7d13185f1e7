import { expect, test } from 'vitest';
import { judge } from '../../src/scripts/measurement.ts';
import { nineDigits, type PrismRecordInput, toPrismRecord } from '../../src/scripts/prismRecord.ts';

const input: PrismRecordInput = {
  id: '3ea7b732-0000-4000-8000-000000000000',
  started: Date.UTC(2026, 10, 20, 10, 10, 29, 202),
  ended: Date.UTC(2026, 10, 20, 10, 10, 30),
  verdict: 'FAIL',
  operator: 'tester',
  station: 'bench-1',
  modules: ['20UPGM22110039'],
  host: ['Linux', 'vm', '6.18', '#1', 'x86_64'],
  batonVersion: '0.1.0',
  script: {
    file: 'config/sequences/x.scr',
    hash: 'ab'.repeat(32),
    info: { product: 'widget_1', bom: 'B00012-003', lot: '95035', location: 'canada/ontario/milton' },
    substitutions: [{ name: 'Lot', value: '95035' }],
  },
  items: [
    {
      name: 'TST100_Meas',
      verdict: 'FAIL',
      started: 1795169429621,
      ended: 1795169429899,
      measurements: [
        judge('apples', 0.58649289412345, { min: 0, max: 11.1, unit: 'dB' }),
        judge('bananas', 5, { max: 0, unit: 'dB' }),
        judge('ok', true),
        judge('sn', 'SN-0042'),
      ],
      keys: [{ name: 'lot', value: '12345' }],
      blobs: [{ name: 'curve', data: [1, 2] }],
      fail: { fid: 'TST100-0', msg: 'Component R1' },
    },
  ],
  simulated: true,
};

test("a run becomes the original's result record", () => {
  const { file, record } = toPrismRecord(input);
  expect(file).toBe('result_3ea7b732-0000-4000-8000-000000000000.json');
  expect(record).toEqual({
    result: {
      meta: {
        channel: 0,
        result: 'FAIL',
        processor: 'resultbasekeysv1',
        operator: 'tester',
        ip: '127.0.0.1',
        script: 'config/sequences/x.scr',
        ruid: '3ea7b732-0000-4000-8000-000000000000',
        version: 'baton 0.1.0',
        start: '2026-11-20T10:10:29.202000',
        end: '2026-11-20T10:10:30',
        hostname: ['Linux', 'vm', '6.18', '#1', 'x86_64', ''],
      },
      info: { product: 'widget_1', bom: 'B00012-003', lot: '95035', location: 'canada/ontario/milton' },
      config: {},
      items: [
        {
          name: 'TST100_Meas',
          result: 'FAIL',
          timestamp_start: 1795169429.62,
          timestamp_end: 1795169429.9,
          measurements: [
            {
              name: 'TST100_Meas.apples',
              unit: 'dB',
              min: '0',
              max: '11.1',
              value: '0.586492894',
              result: 'PASS',
            },
            { name: 'TST100_Meas.bananas', unit: 'dB', min: null, max: '0', value: '5', result: 'FAIL' },
            { name: 'TST100_Meas.ok', unit: 'Boolean', value: 'True', result: 'PASS' },
            { name: 'TST100_Meas.sn', unit: 'STR', min: null, max: null, value: 'SN-0042', result: 'PASS' },
          ],
          blobs: [{ name: 'TST100_Meas.curve', type: 'BLOB_UNKNOWN', data: [1, 2] }],
          fail_msg: { fid: 'TST100-0', msg: 'Component R1' },
        },
      ],
      errors: [],
      jsonb: {
        baton: {
          script_sha256: 'ab'.repeat(32),
          substitutions: { Lot: '95035' },
          verdict: 'FAIL',
          station: 'bench-1',
          modules: ['20UPGM22110039'],
          simulated: true,
        },
      },
      html_summary: null,
      keys: { key0: 'sn:20UPGM22110039', key1: 'lot:12345' },
    },
    file: 'result_3ea7b732-0000-4000-8000-000000000000.json',
    processor: 'resultbasekeysv1',
  });
});

test.each(['INC', 'TIMEOUT', 'INTERNAL_ERROR', 'UNKNOWN', 'SKIP', 'FAIL'] as const)(
  'a run that ended with %s is a FAIL there',
  (verdict) => {
    expect(toPrismRecord({ ...input, verdict }).record.result).toMatchObject({ meta: { result: 'FAIL' } });
  },
);

// What C's printf("%.9g") gives.
test.each([
  [0, '0'],
  [10, '10'],
  [11.1, '11.1'],
  [1e-6, '1e-06'],
  [-1.5e-7, '-1.5e-07'],
  [0.0001, '0.0001'],
  [123456789, '123456789'],
  [1234567890, '1.23456789e+09'],
  [10.000000001, '10'],
  [999999999.9, '1e+09'],
  [1e100, '1e+100'],
  [-80, '-80'],
])('%d is written %s, with nine digits', (value, text) => {
  expect(nineDigits(value)).toBe(text);
});
