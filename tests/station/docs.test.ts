import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { instrumentClasses } from '../../src/station/classes.ts';
import { assemble, brief } from './stationTexts.ts';

const page = readFileSync('docs/station.md', 'utf8');

/** The first example below a heading, or the one after so many others. */
function example(heading: string, number = 0): string {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`) + 1);
  const blocks = [...section.matchAll(/```json\n(.*?)```/gs)];
  return blocks[number]![1]!;
}

test('the examples of docs/station.md are one station without problems', () => {
  const { problems } = assemble({
    'station.json': example('station.json'),
    'instruments.json': example('instruments.json'),
    'channels.json': example('channels.json'),
    'modules.json': example('modules.json'),
  });
  expect(problems.map(brief)).toEqual([]);
});

test("so is the example of icicle's dialect, without a channels.json", () => {
  const { problems } = assemble({
    'station.json': example('station.json'),
    'instruments.json': example('instruments.json', 1),
    'modules.json': example('modules.json'),
  });
  expect(problems.map(brief)).toEqual([]);
});

test('every instrument class and every key of the schemas stands on the page', () => {
  const names = new Set(Object.keys(instrumentClasses));
  for (const file of ['station', 'instruments', 'channels', 'modules']) {
    const schema = JSON.parse(readFileSync(`schemas/${file}.schema.json`, 'utf8'));
    JSON.stringify(schema, (key, value) => {
      if (key === 'properties') for (const name of Object.keys(value)) names.add(name);
      return value;
    });
  }
  expect([...names].filter((name) => !new RegExp(`\\b${name.replace('$', '')}\\b`).test(page))).toEqual([]);
});
