import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCriteria } from '../../src/wirebond/criteria.ts';
import { readSite } from '../../src/wirebond/site.ts';
import { read } from './settings.ts';

const page = readFileSync('docs/wirebond.md', 'utf8');
/** The indented examples that are not commands. */
const examples = [...page.replace(/```json[\s\S]*?```/g, '').matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)]
  .map(([block]) => block.replace(/^ {4}/gm, '').replace(/^\n/, ''))
  .filter((block) => !block.startsWith('baton'));
const json = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text!);

test('every file that the page shows is read, each in its format', () => {
  const readings = examples.map((text) => read(text, { operator: 'Ann', instrument: 'Bench' }));
  expect(readings.map(({ problems }) => problems)).toEqual([[], [], []]);
  expect(readings.map(({ tests }) => [tests[0]?.format, tests[0]?.pulls.length])).toEqual([
    ['dage', 2],
    ['delvotec', 2],
    ['three-columns', 3],
  ]);
});

test('the settings and the criteria that the page shows are valid', () => {
  const [grades, criteria] = json;
  expect(readSite({ file: 'docs', text: `{ ${grades} }` }).problems).toEqual([]);
  expect(readCriteria({ file: 'docs', text: criteria! }).problems).toEqual([]);
});
