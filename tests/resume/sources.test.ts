import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demandSameModules } from '../../src/cli/running/resume/resumeRun.ts';
import { changesAtStation } from '../../src/cli/running/resume/resumeSources.ts';
import { foldJournal } from '../../src/journal/record.ts';
import { smallStation } from '../sequence/stations.ts';
import { begun } from './begun.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'baton-sources-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const { station } = smallStation();
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const files = station.files.map(({ name, text }) => ({
  path: `config/${name}`,
  bytes: text.length,
  sha256: hash(text),
}));
const record = foldJournal([{ n: 0, t: 0, ...begun, files } as never])!;
record.versions = { ...record.versions, dirigent: '1.0' };

/** The station of the run, with other texts of some files. */
function changed(texts: Record<string, string> = {}, dirigent = '1.0') {
  const known = station.files.map((file) => ({ ...file, text: texts[file.name] ?? file.text }));
  const added = Object.entries(texts).filter(([name]) => !station.files.some((file) => file.name === name));
  const now = [...known, ...added.map(([name, text]) => ({ name, text, path: name }))] as typeof known;
  return changesAtStation({ id: 'one', path }, record, { ...station, files: now }, dirigent);
}

test('a station as it was when the run began has not changed', async () => {
  expect(await changed()).toEqual([]);
});

test('files that were changed or are new, and another dirigent, are told', async () => {
  expect(await changed({ 'instruments.json': '{}', 'interlocks.json': '{}' }, '1.1')).toEqual([
    'instruments.json was changed',
    'interlocks.json was not there when the run began',
    'dirigent is 1.1; it was 1.0',
  ]);
});

test('modules.json may be as a step left it, and not otherwise', async () => {
  mkdirSync(join(path, 'modules'));
  writeFileSync(join(path, 'modules', '02_voltage_trimming.after.json'), '{"trimmed":true}');
  expect(await changed({ 'modules.json': '{"trimmed":true}' })).toEqual([]);
  expect(await changed({ 'modules.json': '{"trimmed":"by hand"}' })).toEqual(['modules.json was changed']);
});

test.each([
  ['another serial number', [{ index: '0', name: 'M0', serialNumber: '20UPGM22110002' }]],
  ['none', [{ index: '0', name: 'M0' }]],
  [
    'one more on the same channel',
    [
      { index: '0', name: 'M0', serialNumber: '20UPGM22110001' },
      { index: '1', name: 'M1' },
    ],
  ],
])('no agreement to changes lets a run go on with a module of %s', (_, modules) => {
  const began = [{ index: '0', name: 'M0', serialNumber: '20UPGM22110001' }];
  const demand = (now: object) => () =>
    demandSameModules({ id: 'one' }, { modules: began } as never, { modules: now } as never);
  expect(demand(began)).not.toThrow();
  expect(demand(modules)).toThrow(expect.objectContaining({ code: 'E4406' }));
});
