import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { fold, type RunRecord } from '../../src/journal/record.ts';
import { jsonLinesRenderer } from '../../src/terminal/jsonLines.ts';
import { plainRenderer } from '../../src/terminal/plain.ts';

class Screen extends Writable {
  text = '';
  isTTY: boolean;
  columns = 100;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const sha256 = '0'.repeat(64);
const problem = {
  code: 'E4301',
  what: 'iv_curve: ended with exit code 3.',
  remedy: 'Its output is in 01_iv_curve/stdout.log.',
};

const history: Event[] = [
  {
    event: 'run.started',
    run: '20261120T120000Z_s_T_m',
    title: 'T',
    sequence: { name: 't', sha256, substitutions: {} },
    station: { id: 's-simulated', site: 'S', simulated: true, timeScale: 100 },
    operator: 'o',
    versions: { baton: '0', node: '20' },
    modules: [{ index: '0', name: 'Q1', serialNumber: '20UPGM22110039', chips: ['0'] }],
    failFast: true,
    upload: true,
    files: [],
  },
  {
    event: 'plan.made',
    reason: 'the sequence begins',
    steps: [
      { step: 1, calibration: 'iv_curve', category: 'ivcurve', folder: '01_iv_curve', estimate: 90 },
      {
        step: 2,
        calibration: 'crosstalk_method',
        category: 'openbumps',
        folder: '02_crosstalk_method',
        estimate: 300,
      },
    ],
    actions: [{ do: 'open' }],
    estimate: 390,
  },
  {
    event: 'instrument.identified',
    name: 'hv_1',
    class: 'Keithley2410',
    identity: 'MODEL 2410',
    simulated: true,
  },
  { event: 'action.started', action: 3, do: 'ramp', what: 'HV hv_1:1 ramp 0 V → -60 V, 5 V every 1 s' },
  { event: 'power', at: 'hv_1:1', role: 'hv', output: true, voltage: -5, current: -1e-7 },
  { event: 'action.ended', action: 3, end: 'done' },
  { event: 'step.started', step: 1, calibration: 'iv_curve', argv: ['dirigent'], folder: '01_iv_curve' },
  { event: 'step.prompted', step: 1, text: '[Attention]\nSwitch on? >>>>' },
  { event: 'step.answered', step: 1, answer: 'N', by: 'time-out' },
  {
    event: 'step.ended',
    step: 1,
    end: 'failed',
    exitCode: 3,
    seconds: 12.34,
    artefacts: [],
    problems: [problem],
  },
  {
    event: 'step.judged',
    step: 1,
    module: '0',
    verdict: 'FAIL',
    criteria: { name: 'iv_curve', date: '2026-11-01', sha256 },
    measurements: [
      {
        name: 'leakage',
        value: 2.5e-6,
        unit: 'A',
        max: 1e-6,
        verdict: 'FAIL',
        flag: 'above 0.000001 A; clean it',
      },
      { name: 'temperature', value: 20, unit: 'C', verdict: 'NONE' },
    ],
  },
  {
    event: 'breakdown.found',
    module: '0',
    reported: { found: 'at', voltage: -40 },
    recomputed: { found: 'at', voltage: -40 },
    compliance: { found: 'none' },
    breakdown: { found: 'at', voltage: -40 },
    measuredTo: -45,
  },
  {
    event: 'bias.decided',
    at: 'hv_1:1',
    target: -60,
    allowed: false,
    unknown: false,
    reason: 'Q1: breaks down at -40 V',
  },
  { event: 'action.ended', action: 4, end: 'skipped', reason: 'no bias' },
  { event: 'stop.requested', by: 'SIGINT' },
  { event: 'trip', what: 'lv_1:1 went off by itself' },
  { event: 'safe.started', reason: 'the run ends' },
  {
    event: 'safe.ended',
    verified: false,
    channels: [
      { at: 'hv_1:1', role: 'hv', off: false, problem: 'no reply' },
      { at: 'lv_1:1', role: 'lv', off: true },
    ],
  },
  { event: 'step.skipped', step: 2, reason: 'the run was stopped', because: 'stopped' },
  { event: 'run.ended', end: 'unsafe', verdict: 'ERROR', exitCode: 5 },
];

/** Noon of some day, where the test runs. */
const noon = new Date(2026, 10, 20, 12, 0, 0).getTime();

function show(screen: Screen, renderer = plainRenderer(screen as unknown as NodeJS.WriteStream)): string {
  let record: RunRecord | undefined;
  history.forEach((event, n) => {
    const line: JournalLine = { n, t: noon + n * 1000, ...event };
    record = fold(record, line);
    renderer.line(line, record);
    if (event.event === 'step.started') renderer.progress(1, { done: 1, of: 4, text: 'ramp' });
  });
  renderer.close();
  return screen.text;
}

describe('without a terminal', () => {
  test('one line an event, in words, and what it came to at the end', () => {
    expect(show(new Screen())).toMatchInlineSnapshot(`
      "12:00:00  T  Q1 (20UPGM22110039)  at s-simulated  simulated, time × 100
                run 20261120T120000Z_s_T_m
      12:00:01  plan    2 steps, 1 action, about 6 min 30 s
      12:00:02  found   hv_1: MODEL 2410
      12:00:03  power   HV hv_1:1 ramp 0 V → -60 V, 5 V every 1 s
      12:00:06  step 1  iv_curve  in 01_iv_curve
      12:00:07  step 1  asks: [Attention] · Switch on? >>>>
      12:00:08  step 1  answered N (time-out)
      12:00:09  step 1  failed, 0 files, 12 s
                E4301  iv_curve: ended with exit code 3.
                       Its output is in 01_iv_curve/stdout.log. (docs: errors#E4301)
      12:00:10  step 1  Q1  FAIL
                leakage  2.5 µA  FAIL: above 0.000001 A; clean it
      12:00:11  sensor  module 0: breaks down at -40 V, measured to -45 V
      12:00:12  bias    none at hv_1:1: Q1: breaks down at -40 V
      12:00:13          left out: no bias
      12:00:14  stop    asked for by SIGINT: ramping down
      12:00:15  TRIP    lv_1:1 went off by itself
      12:00:16  safe    bringing HV to zero and LV off: the run ends
      12:00:17  UNSAFE  hv_1:1: no reply
      12:00:18  step 2  skipped: the run was stopped

         1  iv_curve             NOT COMPLETED
         2  crosstalk_method     skipped  (the run was stopped)

        Q1               NOT COMPLETED

        NOT COMPLETED, and the station could not be made safe
        A PERSON IS NEEDED: the module may still be under voltage. Go to the supply.
        E4301  iv_curve: ended with exit code 3.
               Its output is in 01_iv_curve/stdout.log. (docs: errors#E4301)
      "
    `);
  });

  test('no escape sequence is ever written', () => {
    expect(show(new Screen())).not.toContain('\x1b');
  });
});

test('on a terminal a line below shows the step, how far it is and what is at the module, and goes away', () => {
  const text = show(new Screen(true));
  expect(text).toContain('HV -5 V -100 nA');
  const last = text.lastIndexOf('A PERSON IS NEEDED');
  expect(last).toBeGreaterThan(0);
  expect(text.slice(last)).not.toContain('[####');
});

test('JSON lines are those of the journal, and progress without a number between them', () => {
  const screen = new Screen();
  const lines = show(screen, jsonLinesRenderer(screen))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ event }) => event !== 'progress')).toEqual(
    history.map((event, n) => ({ n, t: noon + n * 1000, ...event })),
  );
  expect(lines.find(({ event }) => event === 'progress')).toMatchObject({ step: 1, done: 1, of: 4 });
});
