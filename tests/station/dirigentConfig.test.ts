import { expect, test } from 'vitest';
import { parseDirigentConfig, readDirigentConfig } from '../../src/station/dirigentConfig.ts';

const read = (text: string) => parseDirigentConfig('dirigent.toml', text);

test('the dirigent.toml that ships says what Baton reads of it', async () => {
  expect(await readDirigentConfig('config/dirigent.toml')).toEqual({
    felis: false,
    moduleJson: 'modules.json',
    instruments: 'instruments.json',
    ipaddress: '192.168.10.100',
    calibrations: {},
  });
});

test('the older name of module_json counts, and the newer one wins', () => {
  expect(read("opto_dict = 'a.json'").moduleJson).toBe('a.json');
  expect(read("opto_dict = 'a.json'\nmodule_json = 'b.json'").moduleJson).toBe('b.json');
});

test('a setting is found at the top and in a section, and the rest of the file is left alone', () => {
  const text =
    "verbosity = 1\n[global]\nfelis = true\n[iv_curve]\nstep_size = 2\nwhen = 2025-10-07\ntest_list = [{name = 'PixelAlive'}]";
  expect(read(text)).toEqual({ felis: true, calibrations: expect.anything() });
  expect(read(text).calibrations.iv_curve?.step_size).toBe(2);
});

test.each([
  ['a bare path', 'verbosity = 1\nmodule_json = modules.json', 'E2401  dirigent.toml:2:15'],
  ['a text for a switch', "verbosity = 1\n  felis = 'yes'", 'E2401  dirigent.toml:2:3'],
  ['a number for an address', 'ipaddress = 192', 'E2401  dirigent.toml:1:1'],
])('%s is refused at its place', (_, text, expected) => {
  expect(() => read(text)).toThrow(expected);
});

test('a file that is not there is refused by name', async () => {
  await expect(readDirigentConfig('config/nowhere.toml')).rejects.toThrow('E2401  config/nowhere.toml');
});
