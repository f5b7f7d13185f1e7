import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { programPath } from '../../src/base/programs.ts';
import { renderHelp } from '../../src/measurements/clickHelp.ts';
import { parseClickHelp } from '../../src/sequence/dirigent/clickHelp.ts';

const help = (program: string, ...argv: string[]) =>
  execFileSync(process.execPath, [programPath(program), ...argv, '--help'], { encoding: 'utf8' });

test('the help of a calibration is laid out as click lays it out', () => {
  expect(help('measure', 'iv_curve')).toMatchInlineSnapshot(`
    "Usage: baton-dirigent iv_curve [OPTIONS]

      Measures the IV curve of each module: LV on (if it has one), bias up in
      steps, settled and measured at each, down in a ramp, LV off. Modules on one
      HV channel are measured together, the others in series. The sweep ends where
      the supply reaches its compliance (default_current).

    Options:
      -i, --start-voltage FLOAT  Initial voltage for the sweep.  [default: 0]
      -f, --max-voltage FLOAT    Final voltage for the sweep.  [default: -80]
      -s, --step-size FLOAT      Step in voltage between two measurements.
                                 [default: 2]
      -d, --delay FLOAT          Time after changing the voltage until the current
                                 is measured.  [default: 1]
      -b, --both-ways            Also take data on the downward ramping.
      -p, --positive             Extend the IV curve to +0.4V.
      -P, --plot                 Plot the results after measuring.
      -t, --temp-mon             Enable temperature monitoring.
      -v, --temp-voltage FLOAT   Voltage at which temperature monitoring will be
                                 performed (default: the final one).
      -w, --write-breakdowns     Write calculated breakdown voltages to a JSON
                                 file.
      --help                     Show this message and exit.
    "
  `);
});

test('what reads the help of an installed dirigent reads this one whole', () => {
  const group = parseClickHelp(help('simulatedDirigent'));
  expect(group.commands).toEqual([
    'calibrate_module',
    'crosstalk_method',
    'custom_sequence',
    'get_module_info',
    'iv_curve',
    'sldo_vi_curves',
    'sldo_vi_curves_GADC',
    'voltage_trimming',
  ]);
  const option = (name: string) => group.options.find(({ names }) => names.includes(name));
  expect(option('--channels-dict')?.metavar).toBe('TEXT');
  expect(option('--no-monitoring')?.metavar).toBeUndefined();

  const info = parseClickHelp(help('simulatedDirigent', 'get_module_info'));
  expect(info.options.map(({ names, metavar }) => [...names, metavar].join(' '))).toEqual([
    '-r --replace BOOLEAN',
    '-e --efuse BOOLEAN',
    '--help ',
  ]);
});

test('an option that is wider than the column has its text on the next line', () => {
  const page = renderHelp({
    usage: 'x [OPTIONS]',
    about: 'About.',
    options: { long: { long: '--an-option-with-a-rather-long-name', type: 'TEXT', help: 'Its text.' } },
  });
  expect(page).toContain(`  --an-option-with-a-rather-long-name TEXT\n${' '.repeat(34)}Its text.\n`);
});
