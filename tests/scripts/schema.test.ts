import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { listSequences } from '../../src/scripts/sequenceFiles.ts';
import { examplesAreThere, readExample } from './examples.ts';
import { read, sound } from './read.ts';

const schema = JSON.parse(readFileSync('schemas/sequence.schema.json', 'utf8')) as object;
const validate = new Ajv({
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: true,
}).compile(schema);

function faults(script: unknown): string[] {
  return validate(script)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const names = await listSequences('config/sequences');

describe('the schema that editors use', () => {
  test.each(names)('takes the shipped sequence %s', (name) => {
    expect(faults(read(readFileSync(`config/sequences/${name}.scr`, 'utf8')))).toEqual([]);
  });

  test('takes substitutions where true, false or a number goes', () => {
    const items = [{ id: 'a', enable: '%%On', timeout: '%%Seconds', args: { temperature: '%%Cold' } }];
    expect(faults({ ...sound, tests: [{ module: 'calibrations', items }] })).toEqual([]);
  });

  test.each<[string, object]>([
    ['a section that is missing', { ...sound, info: undefined }],
    ['a field of info that does not exist', { ...sound, info: { ...sound.info, colour: 'red' } }],
    ['drivers that are a text', { ...sound, config: { drivers: 'station' } }],
    ['tests that are empty', { ...sound, tests: [] }],
    [
      'an argument that no calibration has',
      { ...sound, tests: [{ module: 'calibrations', items: [{ id: 'a', args: { max: 1 } }] }] },
    ],
    ['a select without choices', { ...sound, subs: { A: { title: 't', type: 'str', widget: 'select' } } }],
    ['a time-out of 0', { ...sound, tests: [{ module: './x.js', items: [{ id: 'a', timeout: 0 }] }] }],
  ])('marks %s', (_, script) => {
    expect(faults(JSON.parse(JSON.stringify(script)))).not.toEqual([]);
  });

  test.runIf(examplesAreThere)(
    "marks in the original's examples nothing but their Python modules and drivers",
    () => {
      for (const name of ['prod_0', 'prod_1', 'brother_v0'])
        for (const fault of faults(read(readExample(`${name}.scr`)))) expect(fault).toMatch(/drivers|module/);
    },
  );
});
