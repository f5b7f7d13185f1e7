import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSequenceScript, loadSequenceScript } from '../../src/scripts/loadSequenceScript.ts';
import { listSequences, sequencePath } from '../../src/scripts/sequenceFiles.ts';
import { substitutionForm } from '../../src/scripts/substitutions/substitutionForm.ts';
import { brief } from './read.ts';

const shipped = 'config/sequences';
const names = await listSequences(shipped);

describe('the shipped sequences', () => {
  test('are these', () => {
    expect(names).toEqual([
      'bare-module-iv',
      'electrical-qc',
      'iv-at-temperatures',
      'quick-check',
      'sldo',
      'tuning',
    ]);
  });

  test.each(names)('%s passes its check without a warning', async (name) => {
    const { problems } = await loadSequenceScript(await sequencePath(shipped, name));
    expect(problems).toEqual([]);
  });

  test('electrical-qc is the five calibrations of the documentation, tuned to 1000 e', async () => {
    const { script } = await loadSequenceScript(await sequencePath(shipped, 'electrical-qc'));
    expect(script.title).toBe('Electrical QC');
    expect(script.failFast).toBe(true);
    expect(script.calibrations.map(({ id }) => id)).toEqual([
      'sldo_vi_curves',
      'voltage_trimming',
      'iv_curve',
      'calibrate_module',
      'crosstalk_method',
    ]);
    expect(script.calibrations[0]!.instruments).toEqual(['ab', 'lv']);
    expect(script.calibrations[3]!.tuning).toContainEqual({
      name: 'ThresholdAdjustment_1200',
      TargetThr: 1000,
    });
    expect(script.substitutions).toEqual([{ name: 'TargetThreshold', value: 1000, from: 'default' }]);
  });

  test('the target threshold can be chosen, within its limits', async () => {
    const path = await sequencePath(shipped, 'electrical-qc');
    const { script } = await loadSequenceScript(path, { set: { TargetThreshold: '1500' } });
    expect(JSON.stringify(script.calibrations[3]!.tuning)).toContain('"TargetThr":1500');
    const refused = await checkSequenceScript(path, { set: { TargetThreshold: '99' } });
    expect(refused.script).toBeUndefined();
    expect(refused.problems.map(brief)).toEqual(['E7105 5:5']);
  });

  test('iv-at-temperatures goes to the end voltage of the sensor type at each temperature', async () => {
    const path = await sequencePath(shipped, 'iv-at-temperatures');
    const { script } = await loadSequenceScript(path, { set: { SensorType: 'planar', Cold: '-35' } });
    expect(script.calibrations.map(({ temperature, options }) => [temperature, options[2]])).toEqual([
      [20, '-350'],
      [0, '-350'],
      [-35, '-350'],
    ]);
  });

  test('bare-module-iv is 0 to -30 V in steps of 1 V under 1 µA, repeated once on breakdown', async () => {
    const { script } = await loadSequenceScript(await sequencePath(shipped, 'bare-module-iv'));
    expect(script.calibrations).toEqual([
      expect.objectContaining({
        options: ['--start-voltage', '0', '--max-voltage', '-30', '--step-size', '1', '--delay', '1.5'],
        instruments: ['hv'],
        compliance: 1e-6,
        repeatOnBreakdown: 1,
      }),
    ]);
  });
});

test('a form knows what to ask for, and what it may be', async () => {
  const { fields, problems } = await substitutionForm(await sequencePath(shipped, 'iv-at-temperatures'));
  expect(problems).toEqual([]);
  expect(fields.map(({ name, widget, default: byDefault }) => [name, widget, byDefault])).toEqual([
    ['SensorType', 'select', '3D'],
    ['Cold', 'textinput', '-20'],
  ]);
  expect(fields[0]!.refuse('planar')).toBeUndefined();
  expect(fields[1]!.refuse('-50')?.what).toContain('the whole of it must match');
});

describe('names and files', () => {
  test('a name cannot lead out of the folder', async () => {
    for (const name of ['../secret', 'a/b', '/etc/passwd', '..', ''])
      await expect(sequencePath(shipped, name)).rejects.toThrow('E7219');
  });

  test('a misspelt name is answered with the right one', async () => {
    await expect(sequencePath(shipped, 'electrical_qc')).rejects.toThrow('Did you mean electrical-qc?');
  });

  test('a folder that is not there has no sequences', async () => {
    expect(await listSequences('nowhere')).toEqual([]);
  });

  test('a file that is not there, is a folder or is not UTF-8 is refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-scripts-'));
    await writeFile(join(folder, 'latin.scr'), Buffer.from('{\n\n"a": "\xe9"}', 'latin1'));
    const codes = async (path: string) => (await checkSequenceScript(path)).problems.map(brief);
    expect(await codes(join(folder, 'none.scr'))).toEqual(['E7001 ']);
    expect(await codes(folder)).toEqual(['E7001 ']);
    expect((await codes(join(folder, 'latin.scr')))[0]).toMatch(/^E7003 .*3$/);
  });

  test('a check module or driver that is not there is refused with its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-scripts-'));
    const path = join(folder, 'x.scr');
    const info = '"info": {"product": "p", "bom": "b", "lot": "l", "location": "x"}';
    await writeFile(
      path,
      `{${info},\n"config": {"drivers": ["./drivers/d.js"]},\n"tests": [{"module": "./checks/c.js", "items": [{"id": "a"}]}]}`,
    );
    const { problems } = await checkSequenceScript(path);
    expect(problems.map(({ code, where }) => [code, where!.line, where!.column])).toEqual([
      ['E7214', 3, 22],
      ['E7214', 2, 24],
    ]);
  });

  test('the fingerprint changes with the script and with the files that it names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-scripts-'));
    const path = join(folder, 'x.scr');
    const info = '"info": {"product": "p", "bom": "b", "lot": "l", "location": "x"}';
    const script = `{${info}, "config": {"drivers": ["station"]}, "tests": [{"module": "./c.js", "items": [{"id": "a"}]}]}`;
    const fingerprint = async (text: string, module: string) => {
      await writeFile(path, text);
      await writeFile(join(folder, 'c.js'), module);
      return (await loadSequenceScript(path)).script.fingerprint;
    };
    const first = await fingerprint(script, 'export function a() {}');
    expect(await fingerprint(script, 'export function a() {}')).toBe(first);
    expect(await fingerprint(script, 'export function a() { }')).not.toBe(first);
    expect(await fingerprint(`${script} `, 'export function a() {}')).not.toBe(first);
  });
});
