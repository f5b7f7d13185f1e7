import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendSigned, readSigned } from '../../src/journal/signedLog.ts';

let folder: string;
let log: string;
let key: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-log-'));
  log = join(folder, 'runs', 'log.jsonl');
  key = join(folder, 'keys', 'signing.pem');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = () => readFileSync(log, 'utf8').trim().split('\n');
const write = (changed: readonly string[]) => writeFileSync(log, `${changed.join('\n')}\n`);

async function threeLines(): Promise<void> {
  for (const verdict of ['passed', 'failed', 'passed']) await appendSigned(log, key, { verdict });
}

test('lines follow from one another, and the key is for its owner alone', async () => {
  await threeLines();
  const { lines: read, broken } = await readSigned<{ verdict: string }>(log);
  expect(broken).toBeUndefined();
  expect(read.map(({ n, entry }) => [n, entry.verdict])).toEqual([
    [1, 'passed'],
    [2, 'failed'],
    [3, 'passed'],
  ]);
  expect(statSync(key).mode & 0o077).toBe(0);
  expect(lines().join('')).not.toContain('PRIVATE');
});

test('a log that is not there is empty', async () => {
  expect(await readSigned(log)).toEqual({ lines: [] });
});

test.each([
  [
    'a word is changed',
    (all: string[]) => all.with(1, all[1]!.replace('failed', 'passed')),
    /line 2 is not what was signed/,
  ],
  ['a line is taken out', (all: string[]) => all.toSpliced(1, 1), /line 2 does not follow/],
  ['lines are exchanged', (all: string[]) => [all[1]!, all[0]!, all[2]!], /line 1 does not follow/],
  ['the first line is taken away', (all: string[]) => all.slice(1), /line 1 does not follow/],
  ['a line is torn', (all: string[]) => all.with(2, all[2]!.slice(0, 40)), /line 3 is no JSON/],
  [
    'the key is another',
    (all: string[]) => all.with(1, all[1]!.replace(/"key":"[^"]{8}/, '"key":"AAAAAAAA')),
    /line 2 (is not what was signed|has no usable key)/,
  ],
])('it shows when %s, and nothing is added to it then', async (_what, change, words) => {
  await threeLines();
  write(change(lines()));
  expect((await readSigned(log)).broken).toMatch(words);
  const before = lines();
  await expect(appendSigned(log, key, { verdict: 'passed' })).rejects.toThrow(/E6301/);
  expect(lines()).toEqual(before);
});
