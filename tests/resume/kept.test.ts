import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Breakdown } from '../../src/base/verdict.ts';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { foldJournal } from '../../src/journal/record.ts';
import type { HashedFile } from '../../src/journal/runDirectory.ts';
import type { ScriptModule } from '../../src/scripts/script.ts';
import { CalibrationSequence } from '../../src/sequence/calibrationSequence.ts';
import { checkPlan } from '../../src/sequence/plan/planChecker.ts';
import { begunFolders } from '../../src/sequence/resume/evidence.ts';
import {
  attemptFolder,
  attemptOf,
  type Resumption,
  type StepEvidence,
  whatIsKept,
} from '../../src/sequence/resume/kept.ts';
import type { SequenceElement, Step } from '../../src/sequence/step.ts';
import { smallStation } from '../sequence/stations.ts';
import { begun } from './begun.ts';

const runDirectory = '/runs/one';
const tune = (command: string): SequenceElement => ({ command, tuning: '1000' });

/** Two blocks of tuning, with everything else around them. */
const elements: SequenceElement[] = [
  { command: 'sldo_vi_curves' },
  { command: 'voltage_trimming' },
  { command: 'iv_curve', repeatOnBreakdown: 1 },
  tune('calibrate_module'),
  tune('custom_sequence'),
  { command: 'crosstalk_method' },
  { command: 'sldo_vi_curves_GADC' },
  tune('custom_sequence'),
  tune('calibrate_module'),
];
const blocks = [
  [4, 5],
  [8, 9],
];

const { station, group } = smallStation();
const sequenceOf = (resumed?: Resumption & { identify?: boolean }) =>
  new CalibrationSequence(
    { station, group, runDirectory, ...(resumed ? { resumed } : {}) },
    elements,
    'a title',
  );

const artefact = (step: Step): HashedFile => ({
  path: `${step.folder}/result.csv`,
  bytes: 10,
  sha256: String(step.number).repeat(64),
});

/** Everything that a run writes when all of it goes well. */
function wholeJournal(steps: readonly Step[], verdict: 'PASS' | 'FAIL' = 'PASS'): JournalLine[] {
  const events: Event[] = [
    begun,
    {
      event: 'plan.made',
      reason: 'the sequence begins',
      steps: steps.map(({ number, calibration, category, folder }) => ({
        step: number,
        calibration,
        category: category.name,
        folder,
        estimate: 1,
      })),
      actions: [],
      estimate: 9,
    },
    ...steps.flatMap((step): Event[] => {
      const { number, calibration, folder } = step;
      const artefacts = [artefact(step)];
      return [
        { event: 'step.started', step: number, calibration, argv: [], folder },
        {
          event: 'step.ended',
          step: number,
          end: 'completed',
          exitCode: 0,
          seconds: 1,
          artefacts,
          problems: [],
        },
        { event: 'step.judged', step: number, module: '0', verdict, measurements: [] },
      ];
    }),
    { event: 'run.ended', end: 'completed', verdict, exitCode: 0 },
  ];
  return events.map((event, n) => ({ n, t: n, ...event }));
}

function decide(lines: readonly JournalLine[], evidence: ReadonlyMap<number, StepEvidence> = new Map()) {
  const record = foldJournal(lines)!;
  return whatIsKept(record, sequenceOf().steps, evidence, begunFolders(lines));
}

const ended = (lines: readonly JournalLine[]) =>
  new Set(lines.flatMap((line) => (line.event === 'step.ended' ? [line.step] : [])));

