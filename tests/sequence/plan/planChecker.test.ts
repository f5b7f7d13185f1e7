import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/calibrations/action.ts';
import { CalibrationSequence } from '../../../src/sequence/calibrationSequence.ts';
import { checkPlan } from '../../../src/sequence/plan/planChecker.ts';
import type { ChannelAddress } from '../../../src/station/station.ts';
import { type StationShape, smallStation } from '../stations.ts';

const hv = 'hv_1:1';
const lv: ChannelAddress = 'lv_1:1';

const open: Action = { do: 'open', roles: ['hv', 'lv'] };
const adopt: Action = { do: 'adopt' };
const begin = [open, adopt];
const lvLevel = (at = lv): Action => ({ do: 'level', role: 'lv', at, voltage: 1.8, current: 3 });
const lvOutput = (on: boolean, at = lv): Action => ({ do: 'output', role: 'lv', at, on });
const hvLevel = (current = 1e-5): Action => ({ do: 'level', role: 'hv', at: hv, current });
const hvOutput = (on: boolean): Action => ({ do: 'output', role: 'hv', at: hv, on });
const ramp = (from: number, to: number, more: { stepSize?: number; delay?: number } = {}): Action => ({
  do: 'ramp',
  role: 'hv',
  at: hv,
  from,
  to,
  stepSize: 5,
  delay: 1,
  when: 'bias allowed',
  ...more,
});
const powered = [...begin, lvLevel(), lvOutput(true)];
const biased = [...powered, hvLevel(), hvOutput(true), ramp(0, -60)];
const down = [{ ...ramp(-60, 0) }, hvOutput(false), lvOutput(false)];
const cold = (to = -20): Action => ({
  do: 'setTemperature',
  at: ['cb_1:1'],
  from: 20,
  to,
  tolerance: 1,
  validationTime: 60,
  timeout: 600,
});
const warm: Action = { do: 'warmUp', at: ['cb_1:1'], from: -20, to: 20, tolerance: 1, timeout: 600 };
const lvAway: Action = { do: 'handOver', roles: ['lv'] };
const lvBack: Action = { do: 'takeBack', roles: ['lv'] };

function said(actions: readonly Action[], shape: StationShape = {}): string {
  return checkPlan(actions, smallStation(shape)).join('\n');
}

test('power that comes and goes as the rules have it breaks none', () => {
  expect(said([...biased, ...down])).toBe('');
});

test('what is broken is told with its place in the plan, counted from 1', () => {
  expect(said([open, lvOutput(false), adopt])).toMatch(/^rule 9, action 2 \(output\)/);
});

describe('rule 9: every output of the group is read before anything is written:', () => {
  test.each([
    ['HV', ['lv'], {}, /HV is not opened/],
    ['LV', ['hv'], {}, /LV is not opened/],
  ] as const)('%s', (_what, roles, shape, rule) => {
    expect(said([{ do: 'open', roles }, adopt], shape)).toMatch(rule);
  });

  test('a module without LV has none to be read', () => {
    expect(said([{ do: 'open', roles: ['hv'] }, adopt], { withLv: false })).toBe('');
  });
});

describe('rule 1:', () => {
  const second: ChannelAddress = 'lv_1:2';

  test('HV goes on only while the LV of every module is on', () => {
    const one = [...powered, hvLevel(), hvOutput(true), ramp(0, -60), ...down];
    expect(said(one, { modules: 2 })).toMatch(/HV goes on while LV is off/);
    const both = one.toSpliced(2, 0, lvLevel(second), lvOutput(true, second));
    expect(said([...both, lvOutput(false, second)], { modules: 2 })).toBe('');
  });

  test('LV goes off only when HV is off', () => {
    expect(said([...biased, lvOutput(false), ...down])).toMatch(/LV goes off while HV is not off/);
  });

  test('LV does not go off while a calibration has HV', () => {
    const away = [...powered, { do: 'handOver', roles: ['hv'] } as Action, lvOutput(false)];
    const back: Action = { do: 'takeBack', roles: ['hv'] };
    expect(said([...away, back])).toMatch(/LV goes off while HV is not off/);
  });
});

test('HV that is on at 0 V is no bias', () => {
  const crosstalk: Action = {
    do: 'calibrate',
    calibration: 'crosstalk_method',
    argv: ['--channels-dict', '{}'],
    folder: '01_crosstalk_method',
    owns: [],
    maxVoltage: 0,
    estimate: 1,
    timeLimit: 1,
    when: 'bias allowed',
  };
  const measured: Action[] = [crosstalk, { do: 'readResults', when: 'bias allowed' }];
  expect(said([...biased, ...measured, ...down])).toBe('');
  const atZero = [...powered, hvLevel(), hvOutput(true), ...measured, hvOutput(false), lvOutput(false)];
  expect(said(atZero)).toMatch(/rule 5.*crosstalk_method with HV off, wants it biased/);
});

