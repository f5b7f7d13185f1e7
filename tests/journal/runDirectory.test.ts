import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunDirectory, findRun, listRuns, plainName, runName } from '../../src/journal/runDirectory.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const time = new Date('2026-11-20T12:00:00.123Z');
const naming = { time, station: 'example-1', title: 'Electrical QC', module: 'Q2X2-0001' };

test('a run directory carries time, station, title and module', () => {
  expect(runName(naming)).toBe('20261120T120000Z_example-1_Electrical-QC_Q2X2-0001');
});

test('no name, however hostile, leaves the folder, surprises a shell, or is too long for a disk', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('..', '../../etc', '/', 'a/b', '.', '-rf', '$(reboot)', 'a\0b', 'CON', '日本', '~', ''),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, (station, title, module) => {
      const name = runName({ time, station, title, module });
      expect(name).toMatch(/^20261120T120000Z(_[A-Za-z0-9.-]+){3}$/);
      expect(dirname(resolve(root, name))).toBe(root);
      expect(Buffer.byteLength(name)).toBeLessThan(250);
      expect(plainName(title)).not.toMatch(/^[.-]/);
    }),
  );
});

test('a root that cannot be made or written to is refused with its name', async () => {
  writeFileSync(join(root, 'file'), '');
  for (const place of ['file', 'file/below'])
    await expect(createRunDirectory(join(root, place), naming)).rejects.toMatchObject({
      code: 'E5010',
      exitCode: 2,
    });
});

test('two runs of the same second and name get folders of their own, for their owner alone', async () => {
  const made = await Promise.all([1, 2, 3].map(() => createRunDirectory(root, naming)));
  expect(new Set(made.map(({ path }) => path)).size).toBe(3);
  for (const { path } of made) expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('runs are listed newest first; what is no run, and a root that is not there, do no harm', async () => {
  const first = await createRunDirectory(root, naming);
  const second = await createRunDirectory(root, { ...naming, time: new Date('2026-11-21T00:00:00Z') });
  mkdirSync(join(root, 'notes'));
  writeFileSync(join(root, '20261120T120000Z_file'), '');
  expect((await listRuns(root)).map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(await listRuns(join(root, 'nowhere'))).toEqual([]);
  expect(readdirSync(root)).toHaveLength(4);
});

test('a run is found by its id, the beginning of it, its folder, or as the last one; what is not clear is refused', async () => {
  const first = await createRunDirectory(root, naming);
  const second = await createRunDirectory(root, { ...naming, time: new Date('2026-11-21T00:00:00Z') });
  writeFileSync(join(first.path, 'journal.jsonl'), '');
  expect(await findRun(root)).toEqual(second);
  expect(await findRun(root, first.id)).toEqual(first);
  expect(await findRun(root, '20261121')).toEqual(second);
  expect(await findRun('/nowhere', first.path)).toEqual(first);
  await expect(findRun(root, '2026')).rejects.toMatchObject({ code: 'E5003' });
  await expect(findRun(root, 'x')).rejects.toMatchObject({ code: 'E5003' });
});
