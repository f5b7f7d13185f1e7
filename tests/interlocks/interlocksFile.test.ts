import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { uncovered } from '../../src/station/interlockChecks.ts';
import { assemble, brief, stationOf } from '../station/stationTexts.ts';

const entry = {
  name: 'module too hot',
  reading: 'module.temperature',
  condition: 'above',
  limit: 45,
  unit: '°C',
  action: 'allOff',
  message: 'Look at the cooling.',
};
type Entry = Record<string, unknown>;

const shipped = Object.fromEntries(
  ['station.json', 'instruments.json', 'channels.json', 'modules.json'].map((name) => [
    name,
    readFileSync(`config/${name}`, 'utf8'),
  ]),
);

/** One entry a line, so that a problem's line says which it means; the first is line 2. */
function problems(...entries: Entry[]) {
  const lines = entries.map((one) => JSON.stringify({ ...entry, ...one })).join(',\n');
  const text = `{ "interlocks": [\n${lines}\n] }`;
  return assemble({ ...shipped, 'interlocks.json': text }).problems;
}
const codes = (...entries: Entry[]) => problems(...entries).map(brief);

test('the shipped file and the examples have no problems, and leave nothing unwatched that their stations measure', () => {
  for (const folder of ['config', 'examples/coldbox', 'examples/bare-module']) {
    const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
    const names = ['station.json', 'instruments.json', 'channels.json', 'modules.json', 'interlocks.json'];
    const { station, problems: found } = assemble(
      Object.fromEntries(names.map((name) => [name, read(name)])),
    );
    expect(found.map(brief)).toEqual([]);
    expect(uncovered(station!)).toEqual([]);
    expect(station!.interlocks.length).toBeGreaterThan(1);
  }
});

test('the example of docs/interlocks.md is right, and the page names every key, reading and action', () => {
  const page = readFileSync('docs/interlocks.md', 'utf8');
  const example = /```json\n(.*?)```/s.exec(page)![1]!;
  expect(assemble({ ...shipped, 'interlocks.json': example }).problems.map(brief)).toEqual([]);
  const schema = JSON.parse(readFileSync('schemas/interlocks.schema.json', 'utf8')) as {
    definitions: { interlock: { properties: Record<string, { enum?: string[] }> } };
  };
  const { properties } = schema.definitions.interlock;
  const words = [
    ...Object.keys(properties),
    ...['reading', 'condition', 'action'].flatMap((key) => properties[key]!.enum!),
  ];
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});

test('units become those of the reading, and stale ones seconds', () => {
  const text = JSON.stringify({
    interlocks: [
      { ...entry, name: 'a', reading: 'hv.current', limit: 9.5, unit: 'µA', action: 'warn' },
      { ...entry, name: 'b', condition: 'stale', limit: 2, unit: 'min' },
      { ...entry, name: 'c', reading: 'lv.voltage', condition: 'below', limit: 1400, unit: 'mV' },
    ],
  });
  const { station } = assemble({ ...shipped, 'interlocks.json': text });
  expect(station?.interlocks.map(({ limit, grace, when }) => [limit, grace, when])).toEqual([
    [9.5e-6, 0, 'always'],
    [120, 0, 'always'],
    [1.4, 0, 'always'],
  ]);
});

test('a station without the file has none, and everything that it measures is unwatched', () => {
  const station = stationOf({});
  expect(station.interlocks).toEqual([]);
  expect(uncovered(station)).toContain('hv.current');
});

describe('everything wrong is said at once, each at its place:', () => {
  test('a misspelt key, value or unit, with what was meant', () => {
    const found = problems(
      { reading: 'module.temperatur' },
      { name: 'b', acton: 'warn' },
      { name: 'c', unit: 'µA' },
    );
    expect(found.map(({ where }) => where?.line)).toEqual(expect.arrayContaining([2, 3, 4]));
    const text = found.map(({ what, remedy }) => `${what} ${remedy}`).join('\n');
    expect(text).toContain('Did you mean "module.temperature"?');
    expect(text).toContain('Did you mean "action"?');
    expect(text).toMatch(/Use °C, C\./);
  });

  test('a "when" that is no time and no category', () => {
    expect(codes({ when: 'hvon' })).toEqual(['E2006 interlocks.json:2:158']);
    expect(codes({ when: ['tunning'] })).toEqual(['E2006 interlocks.json:2:159']);
  });

  test('two of one name', () => {
    expect(codes({}, {})).toEqual(['E6002 interlocks.json:3:9']);
  });

  test('a limit that no reading can come beyond', () => {
    const never: Entry[] = [
      { reading: 'lv.voltage', unit: 'V', condition: 'below', limit: 0 },
      { condition: 'below', limit: -300 },
    ];
    for (const one of never) expect(codes(one)).toEqual([expect.stringMatching(/^E6003/)]);
  });

  test('a limit that the supplies themselves hold, as a warning', () => {
    const held: Entry[] = [
      { reading: 'hv.current', unit: 'µA', limit: 10 },
      { reading: 'hv.voltage', unit: 'V', limit: 80 },
      { reading: 'lv.current', unit: 'A', limit: 3.7 },
    ];
    for (const one of held) expect(codes(one)).toEqual([expect.stringMatching(/^E6004 .* warning$/)]);
  });

  test('a limit on this side of what the station sets on purpose', () => {
    expect(codes({ reading: 'hv.voltage', unit: 'V', limit: 60 })).toEqual([expect.stringMatching(/^E6005/)]);
    expect(codes({ reading: 'lv.voltage', unit: 'V', condition: 'below', limit: 1.9 })).toEqual([
      expect.stringMatching(/^E6005/),
    ]);
  });

  test('a warning that can only come when the emergency has acted: a branch that nobody ever reaches', () => {
    const warning = { name: 'warm', action: 'warn' };
    expect(codes({}, { ...warning, limit: 50 })).toEqual([
      expect.stringMatching(/^E6006 interlocks\.json:3/),
    ]);
    expect(codes({}, { ...warning, limit: 45 })).toEqual([expect.stringMatching(/^E6006/)]);
    expect(codes({}, { ...warning, limit: 40 })).toEqual([]);
    // It acts later, or at other times: then the warning can be seen.
    expect(codes({ grace: 5 }, { ...warning, limit: 50 })).toEqual([]);
    expect(codes({ when: 'hvOn' }, { ...warning, limit: 50 })).toEqual([]);
    expect(codes({ when: ['tuning'] }, { ...warning, limit: 50, when: ['tuning'] })).toHaveLength(1);
  });

  test('a reading that nothing at the station tells, as a warning', () => {
    expect(codes({ reading: 'climate.humidity', unit: '%' })).toEqual([
      expect.stringMatching(/^E6007 .* warning$/),
    ]);
  });
});
