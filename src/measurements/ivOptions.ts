import type { OptionTable } from './clickOptions.ts';

/**
 * The options of iv_curve, all of dirigent's. Its defaults are not public; these are the test GUI's, but for the delay,
 * which a sensor needs to settle. The yes-or-no ones are bare flags: dirigent's sequences send `-w` without a value.
 * [dirigent.docs.cern.ch, iv_curve and CalibrationSequence; Ph2_ACF_GUI]
 */
export const ivOptions = {
  start_voltage: {
    short: '-i',
    long: '--start-voltage',
    type: 'FLOAT',
    help: 'Initial voltage for the sweep.',
    default: 0,
  },
  max_voltage: {
    short: '-f',
    long: '--max-voltage',
    type: 'FLOAT',
    help: 'Final voltage for the sweep.',
    default: -80,
  },
  step_size: {
    short: '-s',
    long: '--step-size',
    type: 'FLOAT',
    help: 'Step in voltage between two measurements.',
    default: 2,
  },
  delay: {
    short: '-d',
    long: '--delay',
    type: 'FLOAT',
    help: 'Time after changing the voltage until the current is measured.',
    default: 1,
  },
  both_ways: {
    short: '-b',
    long: '--both-ways',
    type: 'flag',
    help: 'Also take data on the downward ramping.',
    default: false,
  },
  positive: {
    short: '-p',
    long: '--positive',
    type: 'flag',
    help: 'Extend the IV curve to +0.4V.',
    default: false,
  },
  plot: {
    short: '-P',
    long: '--plot',
    type: 'flag',
    help: 'Plot the results after measuring.',
    default: false,
  },
  temp_mon: {
    short: '-t',
    long: '--temp-mon',
    type: 'flag',
    help: 'Enable temperature monitoring.',
    default: false,
  },
  temp_voltage: {
    short: '-v',
    long: '--temp-voltage',
    type: 'FLOAT',
    help: 'Voltage at which temperature monitoring will be performed (default: the final one).',
  },
  write_breakdowns: {
    short: '-w',
    long: '--write-breakdowns',
    type: 'flag',
    help: 'Write calculated breakdown voltages to a JSON file.',
    default: false,
  },
} as const satisfies OptionTable;
