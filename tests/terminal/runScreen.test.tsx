import { afterEach, expect, test } from 'vitest';
import { RunSession, type WatchedRun } from '../../src/terminal/screens/run/runSession.tsx';
import { power, type ToldRun, toldRun } from './runs.ts';
import { type DrawnScreen, drawScreen } from './screen.tsx';

let drawn: DrawnScreen | undefined;
afterEach(() => {
  drawn?.close();
  drawn = undefined;
});

/** Everything that is told to the runner. */
function watching(run: ToldRun): WatchedRun & { told: string[] } {
  const told: string[] = [];
  return {
    run: run.watch,
    directory: '/runs/20261120T120000Z_example-1_Electrical-QC_20UPGM22110039',
    told,
    stop: () => told.push('stop'),
    answer: (id, text) => told.push(`answer ${id} ${text}`),
    leave: () => undefined,
  };
}

async function draw(run: ToldRun, options: Parameters<typeof drawScreen>[1] = {}) {
  const watched = watching(run);
  const done: string[] = [];
  drawn = await drawScreen(
    <RunSession
      watched={watched}
      scans={true}
      onLeave={() => done.push('left')}
      onEnd={(typed) => done.push(`end ${typed}`)}
    />,
    options,
  );
  return { screen: drawn, told: watched.told, done };
}

/** In the middle of the bias ramp after an IV. */
function biased(): ToldRun {
  const run = toldRun();
  run.tell({ event: 'step.started', step: 1, calibration: 'sldo_vi_curves', argv: [], folder: '01' }, 1);
  run.tell({ event: 'step.ended', step: 1, end: 'completed', seconds: 55, artefacts: [], problems: [] }, 56);
  run.tell({ event: 'step.judged', step: 1, module: '0', verdict: 'PASS', measurements: [] }, 56);
  run.tell({ event: 'step.started', step: 2, calibration: 'iv_curve', argv: [], folder: '02' }, 60);
  run.tell(
    { event: 'step.ended', step: 2, end: 'completed', seconds: 200, artefacts: [], problems: [] },
    260,
  );
  run.tell({ event: 'step.judged', step: 2, module: '0', verdict: 'PASS', measurements: [] }, 260);
  run.tell({ event: 'action.started', action: 2, do: 'level', what: 'HV hv_1:1 compliance 10 µA' }, 261);
  run.tell({ event: 'action.ended', action: 2, end: 'done' }, 261);
  run.tell(
    { event: 'action.started', action: 3, do: 'ramp', what: 'HV hv_1:1 ramp 0 V → -60 V, 5 V every 1 s' },
    262,
  );
  run.tell(power('lv', 1.8, 3.7), 262);
  for (let i = 1; i <= 8; i++) run.tell(power('hv', -5 * i + 0.02, -2.5e-8 * i), 262 + i);
  run.watch.output(2, '2026-11-20 12:04:20 INFO iv_curve - Done.\n');
  return run;
}

test('the run screen shows measured values, what was set and allowed, and the steps with their verdicts', async () => {
  const { screen } = await draw(biased(), { at: 271 });
  expect(screen.text()).toMatchSnapshot();
});

test('without Unicode nothing but ASCII is sent, and everything is still there', async () => {
  const { screen } = await draw(biased(), { unicode: false });
  expect(screen.text()).toMatch(/^[\x00-\x7f]*$/);
  expect(screen.text()).toContain('HV hv_1:1   on  -39.98 V  -200 nA');
  expect(screen.text()).toContain('set -40 V  compliance 10 uA');
});

test('a wider terminal shows more of the output', async () => {
  const run = biased();
  run.tell({ event: 'step.started', step: 3, calibration: 'calibrate_module', argv: [], folder: '03' }, 280);
  for (let i = 0; i < 100; i++) run.watch.output(3, `line ${i}\n`);
  const { screen } = await draw(run, { columns: 200, rows: 60, at: 281 });
  expect(screen.text()).toContain('line 75');
  expect(screen.text()).toContain('line 99');
  expect(screen.text()).toMatchSnapshot();
});

test('a reading that has grown old says that it is stale', async () => {
  const run = biased();
  const { screen } = await draw(run);
  screen.passes(300_000);
  run.watch.output(2, 'more\n');
  await expect.poll(() => screen.text()).toContain('STALE, read 30 s ago');
});

test('while a calibration has the supplies, their last readings are not shown as those of now', async () => {
  const run = biased();
  run.tell({ event: 'action.started', action: 0, do: 'handOver', what: 'hand over hv, lv' }, 271);
  const { screen } = await draw(run);
  expect(screen.text()).toContain('HV hv_1:1   with the calibration');
  expect(screen.text()).not.toContain('STALE');
});

test('s stops at once and without a question, and the screen says so before the runner does', async () => {
  const { screen, told } = await draw(biased(), { at: 271 });
  await screen.press('s');
  expect(told).toEqual(['stop']);
  expect(screen.text()).toMatchSnapshot();
  expect(screen.text()).toContain('STOPPING: ramping down   hv_1:1 -40.0 V');
});

test('Ctrl-C stops as well, and while the keys are shown both do', async () => {
  const { screen, told } = await draw(biased());
  await screen.press('\x03');
  await screen.press('\x1bOP');
  expect(screen.text()).toContain('Keys');
  await screen.press('s');
  expect(told).toEqual(['stop', 'stop']);
});

test('a scanned code presses no key: neither stop nor leave', async () => {
  const { screen, told, done } = await draw(biased());
  await screen.press('20UPGM22110039sq\r');
  expect(told).toEqual([]);
  expect(done).toEqual([]);
});

