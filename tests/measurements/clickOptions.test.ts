import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClickUsageError, type OptionTable, parseOptions } from '../../src/measurements/clickOptions.ts';
import { globalOptions } from '../../src/measurements/globalOptions.ts';
import { ivCurve } from '../../src/measurements/ivCurve.ts';

const table: OptionTable = {
  voltage: { short: '-f', long: '--voltage', type: 'FLOAT', help: '' },
  count: { short: '-n', long: '--count', type: 'INTEGER', help: '' },
  replace: { short: '-r', long: '--replace', type: 'BOOLEAN', help: '' },
  both: { short: '-b', long: '--both', type: 'flag', help: '' },
  plot: { short: '-P', long: '--plot', type: 'flag', help: '' },
  name: { long: '--name', type: 'TEXT', help: '' },
};
const given = (...argv: string[]) => parseOptions(table, argv, true).given;

test('a negative number is a value, after a space, an equals sign, or nothing', () => {
  expect(given('-f', '-80')).toEqual({ voltage: -80 });
  expect(given('--voltage=-80')).toEqual({ voltage: -80 });
  expect(given('-f-80')).toEqual({ voltage: -80 });
});

test('bare flags come in bundles, the last of which may take a value', () => {
  expect(given('-bPf', '-1.5')).toEqual({ both: true, plot: true, voltage: -1.5 });
});

test('booleans that take a value take the words that click takes', () => {
  for (const word of ['1', 'true', 'T', 'yes', 'y', 'on'])
    expect(given('-r', word)).toEqual({ replace: true });
  for (const word of ['0', 'false', 'F', 'no', 'n', 'off'])
    expect(given('-r', word)).toEqual({ replace: false });
});

test('a group stops at the command, whose options are its own', () => {
  const argv = ['-p', '--directory', 'out', 'iv_curve', '-p', '-f', '-80'];
  const parsed = parseOptions(globalOptions, argv, false);
  expect(parsed.given).toEqual({ p: true, directory: 'out' });
  expect(parsed.rest).toEqual(['iv_curve', '-p', '-f', '-80']);
});

test.each([
  [['--nope'], 'No such option: --nope'],
  [['-x'], 'No such option: -x'],
  [['-f'], "Option '-f' requires an argument."],
  [['-f', 'much'], "Invalid value for '-f' / '--voltage': 'much' is not a valid float."],
  [['-f', ''], "Invalid value for '-f' / '--voltage': '' is not a valid float."],
  [['-f', 'inf'], "Invalid value for '-f' / '--voltage': 'inf' is not a valid float."],
  [['-n', '1.5'], "Invalid value for '-n' / '--count': '1.5' is not a valid integer."],
  [['-r', 'maybe'], "Invalid value for '-r' / '--replace': 'maybe' is not a valid boolean."],
  [['--both=1'], "Option '--both' does not take a value."],
])('%j is refused in the words of click', (argv, message) => {
  expect(() => parseOptions(table, argv, true)).toThrow(new ClickUsageError(message));
});

test('every value that was written as an option comes back', () => {
  const line = fc.record(
    { voltage: fc.float({ noNaN: true, noDefaultInfinity: true }), count: fc.integer(), name: fc.string() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(line, fc.boolean(), (values, attached) => {
      const argv = Object.entries(values).flatMap(([key, value]) =>
        attached ? [`--${key}=${value}`] : [`--${key}`, `${value}`],
      );
      const expected = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          typeof value === 'number' ? Number(`${value}`) : value,
        ]),
      );
      expect(parseOptions(table, argv, true).given).toEqual(expected);
    }),
  );
});

test('iv_curve has every option of dirigent, the yes-or-no ones without a value', () => {
  const names = Object.values(ivCurve.options).map(({ short, long, type }) => `${short} ${long} ${type}`);
  expect(names).toEqual([
    '-i --start-voltage FLOAT',
    '-f --max-voltage FLOAT',
    '-s --step-size FLOAT',
    '-d --delay FLOAT',
    '-b --both-ways flag',
    '-p --positive flag',
    '-P --plot flag',
    '-t --temp-mon flag',
    '-v --temp-voltage FLOAT',
    '-w --write-breakdowns flag',
  ]);
});
