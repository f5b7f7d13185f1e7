import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkItems } from '../../src/scripts/checks/checkItems.ts';
import { loadSequenceScript } from '../../src/scripts/loadSequenceScript.ts';
import { sound } from './read.ts';

async function check(module: string, items: object[], name = 'own.mjs'): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-check-items-'));
  await writeFile(join(folder, name), module);
  const script = { ...sound, tests: [{ module: `./${name}`, items }] };
  await writeFile(join(folder, 'x.scr'), JSON.stringify(script));
  const loaded = await loadSequenceScript(join(folder, 'x.scr'));
  return (await checkItems(loaded.script)).map(({ code, what, remedy }) => `${code} ${what} ${remedy}`);
}

const declared = `export const contact = { arguments: { limit: { type: 'number', required: true, min: 0, max: 5 },
  side: { type: 'string', choices: ['left', 'right'] } }, run() {} };
  export function free() {}
  export const five = 5;`;

test('items that the module exports, with the arguments that they declare, are in order', async () => {
  const items = [
    { id: 'contact', args: { limit: 3, side: 'left' } },
    { id: 'free', args: { anything: [1] } },
  ];
  expect(await check(declared, items)).toEqual([]);
});

test('an unknown item is answered with the one that was meant', async () => {
  expect(await check(declared, [{ id: 'contatc' }, { id: 'five' }, { id: 'toString' }])).toEqual([
    'E7208 The module has no item "contatc". Did you mean "contact"?',
    'E7208 The module has no item "five". The module exports: contact, free.',
    'E7208 The module has no item "toString". The module exports: contact, free.',
  ]);
});

test('arguments are checked against the declaration', async () => {
  expect(await check(declared, [{ id: 'contact', args: { limitt: 3, side: 'up' } }])).toEqual([
    'E7218 contact: it takes no argument "limitt". Did you mean "limit"?',
    'E7218 contact: it needs the argument "limit". Add "limit" (number) to "args".',
    'E7218 contact: the argument "side" is "up", and must be one of left, right. Correct it.',
  ]);
  expect(await check(declared, [{ id: 'contact', args: { limit: 9 } }])).toEqual([
    'E7218 contact: the argument "limit" is 9, and must be from 0 to 5. Correct it.',
  ]);
  expect(await check(declared, [{ id: 'contact', args: { limit: '3' } }])).toEqual([
    'E7218 contact: the argument "limit" is "3", and must be a number. Correct it.',
  ]);
});

test('a module that cannot be loaded is named where the script names it', async () => {
  const [problem] = await check('export const a = ;', [{ id: 'a' }]);
  expect(problem).toMatch(/^E7214 The test module cannot be loaded: SyntaxError/);
});

test('a CommonJS module and a plain .js file of a folder without package.json are loaded', async () => {
  expect(await check('exports.a = () => {};', [{ id: 'a' }], 'own.js')).toEqual([]);
  expect(await check('export const a = () => {};', [{ id: 'a' }], 'own.js')).toEqual([]);
});

test('the shipped check module fits the sequence that uses it', async () => {
  const { script } = await loadSequenceScript('config/sequences/quick-check.scr');
  expect(await checkItems(script)).toEqual([]);
});
