import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Calibrate } from '../../../src/calibrations/action.ts';
import { catalogue } from '../../../src/calibrations/catalogue.ts';
import {
  CalibrationSequence,
  type CalibrationSequenceOptions,
} from '../../../src/sequence/calibrationSequence.ts';
import { checkPlan } from '../../../src/sequence/plan/planChecker.ts';
import type { CalibrationStep, SequenceElement } from '../../../src/sequence/step.ts';
import { type StationShape, smallStation } from '../stations.ts';

const runDirectory = '/runs/one';

function planOf(elements: readonly (string | SequenceElement)[], shape: StationShape = {}) {
  const { station, group } = smallStation(shape);
  const sequence = new CalibrationSequence({ station, group, runDirectory }, elements, 'a title');
  return { plan: sequence.plan(), sequence, station, group };
}

const electricalQc: SequenceElement[] = [
  { command: 'sldo_vi_curves' },
  { command: 'voltage_trimming' },
  { command: 'iv_curve' },
  { command: 'calibrate_module', tuning: '1000' },
  { command: 'crosstalk_method' },
];

const withoutLv = (name: string) => name === 'iv_curve';

const element = (names: readonly string[]) =>
  fc.constantFrom(...names).map((name): SequenceElement => {
    const tunes = catalogue.get(name)!.calibration.tuning !== undefined;
    return { command: name, ...(tunes ? { tuning: '1000' } : {}) };
  });

const runnable = [...catalogue.keys()].filter((name) => name !== 'custom_calibration');

const shapes = fc.record({
  modules: fc.integer({ min: 1, max: 4 }),
  sensorType: fc.constantFrom<'3D' | 'planar'>('3D', 'planar'),
  defaultVoltage: fc.integer({ min: -80, max: -1 }),
  withLv: fc.boolean(),
  stepSize: fc.constantFrom(1, 2, 5),
  flags: fc.subarray(['-p', '-l', '-m', '--no-monitoring']),
});

test('every plan of a generated sequence on a generated station obeys the safety rules', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (shape, picks) => {
      const names = shape.withLv ? runnable : runnable.filter(withoutLv);
      const elements = picks.map((pick) => fc.sample(element([names[pick % names.length]!]), 1)[0]!);
      const { plan, station, group } = planOf(elements, shape);
      expect(checkPlan(plan.actions, { station, group })).toEqual([]);
      expect(plan.actions.filter(({ do: kind }) => kind === 'calibrate')).toHaveLength(elements.length);
    }),
    { numRuns: 400 },
  );
});

test('a plan from the middle of a sequence begins and ends with everything off', () => {
  const { sequence, station, group } = planOf(electricalQc);
  for (const from of [1, 2, 3, 4, 5]) {
    const { actions, steps } = sequence.plan(from);
    expect(checkPlan(actions, { station, group })).toEqual([]);
    expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5].slice(from - 1));
  }
});

test('a plan is plain data: what JSON makes of it is the same plan', () => {
  const { plan } = planOf(electricalQc);
  expect(JSON.parse(JSON.stringify(plan.actions))).toEqual(plan.actions);
});

test('the power goes as the table of the design has it', () => {
  const { plan } = planOf(electricalQc);
  const power = plan.actions.flatMap((action) => {
    if (action.do === 'output') return [`${action.role} ${action.on ? 'on' : 'off'}`];
    if (action.do === 'ramp') return [`ramp ${action.from} ${action.to}`];
    if (action.do === 'calibrate') return [action.calibration];
    if (action.do === 'handOver') return [`hand over ${action.roles.join(' ')}`];
    return [];
  });
  expect(power).toEqual([
    'hand over lv ab',
    'sldo_vi_curves',
    'lv on',
    'voltage_trimming',
    'lv off',
    'hand over lv hv',
    'iv_curve',
    'lv on',
    'hv on',
    'ramp 0 -60',
    'calibrate_module',
    'crosstalk_method',
    'ramp -60 0',
    'hv off',
    'lv off',
  ]);
});

