import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BatonError } from '../../src/base/errors.ts';
import { modulesByChannel, readHanded } from '../../src/measurements/handed.ts';

const instruments = {
  hv_1: { class: 'Keithley2410', resource: 'ASRL/dev/ttyUSB0::INSTR', default_current: 1e-5, wait_time: 5 },
};

test('instruments get the defaults of icicle where the dict is silent', () => {
  const { instruments: read } = readHanded(JSON.stringify(instruments), '{}');
  expect(read.get('hv_1')).toMatchObject({
    defaultStepSize: 5,
    defaultDelay: 1,
    defaultCurrent: 1e-5,
    sim: false,
  });
  expect(read.get('hv_1')?.entry).toEqual(instruments.hv_1);
});

test('a dict may be the path of a file', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'handed-')), 'instruments.json');
  writeFileSync(path, JSON.stringify(instruments));
  expect([...readHanded(path, '{}').instruments.keys()]).toEqual(['hv_1']);
});

test('modules that share a channel are a group, a channel that is not named is the first', () => {
  const channels = {
    0: { hv: { instrument: 'hv_1', channel: 1 } },
    1: { hv: { instrument: 'hv_1' } },
    2: { hv: { instrument: 'hv_1', channel: 2 } },
  };
  const groups = modulesByChannel(readHanded(JSON.stringify(instruments), JSON.stringify(channels)), 'hv');
  expect([...groups].map(([at, modules]) => [at, modules.map(({ index }) => index)])).toEqual([
    ['hv_1:1', ['0', '1']],
    ['hv_1:2', ['2']],
  ]);
});

test.each([
  ['truncated JSON', '{"hv_1": {', '{}'],
  ['a list', '[]', '{}'],
  ['an instrument without a resource', '{"hv_1": {"class": "Keithley2410"}}', '{}'],
  [
    'a default that is no number',
    '{"hv_1": {"class": "K", "resource": "r", "default_current": "10u"}}',
    '{}',
  ],
  [
    'a channel of an unknown instrument',
    JSON.stringify(instruments),
    '{"0": {"hv": {"instrument": "hv_2"}}}',
  ],
  [
    'a channel that is no number',
    JSON.stringify(instruments),
    '{"0": {"hv": {"instrument": "hv_1", "channel": 0}}}',
  ],
  ['a role without an instrument', JSON.stringify(instruments), '{"0": {"hv": {}}}'],
])('%s is refused with E9104', (_, instrumentsDict, channelsDict) => {
  expect(() => readHanded(instrumentsDict, channelsDict)).toThrow(/^E9104 /);
});

test('all problems come at once', () => {
  try {
    readHanded('{"a": {}, "b": 1}', '{"0": {"hv": {"instrument": "c"}}}');
    expect.unreachable();
  } catch (error) {
    expect((error as BatonError).problems).toHaveLength(4);
  }
});
