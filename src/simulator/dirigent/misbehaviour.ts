import { BatonError } from '../../base/errors.ts';

/** What the simulated dirigent can do wrong, so that whoever starts it can be tested. */
export const faultKinds = {
  hang: 'does nothing any more; a SIGINT still ends it safely',
  crash: 'an exception with a traceback; the supplies are made safe on its way out',
  segfault: 'dies of SIGSEGV and leaves everything as it is',
  'ignore-sigint': 'SIGINT has no effect, and SIGTERM kills without a way down',
  prompt: 'asks as icicle does, ` >>>> ` without a new line, and waits; N ends it',
  'prompt-yn': 'asks (y/n) and waits',
  'prompt-password': 'asks for a password and waits',
  flood: 'prints 100,000 lines a second, for VALUE seconds (1)',
  'error-line': 'prints a line at level ERROR, and goes on to exit 0',
  'no-artefact': 'leaves no file behind; before the end: gives up there, and exits with 0',
  'half-artefact':
    'cuts every file that it wrote in the middle; before the end: gives up there, and exits with 0',
  'exit-code': 'ends with exit code VALUE although all went well',
  'leave-hv-on': 'switches LV and HV on again, at VALUE volts (-20), and exits with 0',
  breakdowns: 'writes breakdowns.json in the shape VALUE',
} as const;

export type FaultKind = keyof typeof faultKinds;

/**
 * `start`: before the calibration. A number: at that one of its waits, counted from 1, those of the way down apart.
 * `down`: at the first wait of the way down. `end`: after its artefacts.
 */
export type Moment = 'start' | 'down' | 'end' | number;

export interface Fault {
  kind: FaultKind;
  value?: string;
  at: Moment;
}

/** When a fault happens if nobody says: the fourth wait is in the middle of most calibrations. */
const usualMoment: Record<FaultKind, Moment> = {
  hang: 4,
  crash: 4,
  segfault: 4,
  'ignore-sigint': 'start',
  prompt: 4,
  'prompt-yn': 4,
  'prompt-password': 'start',
  flood: 4,
  'error-line': 4,
  'no-artefact': 'end',
  'half-artefact': 'end',
  'exit-code': 'end',
  'leave-hv-on': 'end',
  breakdowns: 'end',
};

/** These change what was left behind, so there must be something. */
const atTheEndAlone: readonly FaultKind[] = ['exit-code', 'leave-hv-on', 'breakdowns'];

/**
 * Shapes of breakdowns.json that other versions may write: what it looks like is not public, so all must be expected.
 * Their breakdown lies within the shipped sweep, and beyond the shipped bias.
 */
export const breakdownShapes: Readonly<Record<string, string>> = {
  number: '-75.0\n',
  list: '[-75.0]\n',
  null: '{"0": null}\n',
  'minus-999': '{"0": -999}\n',
  positive: '{"0": 75.0}\n',
  text: '{"0": "-75 V"}\n',
  nested: '{"module_0": {"breakdown_voltage": -75.0}}\n',
  'list-of-none': '[null]\n',
  empty: '',
  truncated: '{"0": -9',
  nan: '{"0": NaN}\n',
};

/**
 * Reads `calibration:fault[=value][@moment]`, several separated by `;`, as `iv_curve:hang@20;*:flood=3`, and answers
 * those for one calibration. Throws E9556.
 */
export function parseMisbehaviour(text: string, calibration: string): Fault[] {
  const faults: Fault[] = [];
  for (const entry of text.split(';').filter((part) => part.trim() !== '')) {
    const [, name, word, value, moment] =
      /^\s*([\w*]+):([\w-]+)(?:=([^@]*))?(?:@(\w+))?\s*$/.exec(entry) ?? [];
    if (name === undefined || word === undefined) throw notUnderstood(entry, 'calibration:fault is wanted');
    if (!Object.hasOwn(faultKinds, word))
      throw notUnderstood(entry, `the faults are ${Object.keys(faultKinds).join(', ')}`);
    const kind = word as FaultKind;
    const fault: Fault = {
      kind,
      at: moment === undefined ? usualMoment[kind] : readMoment(entry, moment),
      ...(value === undefined ? {} : { value }),
    };
    if (atTheEndAlone.includes(kind) && fault.at !== 'end')
      throw notUnderstood(entry, `${kind} can happen @end alone`);
    if (kind === 'breakdowns' && !Object.hasOwn(breakdownShapes, value ?? ''))
      throw notUnderstood(entry, `the shapes are ${Object.keys(breakdownShapes).join(', ')}`);
    if (kind === 'exit-code' && !/^\d{1,3}$/.test(value ?? ''))
      throw notUnderstood(entry, 'exit-code wants a number');
    if ((kind === 'flood' || kind === 'leave-hv-on') && !Number.isFinite(Number(value ?? 0)))
      throw notUnderstood(entry, `${kind} wants a number`);
    if (name === '*' || name === calibration) faults.push(fault);
  }
  return faults;
}

function readMoment(entry: string, text: string): Moment {
  if (text === 'start' || text === 'down' || text === 'end') return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw notUnderstood(entry, 'a moment is start, down, end, or the number of a wait');
}

function notUnderstood(entry: string, why: string): BatonError {
  return new BatonError({
    code: 'E9556',
    what: `BATON_SIMULATED_FAULT: "${entry.trim()}" is not understood: ${why}.`,
    remedy: 'Write calibration:fault[=value][@moment], several separated by ";".',
  });
}