test('a calibration is told of the roles that it is handed, and of no other', () => {
  const { plan } = planOf(electricalQc, { modules: 2 });
  for (const action of plan.actions) {
    if (action.do !== 'calibrate') continue;
    const dict = (option: string) =>
      JSON.parse(action.argv[action.argv.indexOf(option) + 1]!) as Record<string, object>;
    const owned = [...action.owns].sort();
    for (const channels of Object.values(dict('--channels-dict')))
      expect(Object.keys(channels).sort()).toEqual(owned);
    expect(
      Object.keys(dict('--instruments-dict'))
        .map((name) => name.slice(0, 2))
        .sort(),
    ).toEqual(owned);
  }
});

test('an IV without an end voltage goes to the limit of the weakest sensor and not to a default of dirigent’s', () => {
  const { plan } = planOf(['iv_curve'], { sensorType: 'planar', defaultVoltage: -100 });
  const argv = plan.actions.find((action) => action.do === 'calibrate')!.argv;
  expect(argv.slice(argv.indexOf('iv_curve'))).toEqual(['iv_curve', '-f', '-350', '-w']);
});

test('--no-monitoring is never sent in a step whose supplies the calibration owns', () => {
  const { plan } = planOf(electricalQc, { flags: ['-p', '--no-monitoring'] });
  for (const action of plan.actions) {
    if (action.do !== 'calibrate') continue;
    expect(action.argv).toContain('-p');
    expect(action.argv.includes('--no-monitoring')).toBe(action.owns.length === 0);
  }
});

describe('a mutated plan is refused:', () => {
  type Mutation = (actions: Action[]) => Action[];
  const edit =
    (find: (action: Action) => boolean, change: (action: Action) => Action[]): Mutation =>
    (actions) => {
      const at = actions.findIndex(find);
      if (at < 0) throw new Error('the mutation finds nothing to change');
      return actions.toSpliced(at, 1, ...change(actions[at]!));
    };
  const isOutput = (role: string, on: boolean) => (action: Action) =>
    action.do === 'output' && action.role === role && action.on === on;
  const isBiasRamp = (action: Action) => action.do === 'ramp' && action.to < 0;
  const remove = (find: (action: Action) => boolean) => edit(find, () => []);
  const calibrates = (name: string) => (action: Action) =>
    action.do === 'calibrate' && action.calibration === name;

  const mutations: [string, RegExp, Mutation][] = [
    [
      'HV on while LV is off',
      /rule 1/,
      (actions) => actions.filter((a) => !(isOutput('lv', true)(a) && a.step === 3)),
    ],
    [
      'LV off under HV',
      /rule 1/,
      edit(isBiasRamp, (ramp) => [ramp, { do: 'output', role: 'lv', at: 'lv_1:1', on: false }]),
    ],
    [
      'HV left on at the end',
      /rule 1, at the end/,
      (actions) => actions.filter((a) => !(isOutput('hv', false)(a) || (a.do === 'ramp' && a.to === 0))),
    ],
    ['HV off without a ramp to zero', /rule 2/, remove((action) => action.do === 'ramp' && action.to === 0)],
    [
      'a step larger than configured',
      /rule 2/,
      edit(isBiasRamp, (ramp) => [{ ...ramp, stepSize: 20 } as Action]),
    ],
    [
      'HV set in one jump',
      /rule 2/,
      edit(
        (a) => a.do === 'level' && a.role === 'hv',
        (level) => [{ ...level, voltage: -60 } as Action],
      ),
    ],
    ['instruments not taken back', /rule 4/, remove((action) => action.do === 'takeBack')],
    [
      'a write to LV while the calibration owns it',
      /rule 4/,
      edit(calibrates('sldo_vi_curves'), (run) => [
        { do: 'output', role: 'lv', at: 'lv_1:1', on: true },
        run,
      ]),
    ],
    [
      'a bias without asking for the breakdown',
      /rule 5/,
      edit(isBiasRamp, ({ when, ...ramp }) => [ramp as Action]),
    ],
    ['a positive bias', /rule 6/, edit(isBiasRamp, (ramp) => [{ ...ramp, to: 30 } as Action])],
    ['a bias beyond the limit', /rule 6/, edit(isBiasRamp, (ramp) => [{ ...ramp, to: -90 } as Action])],
    ['HV without a compliance', /rule 6/, remove((a) => a.do === 'level' && a.role === 'hv')],
    [
      'monitors switched off in a step that owns HV',
      /rule 7/,
      edit(calibrates('iv_curve'), (run) => [
        { ...run, argv: ['--no-monitoring', ...(run as Calibrate).argv] } as Action,
      ]),
    ],
    ['outputs switched before what was on was read', /rule 9/, remove((action) => action.do === 'adopt')],
    [
      'a calibration that is in no row of the table',
      /rule 10/,
      edit(calibrates('voltage_trimming'), (run) => [{ ...run, calibration: 'unheard_of' } as Action]),
    ],
    [
      'LV handed over alone while HV is up',
      /rule 4/,
      edit(calibrates('crosstalk_method'), (run) => [
        { do: 'handOver', roles: ['lv'] },
        run,
        { do: 'takeBack', roles: ['lv'] },
      ]),
    ],
  ];

  test.each(mutations)('%s', (_name, rule, mutate) => {
    const { plan, station, group } = planOf(electricalQc);
    const broken = checkPlan(mutate([...plan.actions]), { station, group });
    expect(broken.join('\n')).toMatch(rule);
  });
});

