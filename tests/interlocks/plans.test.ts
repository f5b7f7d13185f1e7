import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/calibrations/action.ts';
import { readAnswer } from '../../src/sequence/askOfBreakdown.ts';
import { CalibrationSequence } from '../../src/sequence/calibrationSequence.ts';
import { checkPlan } from '../../src/sequence/plan/planChecker.ts';
import type { SequenceElement } from '../../src/sequence/step.ts';
import { loadStation } from '../../src/station/load.ts';
import { poweringGroup } from '../../src/station/poweringGroup.ts';

const stations = {
  coldbox: (await loadStation('examples/coldbox')).station,
  bare: (await loadStation('examples/bare-module')).station,
};

function planOf(elements: SequenceElement[], station = stations.coldbox) {
  const group = poweringGroup(station);
  const sequence = new CalibrationSequence(
    { station, group, runDirectory: '/runs/one' },
    elements,
    'a title',
  );
  const plan = sequence.plan();
  return { plan, station, group, sequence };
}

/** What is done to power and temperature, in words. */
function words(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.do === 'output') return `${action.role} ${action.on ? 'on' : 'off'}`;
    if (action.do === 'calibrate') return action.folder;
    if (action.do === 'setTemperature') return `to ${action.to} °C`;
    if (action.do === 'warmUp') return 'warm up';
    return [];
  });
}

const tuning = { command: 'calibrate_module', tuning: '1000' };

test('cold comes before LV, LV before HV, and warmth after both; the temperature changes with both off', () => {
  const { plan } = planOf([
    { command: 'iv_curve', temperature: 20 },
    { command: 'iv_curve', temperature: -20 },
    { ...tuning, temperature: -20 },
    { ...tuning, temperature: 0 },
  ]);
  expect(words(plan.actions)).toEqual([
    'to 20 °C',
    '01_iv_curve',
    'lv on',
    'hv on',
    'hv off',
    'lv off',
    'to -20 °C',
    '02_iv_curve',
    'lv on',
    'hv on',
    '03_calibrate_module',
    'hv off',
    'lv off',
    'to 0 °C',
    'lv on',
    'hv on',
    '04_calibrate_module',
    'hv off',
    'lv off',
    'warm up',
  ]);
});

test('tolerance, validation time and time-out of a temperature are those of the coldbox', () => {
  const { plan } = planOf([{ command: 'iv_curve', temperature: -20 }]);
  expect(plan.actions.find((action) => action.do === 'setTemperature')).toMatchObject({
    at: ['cb:1'],
    from: 20,
    to: -20,
    tolerance: 0.5,
    validationTime: 20,
    timeout: 600,
  });
  expect(plan.estimate).toBeGreaterThan(200);
});

test('a compliance is what the calibration is handed, and what the bias is held under; for that step alone', () => {
  const { plan } = planOf([
    { command: 'iv_curve', compliance: 2e-6 },
    { ...tuning, compliance: 3e-6 },
    tuning,
  ]);
  const iv = plan.actions.find((action) => action.do === 'calibrate')!;
  const dict = JSON.parse(iv.argv[iv.argv.indexOf('--instruments-dict') + 1]!) as Record<
    string,
    { default_current: number }
  >;
  expect(dict.hv_1?.default_current).toBe(2e-6);
  expect(dict.lv_1?.default_current).toBe(3.7);
  const limits = plan.actions.flatMap((action) =>
    action.do === 'level' && action.role === 'hv' ? [action.current] : [],
  );
  // After the IV as the station has it, then lower, then as the station has it; each written at 0 V.
  expect(limits).toEqual([1e-5, 3e-6, 1e-5]);
});

test('an IV that may be repeated has its repetitions in the plan, each in a folder of its own', () => {
  const { plan } = planOf([{ command: 'iv_curve', repeatOnBreakdown: 2 }], stations.bare);
  const measured = plan.actions.filter((action) => action.do === 'calibrate');
  expect(measured.map(({ folder, when }) => [folder, when])).toEqual([
    ['01_iv_curve', undefined],
    ['01_iv_curve_again1', 'breakdown found'],
    ['01_iv_curve_again2', 'breakdown found'],
  ]);
  for (const { argv, folder } of measured)
    expect(argv[argv.indexOf('--directory') + 1]).toBe(`/runs/one/${folder}`);
  const read = plan.actions.filter((action) => action.do === 'readResults');
  expect(read.map(({ again = false }) => again)).toEqual([true, true, false]);
  // A bare module has nothing that wants a bias afterwards.
  expect(plan.actions.filter((action) => action.do === 'ramp')).toEqual([]);
});