describe('numbers at their edges:', () => {
  test('a compliance is above zero, and the supply’s own at most', () => {
    const hvAt = (current: number) => said([...powered, hvLevel(current), lvOutput(false)]);
    expect(hvAt(1e-5)).toBe('');
    expect(hvAt(1.01e-5)).toMatch(/rule 6/);
    expect(hvAt(0)).toMatch(/rule 6/);
  });

  test('a ramp has steps and delays above zero', () => {
    const by = (more: { stepSize?: number; delay?: number }) =>
      said([...powered, hvLevel(), hvOutput(true), ramp(0, -60, more), ...down]);
    expect(by({})).toBe('');
    expect(by({ stepSize: 0 })).toMatch(/rule 2.*steps of 0 V/);
    expect(by({ delay: 0 })).toMatch(/rule 2.*a delay of 0 s/);
  });
});

describe('the temperature changes', () => {
  test('with everything off, and is given back', () => {
    expect(said([...begin, cold(), warm])).toBe('');
    expect(said([...begin, cold()])).toMatch(/rule 1, at the end: the coldbox is left cold/);
  });

  test('after what was on was read', () => {
    expect(said([open, cold(), warm, adopt])).toMatch(/rule 9.*temperature/);
  });

  test('never with one of several modules powered', () => {
    const first = [...begin, lvLevel(), lvOutput(true), cold(), warm, lvOutput(false)];
    expect(said(first, { modules: 2 })).toMatch(/rule 1.*cold first/);
  });

  test('never with HV on, where a module has no LV', () => {
    const unpowered = [
      { do: 'open', roles: ['hv'] } as Action,
      adopt,
      hvLevel(),
      hvOutput(true),
      cold(),
      warm,
    ];
    expect(said([...unpowered, hvOutput(false)], { withLv: false })).toMatch(/rule 1.*cold first/);
  });

  test('never while a calibration owns a supply', () => {
    expect(said([...begin, lvAway, cold(), warm, lvBack])).toMatch(/rule 1.*cold first/);
  });

  test.each([
    [-40, ''],
    [40, ''],
    [-41, 'rule 6'],
    [41, 'rule 6'],
    [Number.NaN, 'rule 6'],
  ])('to %d °C: %s', (to, rule) => {
    expect(said([...begin, cold(to), warm]).slice(0, 6)).toBe(rule);
  });
});

describe('while a calibration owns a supply', () => {
  const check: Action = { do: 'check', module: './contact.js', items: ['a'], estimate: 1 };
  const recall: Action = { do: 'recall', calibration: 'iv_curve', folder: '01_iv_curve' };

  test('nobody checks the station or takes results of before', () => {
    expect(said([...begin, check, recall])).toBe('');
    expect(said([...begin, lvAway, check, lvBack])).toMatch(/rule 4.*checks/);
    expect(said([...begin, lvAway, recall, lvBack])).toMatch(/rule 4.*recalled/);
  });

  test('what was never handed over is not taken back', () => {
    expect(said([...begin, lvBack])).toMatch(/rule 4.*handed over were none/);
  });
});

test('results are read of what ran, and of nothing else', () => {
  expect(said([...begin, { do: 'readResults' }])).toMatch(/rule 10.*results of nothing/);
});

test('no module is biased before it is known which one it is', () => {
  const identify: Action = {
    do: 'identify',
    calibration: 'get_module_info',
    argv: ['--channels-dict', '{}'],
    folder: 'identify',
    ahead: 1,
    estimate: 60,
    timeLimit: 600,
  };
  expect(said([...powered, identify, lvOutput(false)])).toBe('');
  expect(said([...biased, identify, ...down])).toMatch(/rule 5.*which one it is/);
});

test('what a calibration left set nobody knows: HV goes on with a compliance that was written since', () => {
  const { station, group } = smallStation();
  const elements = [{ command: 'iv_curve' }, { command: 'crosstalk_method' }, { command: 'iv_curve' }];
  const sequence = [...elements, { command: 'crosstalk_method' }];
  const { actions } = new CalibrationSequence({ station, group, runDirectory: '/r' }, sequence, 'T').plan();
  const last = actions.findLastIndex((action) => action.do === 'level' && action.role === 'hv');
  expect(checkPlan(actions, { station, group })).toEqual([]);
  expect(checkPlan(actions.toSpliced(last, 1), { station, group }).join('\n')).toMatch(
    /rule 6.*HV goes on without a compliance/,
  );
});