describe('a plan is followed through every world that may come:', () => {
  const without = (when: Action['when'], find: (action: Action) => boolean, elements: SequenceElement[]) => {
    const { plan, station, group } = planOf(elements);
    const at = plan.actions.findIndex((action) => action.when === when && find(action));
    const { when: _, ...always } = plan.actions[at]!;
    return checkPlan(plan.actions.toSpliced(at, 1, always as Action), { station, group }).join('\n');
  };

  test('where the bias is not allowed, nothing runs that wants it', () => {
    const unasked = without(
      'bias allowed',
      (action) => action.do === 'calibrate' && action.calibration === 'crosstalk_method',
      electricalQc,
    );
    expect(unasked).toMatch(/rule 5.*crosstalk_method with HV off/);
  });

  test('where the curve shows no breakdown, it is not measured again with instruments of nobody', () => {
    const again = without('breakdown found', (action) => action.do === 'calibrate', [
      { command: 'iv_curve', repeatOnBreakdown: 1 },
    ]);
    expect(again).toMatch(/rule 4.*iv_curve owns lv, hv; handed over were none/);
  });

  test('where it shows one, what is measured again is taken back', () => {
    const { plan, station, group } = planOf([{ command: 'iv_curve', repeatOnBreakdown: 1 }]);
    const at = plan.actions.findLastIndex(({ do: kind, when }) => kind === 'takeBack' && when !== undefined);
    expect(checkPlan(plan.actions.toSpliced(at, 1), { station, group }).join('\n')).toMatch(/rule 4/);
  });
});

describe('the limit of a plan is', () => {
  const beyond = (to: number, shape: StationShape) => {
    const { plan, station, group } = planOf(electricalQc, shape);
    const actions = plan.actions.map((action) =>
      action.do === 'ramp' && action.to < 0 ? { ...action, to } : action,
    );
    return checkPlan(actions, { station, group }).join('\n');
  };

  test.each([[['3D', 'planar']], [['planar', '3D']]] as const)(
    'that of the weakest sensor of the group: %j',
    (sensorType) => {
      expect(beyond(-90, { modules: 2, sensorType })).toMatch(/rule 6.*limit of -80 V/);
    },
  );

  test('what the station says of the type, or the usual one', () => {
    const limits = { '3D': { max_voltage: -50 } };
    expect(beyond(-60, { defaultVoltage: -40, limits })).toMatch(/rule 6.*limit of -50 V/);
    expect(beyond(-351, { sensorType: 'planar', limits })).toMatch(/rule 6.*limit of -350 V/);
    expect(beyond(-350, { sensorType: 'planar', limits })).not.toMatch(/rule 6/);
  });
});

