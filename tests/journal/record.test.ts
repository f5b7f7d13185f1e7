import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Verdict, verdicts } from '../../src/base/verdict.ts';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { foldJournal } from '../../src/journal/record.ts';
import { expectDescribed } from './schemas.ts';

const stamped = (events: readonly Event[]): JournalLine[] =>
  events.map((event, n) => ({ n, t: 1_700_000_000_000 + n, ...event }));

const moduleIndices = ['0', '1'];

const started: Event = {
  event: 'run.started',
  run: '20260101T000000Z_s_t_m',
  title: 'T',
  sequence: { name: 't', sha256: '0'.repeat(64), substitutions: {} },
  station: { id: 's', site: 'S', simulated: true, timeScale: 100 },
  operator: 'o',
  versions: { baton: '0', node: '20' },
  modules: moduleIndices.map((index) => ({ index, name: `M${index}`, chips: ['0'] })),
  failFast: true,
  upload: true,
  files: [],
};

const planOf = (count: number): Event => ({
  event: 'plan.made',
  reason: 'the sequence begins',
  steps: Array.from({ length: count }, (_, k) => ({
    step: k + 1,
    calibration: 'iv_curve',
    category: 'ivcurve',
    folder: `0${k + 1}_iv_curve`,
    estimate: 1,
  })),
  actions: [],
  estimate: count,
});

const stepEvents = (step: number) =>
  fc.oneof(
    fc.constant<Event>({ event: 'step.started', step, calibration: 'iv_curve', argv: ['x'], folder: 'f' }),
    fc
      .constantFrom<'completed' | 'failed' | 'stopped'>('completed', 'failed', 'stopped')
      .map((end): Event => ({ event: 'step.ended', step, end, seconds: 1, artefacts: [], problems: [] })),
    fc
      .tuple(fc.constantFrom(...moduleIndices), fc.constantFrom(...verdicts))
      .map(([module, verdict]): Event => ({ event: 'step.judged', step, module, verdict, measurements: [] })),
    fc.constant<Event>({ event: 'step.skipped', step, reason: 'r', because: 'breakdown' }),
    fc.constant<Event>({ event: 'step.prompted', step, text: '>>>>' }),
    fc.constant<Event>({ event: 'trip', what: 'w', step }),
  );

const histories = fc.integer({ min: 1, max: 3 }).chain((count) =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 1, max: count }).chain(stepEvents), { maxLength: 25 }),
      fc.constantFrom(...verdicts),
      fc.boolean(),
    )
    .map(([events, verdict, ends]) => ({
      count,
      events: [
        started,
        planOf(count),
        ...events,
        ...(ends ? [{ event: 'run.ended', end: 'completed', verdict, exitCode: 0 } as const] : []),
      ] as Event[],
    })),
);

/** The last word on each step, read from the events alone. */
function lastWords(events: readonly Event[], step: number) {
  let state = 'waiting';
  const judged = new Map<string, Verdict>();
  for (const one of events) {
    if (!('step' in one) || one.step !== step) continue;
    if (one.event === 'step.started') state = 'running';
    if (one.event === 'step.ended') state = one.end;
    if (one.event === 'step.skipped') state = 'skipped';
    if (one.event === 'step.judged') judged.set(one.module, one.verdict);
  }
  return { state, judged };
}

test('a run is a PASS only if its end says so, every step completed, and every module passed in every step', () => {
  fc.assert(
    fc.property(histories, ({ count, events }) => {
      const record = foldJournal(stamped(events))!;
      if (record.verdict !== 'PASS' && record.modules.every(({ verdict }) => verdict !== 'PASS')) return;
      expect(events.at(-1)).toMatchObject({ event: 'run.ended' });
      if (record.verdict === 'PASS') expect(events.at(-1)).toMatchObject({ verdict: 'PASS' });
      for (let step = 1; step <= count; step++) {
        const { state, judged } = lastWords(events, step);
        expect(state).toBe('completed');
        for (const { index, verdict } of record.modules)
          if (verdict === 'PASS' || record.verdict === 'PASS') expect(judged.get(index)).toBe('PASS');
      }
    }),
    { numRuns: 2000 },
  );
});

test('a run that is all passed is a PASS: the rule above can be met', () => {
  const passed = (step: number): Event[] => [
    { event: 'step.ended', step, end: 'completed', seconds: 1, artefacts: [], problems: [] },
    ...moduleIndices.map(
      (module): Event => ({ event: 'step.judged', step, module, verdict: 'PASS', measurements: [] }),
    ),
  ];
  const end: Event = { event: 'run.ended', end: 'completed', verdict: 'PASS', exitCode: 0 };
  const record = foldJournal(stamped([started, planOf(2), ...passed(1), ...passed(2), end]))!;
  expect(record.verdict).toBe('PASS');
  expect(record.modules.map(({ verdict }) => verdict)).toEqual(['PASS', 'PASS']);
});

test('a module is never better than the worst that was said of it', () => {
  fc.assert(
    fc.property(histories, ({ count, events }) => {
      const record = foldJournal(stamped(events))!;
      for (const module of record.modules)
        for (let step = 1; step <= count; step++) {
          const { state, judged } = lastWords(events, step);
          const said = state === 'completed' ? judged.get(module.index) : undefined;
          if (said) expect(verdicts.indexOf(module.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(said));
          if (state === 'failed' || state === 'stopped') expect(module.verdict).toBe('ERROR');
        }
    }),
    { numRuns: 500 },
  );
});

test('whatever happens, the record is what its schema says', () => {
  fc.assert(
    fc.property(histories, ({ events }) => {
      const lines = stamped(events);
      const plain = JSON.parse(JSON.stringify({ lines, record: foldJournal(lines) }));
      expectDescribed(plain.lines, plain.record);
    }),
    { numRuns: 60 },
  );
});

describe('folding', () => {
  test('a journal that does not begin with its run tells nothing', () => {
    expect(foldJournal(stamped([planOf(1)]))).toBeUndefined();
    expect(foldJournal([])).toBeUndefined();
  });

  test('a run that died says so: it never ended', () => {
    const record = foldJournal(stamped([started, planOf(1)]))!;
    expect(record).toMatchObject({ state: 'running' });
    expect(record).not.toHaveProperty('exitCode');
  });

  test('a new plan keeps the steps that are over and begins the others anew', () => {
    const again: Event = { ...(planOf(2) as Extract<Event, { event: 'plan.made' }>), reason: 'resumed' };
    const second = { ...again, steps: again.steps.slice(1) };
    const record = foldJournal(
      stamped([
        started,
        planOf(2),
        { event: 'step.ended', step: 1, end: 'completed', seconds: 1, artefacts: [], problems: [] },
        { event: 'step.ended', step: 2, end: 'failed', seconds: 1, artefacts: [], problems: [] },
        second,
      ]),
    )!;
    expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'waiting']);
  });

  test('the last reading of an output stands, and a station that is not verified safe says so', () => {
    const record = foldJournal(
      stamped([
        started,
        { event: 'power', at: 'hv_1:1', role: 'hv', output: true, voltage: -5 },
        { event: 'power', at: 'hv_1:1', role: 'hv', output: true, voltage: -60 },
        { event: 'safe.started', reason: 'the run ends' },
      ]),
    )!;
    expect(record.readings['hv_1:1']).toMatchObject({ voltage: -60 });
    expect(record.safe).toMatchObject({ verified: false });
  });
});
