import { expect, test } from 'vitest';
import { parseTestList, parseTuning } from '../../../src/simulator/dirigent/tests.ts';

const names = (tests: readonly { name: string }[]) => tests.map(({ name }) => name);

test('a target alone is looked at before, tuned to, and looked at again', () => {
  const whole = [
    'PixelAlive',
    'SCurveScan',
    'ThresholdAdjustment_1000',
    'ThresholdEqualization',
    'NoiseScan',
    'SCurveScan',
  ];
  for (const text of ['1000', 'ThresholdAdjustment_1000', '{"TargetThr": 1000}', '[1000]'])
    expect(names(parseTuning(text)), text).toEqual(whole);
});

test('several targets are tuned to one after the other', () => {
  expect(names(parseTuning('[2000, 1000]')).filter((name) => name.includes('_'))).toEqual([
    'ThresholdAdjustment_2000',
    'ThresholdAdjustment_1000',
  ]);
});

test('a list of tests is run as it is, with the scans around it that it lacks', () => {
  const list = [
    { name: 'PixelAlive_Analog' },
    { name: 'ThresholdAdjustment_2000', TargetThr: 2000 },
    { name: 'ThresholdEqualization' },
    { name: 'ThresholdAdjustment_1200', TargetThr: '1000' },
    { name: 'NoiseScan' },
    { name: 'SCurveScan_400' },
  ];
  const tests = parseTuning(JSON.stringify(list));
  expect(names(tests)).toEqual(['SCurveScan', ...list.map(({ name }) => name)]);
  expect(tests[4]?.settings).toEqual({ TargetThr: 1000 });
});

test('a name gives its target, and TargetThr overrides it', () => {
  expect(parseTestList('["ThresholdAdjustment_1200"]')[0]?.settings).toEqual({ TargetThr: 1200 });
  expect(parseTestList('[{"name": "ThresholdAdjustment_1200", "TargetThr": 1500}]')[0]?.settings).toEqual({
    TargetThr: 1500,
  });
});

test.each([
  '[]',
  '{}',
  '"PixelAlive"',
  '["PixelAlive", {"name": "NoiseScan"}]',
  '[{"TargetThr": 1000}]',
  '["ThresholdAdjustment_20"]',
  '["ThresholdAdjustment_many"]',
  '[{"name": "NoiseScan", "ThrStart": ""}]',
])('the list %s is refused with E9555', (text) => {
  expect(() => parseTestList(text)).toThrow(/^E9555 /);
});

test.each(['', '[]', '[400]', '20000', 'type 1', '["GainScan"]'])(
  'the tuning "%s" is refused with E9555',
  (text) => {
    expect(() => parseTuning(text)).toThrow(/^E9555 /);
  },
);