describe('what of an interrupted run is kept', () => {
  const { steps } = sequenceOf();
  const whole = wholeJournal(steps);

  test('at whatever line it was cut, and whatever was damaged since, only intact finished steps, no part of a block, by a plan that keeps the rules', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: whole.length }),
        fc.subarray(steps.map(({ number }) => number)),
        fc.boolean(),
        (length, damaged, identify) => {
          const lines = whole.slice(0, length);
          const evidence = new Map(damaged.map((step) => [step, { damage: 'it was changed' }]));
          const resumption = decide(lines, evidence);
          const kept = [...resumption.kept.keys()];
          for (const step of kept) {
            expect(ended(lines)).toContain(step);
            expect(damaged).not.toContain(step);
          }
          for (const block of blocks)
            expect([0, block.length]).toContain(block.filter((step) => kept.includes(step)).length);
          expect([...kept, ...resumption.repeated.map(({ step }) => step)].sort()).toEqual(
            steps.map(({ number }) => number),
          );

          const plan = sequenceOf({ ...resumption, identify }).plan();
          expect(checkPlan(plan.actions, { station, group })).toEqual([]);
          const run = plan.actions.filter(
            (action) => action.do === 'calibrate' && !action.when?.startsWith('break'),
          );
          expect(new Set(run.map(({ step }) => step))).toEqual(
            new Set(resumption.repeated.map(({ step }) => step)),
          );
          // Nothing is written where something was: what the journal says of it stays true.
          const begun = begunFolders(lines);
          for (const action of plan.actions)
            if (action.do === 'calibrate') expect(begun).not.toContain(action.folder);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('all that was undamaged and finished is, as far as no block is torn', () => {
    for (let length = 2; length <= whole.length; length += 1) {
      const lines = whole.slice(0, length);
      const done = ended(lines);
      const expected = [...done].filter((step) =>
        blocks.filter((block) => block.includes(step)).every((block) => block.every((one) => done.has(one))),
      );
      expect([...decide(lines).kept.keys()]).toEqual(expected);
    }
  });

  test('a bad module is not measured until it passes', () => {
    const lines = wholeJournal(steps, 'FAIL').slice(0, 5);
    expect([...decide(lines).kept.keys()]).toEqual([1]);
  });

  test('each step that is run again says why, and those that nothing is against are kept', () => {
    const lines = whole
      .filter((line) => !('step' in line) || line.step !== 9)
      .map((line) => {
        if (line.event === 'plan.made')
          return {
            ...line,
            steps: line.steps.map((one) => (one.step === 1 ? { ...one, calibration: 'iv_curve' } : one)),
          };
        return line.event === 'step.ended' && line.step === 7 ? { ...line, artefacts: [] } : line;
      });
    const resumption = decide(lines, new Map([[3, { damage: 'it is gone' }]]));
    expect(resumption.repeated).toEqual([
      { step: 1, why: 'it was iv_curve when the run began' },
      { step: 3, why: 'it is gone' },
      { step: 7, why: 'it left no files that could be kept' },
      { step: 8, why: 'it is of one block with step 9' },
      { step: 9, why: 'it was not begun' },
    ]);
    expect([...resumption.kept.keys()], 'none of these sets the chips').toEqual([2, 4, 5, 6]);
    const skipped: JournalLine = {
      n: 99,
      t: 99,
      event: 'step.skipped',
      step: 9,
      reason: '',
      because: 'stopped',
    };
    expect(decide([...lines, skipped]).repeated.at(-1)).toEqual({ step: 9, why: 'it was not begun' });
    expect(resumption.nth).toBe(1);
  });

  test('an IV that does not tell where the sensor breaks down is measured again, and what it suspects is kept', () => {
    const unknown = { found: 'unknown', why: 'cut short', suspected: -40 } as const;
    const told = (breakdown: Breakdown, step?: number, evidence?: Map<number, StepEvidence>) => {
      const findings = { reported: breakdown, recomputed: breakdown, compliance: breakdown, breakdown };
      const line: Event = { event: 'breakdown.found', module: '0', ...findings, ...(step ? { step } : {}) };
      return decide([...whole, { n: whole.length, t: whole.length, ...line }], evidence);
    };
    const again = told(unknown, 3);
    expect(again.repeated).toEqual([{ step: 3, why: 'where the sensor breaks down is not known' }]);
    expect(again.suspected).toEqual(new Map([['0', unknown]]));
    expect(told({ found: 'at', voltage: -64 }, 3)).toMatchObject({ repeated: [], suspected: new Map() });
    const gone = new Map([[3, { damage: 'it is gone' }]]);
    expect(told({ found: 'at', voltage: -40 }, 3, gone).suspected, 'what is known is none').toEqual(
      new Map(),
    );
    const elsewhere = told(unknown);
    expect(elsewhere.repeated, 'it was not this run that could not tell').toEqual([]);
    expect(elsewhere.suspected.size).toBe(1);
    expect(told(unknown, 2).repeated, 'nor is it an IV').toEqual([]);
  });

  test('of two modules one alone is enough: for a curve to be measured again, and for a no to stay', () => {
    const two = begun.event === 'run.started' && {
      ...begun,
      modules: ['0', '1'].map((index) => ({ index, name: `M${index}`, chips: ['0'] })),
    };
    const lines = whole.map((line) => (line.event === 'run.started' ? { ...line, ...(two || {}) } : line));
    const none = { found: 'none' } as const;
    const unknown = { found: 'unknown', why: 'cut short' } as const;
    const findings = { reported: none, recomputed: none, compliance: none };
    const told = [none, unknown].map(
      (breakdown, k): JournalLine => ({
        ...{ n: lines.length + k, t: lines.length + k, event: 'breakdown.found', step: 3, module: String(k) },
        ...{ ...findings, breakdown },
      }),
    );
    expect(decide([...lines, ...told]).repeated.map(({ step }) => step)).toEqual([3]);

    const checks = { module: './look.js', path: '/look.js', failFast: true, options: {}, items: [] };
    const asked = new CalibrationSequence(
      { station, group, runDirectory },
      [{ checks: { ...checks, where: { file: 'x.scr' } } }],
      'a title',
    ).steps;
    const judged = wholeJournal(asked).flatMap((line): JournalLine[] =>
      line.event === 'step.judged' ? [line, { ...line, module: '1', verdict: 'FAIL' }] : [line],
    );
    const { kept } = whatIsKept(foldJournal(judged)!, asked, new Map(), new Set());
    expect([...kept.keys()]).toEqual([1]);
  });

  test('a curve that is measured again has a folder that tells how often', () => {
    expect(attemptFolder('03_iv_curve', 2)).toBe('03_iv_curve_again2');
    expect([attemptOf('03_iv_curve_again2'), attemptOf('03_iv_curve')]).toEqual([2, 0]);
  });

  test('a run that goes on once more counts its times, and a block of three begins at its first', () => {
    const again = elements.slice(3, 5).concat(tune('calibrate_module'));
    const three = new CalibrationSequence({ station, group, runDirectory }, again, 'a title');
    const lines = wholeJournal(three.steps);
    const gone = new Map([1, 2].map((step) => [step, { damage: 'it is gone' }]));
    const resumed: JournalLine = {
      n: lines.length,
      t: lines.length,
      event: 'run.resumed',
      operator: 'o',
      versions: { baton: '0', node: '20' },
      kept: [],
      repeated: [],
      changes: [],
      files: [],
    };
    const resumption = whatIsKept(foldJournal([...lines, resumed])!, three.steps, gone, new Set());
    expect(resumption.nth).toBe(2);
    expect(resumption.repeated.at(-1)).toEqual({ step: 3, why: 'it is of one block with step 1' });
  });

  test('what was measured with settings that are set again is measured again', () => {
    const resumption = decide(whole, new Map([[2, { damage: 'it is gone' }]]));
    expect([...resumption.kept.keys()]).toEqual([1, 3, 7]);
    expect(resumption.repeated.find(({ step }) => step === 6)?.why).toBe('step 2 sets the chips again');
    const tuned = decide(whole, new Map([[4, { damage: 'it is gone' }]]));
    expect([...tuned.kept.keys()]).toEqual([1, 2, 3, 7]);
    expect(tuned.repeated.find(({ step }) => step === 6)?.why).toBe('step 4 sets the chips again');
  });

  test('a step that had finished when its runner died is adopted; one that had not is run again', () => {
    const cut = whole.slice(
      0,
      whole.findIndex((line) => line.event === 'step.started' && line.step === 2) + 1,
    );
    const died: Event = {
      event: 'step.ended',
      step: 2,
      end: 'failed',
      exitCode: 0,
      seconds: 1,
      artefacts: [artefact(steps[1]!)],
      problems: [{ code: 'E6502', what: 'its runner died', remedy: '' }],
    };
    const lines = [...cut, { n: cut.length, t: cut.length, ...died }];
    const { kept } = decide(lines, new Map([[2, { finished: true }]]));
    expect(kept.get(2)).toMatchObject({ adopt: true, seconds: 0.001, results: [] });
    expect(kept.get(1)).toEqual({
      folder: steps[0]!.folder,
      artefacts: [artefact(steps[0]!)],
      results: [{ module: '0', verdict: 'PASS', measurements: [] }],
    });
    expect([...decide(lines).kept.keys()]).toEqual([1]);
  });

  test('a curve that was to be measured again, and was not, is', () => {
    const lines = whole.slice(
      0,
      whole.findIndex((line) => line.event === 'step.started' && line.step === 4),
    );
    const { actions } = sequenceOf(decide(lines)).plan();
    const ofIv = actions.filter(({ step }) => step === 3).map((action) => [action.do, action.when]);
    expect(ofIv).toEqual([
      ['recall', undefined],
      ['handOver', 'breakdown found'],
      ['calibrate', 'breakdown found'],
      ['takeBack', 'breakdown found'],
      ['readResults', 'breakdown found'],
      ['readBreakdowns', undefined],
    ]);
  });

  test('checks are asked again, with the power as the steps before would have left it; only a no stays a no', () => {
    const checks: ScriptModule = {
      module: './look.js',
      path: '/look.js',
      failFast: true,
      options: {},
      items: [],
      where: { file: 'x.scr' },
    };
    const withChecks = (resumed?: Resumption) =>
      new CalibrationSequence(
        { station, group, runDirectory, ...(resumed ? { resumed } : {}) },
        ['iv_curve', { checks }],
        'a title',
      );
    const asked = (verdict: 'PASS' | 'FAIL') => {
      const lines = wholeJournal(withChecks().steps, verdict);
      return whatIsKept(foldJournal(lines)!, withChecks().steps, new Map(), begunFolders(lines));
    };
    expect([...asked('FAIL').kept.keys()]).toEqual([1, 2]);
    const { actions } = withChecks(asked('PASS')).plan();
    expect(checkPlan(actions, { station, group })).toEqual([]);
    const before = actions.slice(
      0,
      actions.findIndex((action) => action.do === 'check'),
    );
    expect(before.map((action) => action.do)).toEqual([
      ...['open', 'adopt', 'recall', 'readBreakdowns'],
      ...['level', 'output', 'level', 'output', 'ramp'],
    ]);
    expect(before.at(-1)).toMatchObject({ role: 'hv', to: -60, when: 'bias allowed' });
  });
});