test('q leaves, and tells the runner nothing', async () => {
  const { screen, told, done } = await draw(biased());
  await screen.press('q');
  expect(done).toEqual(['left']);
  expect(told).toEqual([]);
});

test('scrolling holds the output still while more comes, and End follows again', async () => {
  const run = biased();
  for (let i = 0; i < 50; i++) run.watch.output(2, `line ${i}\n`);
  const { screen } = await draw(run);
  await screen.press('\x1b[5~');
  expect(screen.text()).toContain('scrolled up, 8 lines below');
  const held = screen.text().split('\n').slice(14, 22);
  for (let i = 50; i < 99; i++) run.watch.output(2, `line ${i}\n`);
  await expect.poll(() => screen.text().split('\n').slice(14, 22)).toEqual(held);
  await screen.press('\x1b[F');
  expect(screen.text()).toContain('line 98');
});

test('an answer is sent by Enter, not by a scan, and not by what was typed before the question was there', async () => {
  const run = biased();
  run.watch.asked({ id: 7, step: 3, text: 'Continue? (y/n)', secret: false });
  const { screen, told } = await draw(run, { at: 271 });
  expect(screen.text()).toMatchSnapshot();
  await screen.press('y', '\r');
  expect(told).toEqual([]);
  screen.passes(1000);
  await screen.press('n\r');
  expect(screen.text()).toContain('Your answer: n');
  expect(told).toEqual([]);
  await screen.press('\r');
  expect(told).toEqual(['answer 7 n']);
});

test('while a question is asked s is a letter of the answer, and Ctrl-C stops', async () => {
  const run = biased();
  run.watch.asked({ id: 1, step: 3, text: 'Which cable?', placeholder: 'C-001', secret: false });
  const { screen, told } = await draw(run);
  screen.passes(1000);
  expect(screen.text(), 'what an answer may look like').toContain('C-001');
  await screen.press('s');
  expect(told).toEqual([]);
  expect(screen.text()).toContain('Your answer: s');
  expect(screen.text()).not.toContain('C-001');
  expect(screen.text()).toContain('Ctrl-C  stop safely');
  await screen.press('\x03');
  expect(told).toEqual(['stop']);
});

test('a secret is not shown', async () => {
  const run = biased();
  run.watch.asked({ id: 1, step: 3, text: 'Password:', secret: true });
  const { screen } = await draw(run);
  screen.passes(1000);
  await screen.press('h', 'u', 's', 'h');
  expect(screen.text()).toContain('Your answer: ****');
});

test('of several answers none is chosen beforehand', async () => {
  const run = biased();
  run.watch.asked({ id: 2, step: 3, text: 'Contacts?', choices: ['good', 'bad'], secret: false });
  const { screen, told } = await draw(run);
  screen.passes(1000);
  await screen.press('\r');
  expect(told).toEqual([]);
  await screen.press('2', '\r');
  expect(told).toEqual(['answer 2 bad']);
});

test('a question that was answered elsewhere goes away', async () => {
  const run = biased();
  run.watch.asked({ id: 2, step: 3, text: 'Contacts?', secret: false });
  const { screen } = await draw(run);
  run.watch.answered(2);
  await expect.poll(() => screen.text()).not.toContain('Contacts?');
});

function ended(
  run: ToldRun,
  verdict: 'PASS' | 'FAIL' | 'ERROR',
  end: 'completed' | 'stopped' | 'unsafe' | 'tripped',
) {
  run.tell({ event: 'safe.started', reason: 'the run ends' }, 290);
  run.tell(
    {
      event: 'safe.ended',
      verified: end !== 'unsafe',
      channels: [{ at: 'hv_1:1', role: 'hv', off: end !== 'unsafe', problem: 'still at -40 V' }],
    },
    291,
  );
  run.tell({ event: 'run.ended', end, verdict, exitCode: end === 'unsafe' ? 5 : 0 }, 292);
}

test('the verdict fills the screen in words, says why, and stays until somebody does something', async () => {
  const run = biased();
  run.tell({ event: 'step.skipped', step: 3, reason: 'breaks down at -30 V', because: 'breakdown' }, 280);
  ended(run, 'FAIL', 'completed');
  const { screen, done } = await draw(run);
  expect(screen.text()).toMatchSnapshot();
  // Too soon to have been read.
  await screen.press('\r');
  expect(done).toEqual([]);
  screen.passes(2000);
  await screen.press('2');
  expect(done).toEqual(['end 2']);
});

test('a station that could not be made safe calls for a person before anything else', async () => {
  const run = biased();
  ended(run, 'ERROR', 'unsafe');
  const { screen } = await draw(run);
  expect(screen.text()).toMatchSnapshot();
});

test('a trip stands in the status row and among the reasons', async () => {
  const run = biased();
  run.tell({ event: 'trip', what: 'hv_1:1 tripped: compliance', at: 'hv_1:1' }, 280);
  const { screen } = await draw(run, { at: 281 });
  expect(screen.text()).toContain('TRIP: hv_1:1 tripped: compliance');
  expect(screen.text()).toMatchSnapshot();
  ended(run, 'ERROR', 'tripped');
  await expect.poll(() => screen.text()).toContain('tripped; the station is safe');
  expect(screen.text()).toContain('TRIP: hv_1:1 tripped: compliance');
});

test('when the runner is gone the screen says that its guardian goes on', async () => {
  const run = biased();
  run.watch.runnerGone();
  const { screen } = await draw(run);
  expect(screen.text()).toContain('Its guardian makes the station safe');
});

test('a terminal that is too small says what it needs, and its keys still stop', async () => {
  const { screen, told } = await draw(biased(), { columns: 60, rows: 20 });
  expect(screen.text()).toContain('60 columns and 20 rows');
  await screen.press('\x03');
  expect(told).toEqual(['stop']);
});