test('every plan with temperatures, compliances and repetitions obeys the rules', () => {
  const element = fc.record(
    {
      command: fc.constantFrom('iv_curve', 'voltage_trimming', 'sldo_vi_curves_GADC', 'calibrate_module'),
      temperature: fc.integer({ min: -40, max: 40 }),
      compliance: fc.constantFrom(1e-6, 1e-5),
      repeatOnBreakdown: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: ['command'] },
  );
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 6 }), (drawn) => {
      const elements = drawn.map(
        ({ command, temperature, compliance, repeatOnBreakdown }): SequenceElement => {
          const biased = command === 'iv_curve' || command === 'calibrate_module';
          return {
            command,
            ...(command === 'calibrate_module' ? { tuning: '1000' } : {}),
            ...(temperature === undefined ? {} : { temperature }),
            ...(compliance !== undefined && biased ? { compliance } : {}),
            ...(repeatOnBreakdown !== undefined && command === 'iv_curve' ? { repeatOnBreakdown } : {}),
          };
        },
      );
      const { plan, station, group } = planOf(elements);
      expect(checkPlan(plan.actions, { station, group })).toEqual([]);
      expect(JSON.parse(JSON.stringify(plan.actions))).toEqual(plan.actions);
    }),
  );
});

describe('the plan checker refuses', () => {
  const { plan, station, group } = planOf([{ ...tuning, temperature: -20 }]);
  const at = (kind: string) => plan.actions.findIndex((action) => action.do === kind);
  const cool = plan.actions[at('setTemperature')]!;
  const cases: [string, RegExp, Action[]][] = [
    [
      'cooling a module that is powered',
      /rule 1.*cold first/,
      plan.actions.toSpliced(at('calibrate'), 0, cool),
    ],
    ['a box that is left cold', /rule 1, at the end.*cold/, plan.actions.toSpliced(at('warmUp'), 1)],
    [
      'a temperature that no box has',
      /rule 6.*-70 °C/,
      plan.actions.with(at('setTemperature'), { ...cool, to: -70 } as Action),
    ],
    ['cooling before it is read what is on', /rule 9/, [cool, ...plan.actions]],
  ];
  test.each(cases)('%s', (_what, rule, actions) => {
    expect(checkPlan(actions, { station, group }).join('\n')).toMatch(rule);
  });
});

describe('refused before anything is touched:', () => {
  const codes = (element: SequenceElement, station = stations.coldbox) => {
    try {
      planOf([element], station);
      return [];
    } catch (error) {
      return (error as { problems: { code: string }[] }).problems.map(({ code }) => code);
    }
  };
  test('a temperature without a coldbox', () =>
    expect(codes({ command: 'iv_curve', temperature: 0 }, stations.bare)).toEqual(['E4102']));
  test('a temperature that the coldbox does not have', () =>
    expect(codes({ command: 'iv_curve', temperature: -50 })).toEqual(['E6202']));
  test('a chamber that Baton does not drive', () => {
    const cb = { ...stations.coldbox.instruments.get('cb')!, class: 'Binder' };
    const station = { ...stations.coldbox, instruments: new Map(stations.coldbox.instruments).set('cb', cb) };
    expect(codes({ command: 'iv_curve', temperature: 0 }, station)).toEqual(['E6201']);
  });
  test('a compliance above that of the station, or for a step without bias', () => {
    expect(codes({ command: 'iv_curve', compliance: 1e-3 })).toEqual(['E4015']);
    expect(codes({ command: 'voltage_trimming', compliance: 1e-6 })).toEqual(['E4015']);
  });
  test('a repetition on breakdown of what finds none', () =>
    expect(codes({ command: 'voltage_trimming', repeatOnBreakdown: 1 })).toEqual(['E4016']));
});

describe('what the operator says of a breakdown', () => {
  test.each([
    ['-80 none', { breakdown: { found: 'none' }, measuredTo: -80 }],
    ['80 none', { breakdown: { found: 'none' }, measuredTo: -80 }],
    [' -80 V, -65.5 V ', { breakdown: { found: 'at', voltage: -65.5 }, measuredTo: -80 }],
  ])('%s is understood', (answer, told) => expect(readAnswer(answer)).toMatchObject(told));

  test.each(['', 'none', '-80', 'yes', '-80 -90', '0 none', '-80 0', '80 none!', '-80 none of it'])(
    '%j is not, and so allows nothing',
    (answer) => expect(readAnswer(answer)).toBeUndefined(),
  );

  test('whatever is typed: a breakdown is never beyond what was measured, and nothing is positive', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.double(), fc.double()).map((pair) => pair.join(' ')),
        ),
        (answer) => {
          const told = readAnswer(answer);
          if (!told) return;
          expect(told.measuredTo).toBeLessThan(0);
          if (told.breakdown.found === 'at')
            expect(told.breakdown.voltage).toBeGreaterThanOrEqual(told.measuredTo!);
        },
      ),
    );
  });
});
