import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../../src/calibrations/catalogue.ts';
import { demandOwnChips } from '../../../src/sequence/calibrating/chipIdentity.ts';
import type { ExpectedModule } from '../../../src/sequence/resume/moduleIdentity.ts';
import { smallStation } from '../stations.ts';

type Codes = Readonly<Record<string, unknown>>;

interface Found {
  before: Codes;
  /** modules.json after the step; not given: as it was. */
  after?: Codes;
  /** What its results tell. */
  measured?: Readonly<Record<string, number>>;
  calibration?: string;
  simulated?: boolean;
  expected?: ExpectedModule;
  optical?: boolean;
}

/** The problems, and what modules.json is then. */
async function afterStep({ before, after = before, measured = {}, ...found }: Found) {
  const { calibration = 'get_module_info', simulated = false, expected, optical = false } = found;
  const directory = mkdtempSync(join(tmpdir(), 'chips-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const text = (codes: Codes) => {
    const chips = Object.entries(codes).map(([id, eFuseCode]) => [id, { Lane: 0, eFuseCode }]);
    const Hybrid = { 0: { RD53Bv2: { info: { module_name: 'M0' }, ...Object.fromEntries(chips) } } };
    return JSON.stringify(optical ? { OpticalGroup: { 0: { Hybrid } } } : { Hybrid });
  };
  mkdirSync(join(directory, 'modules'));
  writeFileSync(join(directory, 'modules', '02_info.before.json'), text(before));
  writeFileSync(join(directory, 'modules', '02_info.after.json'), text(after));
  writeFileSync(join(directory, 'modules.json'), text(after));
  const { station: real, group } = smallStation();
  const station = { ...real, directory, ...(simulated ? { simulated: { timeScale: 1, seed: 1 } } : {}) };
  const measurements = Object.entries(measured).map(([chip, value]) => ({
    name: `chip${chip}_eFuseCode`,
    value,
    unit: '',
    verdict: 'PASS' as const,
  }));
  const problems = await demandOwnChips(
    { calibration, entry: catalogue.get(calibration)!.calibration, folder: '02_info' },
    [{ module: '0', measurements }],
    { directory, group, station, ...(expected ? { expected: [expected] } : {}) },
  );
  const left = readFileSync(join(directory, 'modules.json'), 'utf8');
  return { problems, putBack: left === text(before) && left !== text(after), kept: left === text(after) };
}

test.each<[string, Found, string]>([
  ['in its results', { before: { 0: 1, 1: 2 }, measured: { 0: 1, 1: 46721 } }, 'chip 1: 46721, not 2'],
  ['in modules.json alone', { before: { 0: 1, 1: 2 }, after: { 0: 3, 1: 2 } }, 'chip 0: 3, not 1'],
  [
    'from codes written as text',
    { before: { 0: '0x10', 1: '17' }, measured: { 0: 16, 1: 18 } },
    'chip 1: 18, not 17',
  ],
  ['in an optical group', { before: { 0: 'ab' }, after: { 0: 3 }, optical: true }, 'chip 0: 3, not 171'],
])('chips that are not those of the module are told, %s', async (_, found, codes) => {
  const { problems, putBack, kept } = await afterStep(found);
  expect(problems).toMatchObject([
    { code: 'E4408', where: { file: expect.stringContaining('modules.json') } },
  ]);
  expect(problems[0]!.what).toContain(`for M0 (${codes})`);
  expect(problems[0]!.remedy).toContain('--module M0');
  expect(putBack || kept, 'and the file has the old codes').toBe(true);
  expect(putBack).toBe(found.after !== undefined);
});

test.each<[string, Found]>([
  ['the same codes', { before: { 0: 1 }, measured: { 0: 1 } }],
  [
    'no code, or 0, where nobody has read one',
    { before: { 0: 0, 1: undefined, 2: '0' }, after: { 0: 7, 1: 8, 2: 9 } },
  ],
  [
    "the code of dirigent's example for every chip",
    { before: { 0: 46721, 1: 46721 }, after: { 0: 7, 1: 8 } },
  ],
  ['a chip that answers 0', { before: { 0: 1 }, measured: { 0: 0 } }],
  ['a chip that does not answer', { before: { 0: 1, 1: 2 }, measured: { 0: 1 } }],
  ['text that is no code', { before: { 0: 'see label' }, measured: { 0: 5 } }],
  [
    'a calibration that tells no codes',
    { before: { 0: 1 }, after: { 0: 2 }, calibration: 'voltage_trimming' },
  ],
  ['a simulated module', { before: { 0: 1 }, after: { 0: 2 }, simulated: true }],
  [
    'a person who has looked at the label',
    {
      before: { 0: 1 },
      after: { 0: 2 },
      expected: { module: '0', certain: false, confirmedBy: '--module M0' },
    },
  ],
])('%s: no disagreement, and the file stays', async (_, found) => {
  const { problems, kept } = await afterStep(found);
  expect(problems).toEqual([]);
  expect(kept).toBe(true);
});

test('the chips that told a resumed run who they are need no person', async () => {
  const { problems } = await afterStep({
    before: { 0: 1 },
    measured: { 0: 2 },
    expected: { module: '0', certain: true, chips: { 0: 1 } },
  });
  expect(problems).toHaveLength(1);
});
