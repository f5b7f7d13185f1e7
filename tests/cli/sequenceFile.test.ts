import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sequenceOf, sequenceOn } from '../../src/cli/running/sequenceFile.ts';
import { loadStation } from '../../src/station/load.ts';
import { poweringGroup } from '../../src/station/poweringGroup.ts';
import { sound } from '../scripts/read.ts';

/** A config folder with one sequence, `own`, and a check module that exports `touch`. */
function site(changes: object): string {
  const config = mkdtempSync(join(tmpdir(), 'baton-site-'));
  for (const folder of ['sequences', 'checks']) mkdirSync(join(config, folder));
  writeFileSync(join(config, 'checks', 'own.mjs'), 'export const touch = () => "PASS";');
  writeFileSync(join(config, 'sequences', 'own.scr'), JSON.stringify({ ...sound, ...changes }));
  return config;
}

const calling = (id: string) => ({ tests: [{ module: './checks/own.mjs', items: [{ id }] }] });

test('a sequence whose items its module does not have is refused before a run, not in the middle of it', async () => {
  const wrong = sequenceOf({ sequence: 'own', config: site(calling('tuch')) });
  await expect(wrong).rejects.toThrow(/E7208.*own\.scr.*no item "tuch".*Did you mean "touch"\?/s);
  const { script } = await sequenceOf({ sequence: 'own', config: site(calling('touch')) });
  expect(script.tests[0]!.items).toMatchObject([{ id: 'touch' }]);
});

test('a script for simulated instruments alone never runs on real ones', async () => {
  const config = site({ config: { drivers: ['simulated'] } });
  const { script } = await sequenceOf({ sequence: 'own', config });
  const { station } = await loadStation('config');
  const around = { station, group: poweringGroup(station, undefined) };
  expect(() => sequenceOn({ ...around, twin: false }, script)).toThrow(/E7403.*own\.scr:1:\d+/s);
  expect(sequenceOn({ ...around, twin: true }, script).plan().steps).toHaveLength(1);
});
