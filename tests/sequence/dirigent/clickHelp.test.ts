import { describe, expect, test } from 'vitest';
import { parseClickHelp } from '../../../src/sequence/dirigent/clickHelp.ts';

const iv = `Usage: dirigent iv_curve [OPTIONS]

  Measures the leakage current.

  Options: may stand in a sentence, too.

Options:
  -i, --start-voltage FLOAT       Initial voltage for the sweep.
  -f, --max-voltage FLOAT RANGE   Final voltage for the sweep.  [x<=0]
  -b, --both-ways                 Determines, if data is also taken on the
                                  downward ramping
  -p, --positive BOOLEAN          If true, the iv curve is extended to +0.4V
  --mode [fast|slow]              How to measure.
  -o, --out <DIR>...              Where to.
  --shout / --no-shout            Print more.
  --very-long-option-name-that-pushes-the-text-down INTEGER
                                  And its text stands below.
  -w, --write-breakdowns
  --help                          Show this message and exit.
`;

const group = `Usage: dirigent [OPTIONS] COMMAND [ARGS]...

Options:
  -C, --config FILE  dirigent.toml to load.
  --version          Show the version and exit.
  --help             Show this message and exit.

Commands:
  iv_curve               Measure the leakage current.
  sldo_vi_curves_GADC    Measure the regulators with a text that goes on
                         on the next line
  voltage_trimming
`;

/** As the documentation shows it: no metavars, and a line without an end. */
const withoutMetavars = `Usage: dirigent iv_curve [OPTIONS]

Options:
  -i, --start-voltage       Initial voltage for the sweep.
  -w, --write-breakdowns    Write calculated breakdown voltages to a JSON file.
  --help`;

describe('a calibration’s page', () => {
  const { options, commands } = parseClickHelp(iv);
  const named = (name: string) => options.find(({ names }) => names.includes(name));

  test('tells every option with all its names', () => {
    expect(options.map(({ names }) => names.join(' '))).toEqual([
      '-i --start-voltage',
      '-f --max-voltage',
      '-b --both-ways',
      '-p --positive',
      '--mode',
      '-o --out',
      '--no-shout',
      '--shout',
      '--very-long-option-name-that-pushes-the-text-down',
      '-w --write-breakdowns',
      '--help',
    ]);
    expect(commands).toEqual([]);
  });

  test('tells which options take a value, and of what kind', () => {
    expect(named('-i')?.metavar).toBe('FLOAT');
    expect(named('-f')?.metavar).toBe('FLOAT RANGE');
    expect(named('-p')?.metavar).toBe('BOOLEAN');
    expect(named('--mode')?.metavar).toBe('[fast|slow]');
    expect(named('-o')?.metavar).toBe('<DIR>...');
    expect(named('--very-long-option-name-that-pushes-the-text-down')?.metavar).toBe('INTEGER');
    for (const flag of ['-b', '--shout', '-w', '--help']) expect(named(flag)).not.toHaveProperty('metavar');
  });

  test('tells the sentence about it on one line', () => {
    expect(named('-b')?.text).toBe('Determines, if data is also taken on the downward ramping');
    expect(named('--very-long-option-name-that-pushes-the-text-down')?.text).toBe(
      'And its text stands below.',
    );
    expect(named('-w')?.text).toBe('');
  });
});

test('the first page tells the commands, and their texts are none', () => {
  const { options, commands } = parseClickHelp(group);
  expect(commands).toEqual(['iv_curve', 'sldo_vi_curves_GADC', 'voltage_trimming']);
  expect(options.map(({ names }) => names[0])).toEqual(['-C', '--version', '--help']);
});

test('a page without metavars, or with the line ends of another system, tells its options all the same', () => {
  const expected = [['-i', '--start-voltage'], ['-w', '--write-breakdowns'], ['--help']];
  expect(parseClickHelp(withoutMetavars).options.map(({ names }) => names)).toEqual(expected);
  expect(parseClickHelp(withoutMetavars.replaceAll('\n', '\r\n')).options.map(({ names }) => names)).toEqual(
    expected,
  );
});

test('a page of another kind tells nothing', () => {
  for (const page of ['usage: dirigent [-h]\n\noptional arguments:\n  -h, --help  show\n', ''])
    expect(parseClickHelp(page)).toMatchObject({ options: [], commands: [], takesOperands: true });
});