describe('of a plan', () => {
  const { plan, station, group } = planOf(electricalQc, { modules: 2 });
  const actions = [...plan.actions];
  const accepted = (changed: readonly Action[]) => checkPlan(changed, { station, group }).length === 0;

  test('no action can be left out', () => {
    expect(actions.filter((_, i) => accepted(actions.toSpliced(i, 1)))).toEqual([]);
  });

  test('no number that the hardware sees, and no channel, can be another', () => {
    const seen = ['voltage', 'current', 'to', 'from', 'stepSize', 'delay', 'target', 'timeLimit'];
    const wrong = actions.flatMap((action, i) =>
      Object.entries(action).flatMap(([key, value]: [string, unknown]) => {
        const others: unknown[] = key === 'at' ? ['lv_1:3'] : [];
        if (seen.includes(key)) others.push(Number.NaN, -(Number(value) || 1), -1e9);
        if (key !== 'timeLimit' && seen.includes(key)) others.push(1e9);
        return others
          .map((other) => ({ ...action, [key]: other }) as Action)
          .filter((changed) => accepted(actions.toSpliced(i, 1, changed)));
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('what cannot be run is refused before anything is touched:', () => {
  const refusal = (elements: (string | SequenceElement)[], shape?: StationShape) => {
    try {
      planOf(elements, shape);
    } catch (error) {
      return error as Error & { problems: { code: string }[] };
    }
    throw new Error('it was not refused');
  };

  test('an unknown calibration', () => expect(refusal(['iv_curv']).name).toBe('InvalidCalibration'));
  test('a tuning calibration without its list', () =>
    expect(refusal(['calibrate_module']).name).toBe('MissingTuning'));
  test('a role without a channel', () =>
    expect(refusal(['sldo_vi_curves'], { withLv: false }).name).toBe('MissingInstrument'));
  test('a calibration whose tuning flag is told by help alone, without help', () =>
    expect(refusal([{ command: 'custom_calibration', tuning: 'x' }]).name).toBe('InvalidCalibration'));
  test('a positive end voltage', () => expect(refusal(['iv_curve -f 30']).problems[0]?.code).toBe('E4012'));
  test('an end voltage beyond the limit, in any spelling', () => {
    for (const spelling of ['-f -100', '--max-voltage -100', '--max-voltage=-100', '-f-100']) {
      expect(refusal([`iv_curve ${spelling}`]).problems[0]?.code).toBe('E4013');
    }
  });
  test('a step that dirigent might go at once, beyond what the supply may', () => {
    for (const step of ['0', '-2', '6', '1e9'])
      expect(refusal([`iv_curve -s ${step}`]).problems[0]?.code).toBe('E4018');
    expect(refusal(['iv_curve -s 2'], { stepSize: 1 }).problems[0]?.code).toBe('E4018');
  });
  test('what several options in one word could hide, and a delay that is none', () => {
    for (const word of ['-tv -300', '-tv-300', '-bpf -300'])
      expect(refusal([`iv_curve ${word}`]).problems[0]?.code).toBe('E4020');
    expect(refusal(['iv_curve -d -1']).problems[0]?.code).toBe('E4018');
    expect(refusal(['iv_curve -d nan']).problems[0]?.code).toBe('E4011');
  });
  test('a sweep that leads nowhere', () => {
    for (const sweep of ['-f 0', '-i -40 -f -40', '-i -60 -f -40'])
      expect(refusal([`iv_curve ${sweep}`]).problems[0]?.code).toBe('E4018');
  });
  test('all of it at once', () => {
    const codes = refusal(['iv_curv', 'calibrate_module', 'iv_curve -f 30']).problems.map(({ code }) => code);
    expect(codes).toEqual(['E4101', 'E4103', 'E4012']);
  });
});

test('tuning lists are dealt out to the tuning calibrations in their order', () => {
  const { station, group } = smallStation();
  const sequence = new CalibrationSequence(
    { station, group, runDirectory },
    ['calibrate_module', 'iv_curve', 'custom_sequence'],
    't',
    {
      tuningStepArgs: ['1000', [{ name: 'PixelAlive' }] as object],
    },
  );
  const tail = (step: number) => (sequence.steps[step] as CalibrationStep).argv.slice(-2);
  expect(tail(0)).toEqual(['-t', '1000']);
  expect(tail(2)).toEqual(['-s', '[{"name":"PixelAlive"}]']);
});

test('a tuning list or a set of roles that no calibration is left for is refused: those before it may stand with the wrong one', () => {
  const { station, group } = smallStation();
  const make = (options: CalibrationSequenceOptions) => () =>
    new CalibrationSequence({ station, group, runDirectory }, ['calibrate_module', 'iv_curve'], 't', options);
  expect(make({ tuningStepArgs: ['1000', '1200'] })).toThrow(/E4004.*tuningStepArgs has 2 entries/);
  expect(make({ tuningStepArgs: ['1000'], requiredInstruments: [[], ['hv'], ['lv']] })).toThrow(
    /E4004.*requiredInstruments has 3 entries/,
  );
});
