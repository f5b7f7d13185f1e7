import { join } from 'node:path';
import { describe } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { keepEarlierIv } from '../earlierIv.ts';
import { eventually, linesOf, newestRun } from '../runUnderTest.ts';
import { baton, config, ivAndTuning, sldo, test } from './stories.ts';
import { hasTmux } from './tmux.ts';

describe.runIf(hasTmux).concurrent('a run on a real terminal', { timeout: 120_000 }, () => {
  test('is shown, ends with its verdict in large letters, and leaves the terminal as it was', async ({
    story,
    expect,
  }) => {
    const terminal = story.running(ivAndTuning, 100);
    const running = await terminal.sees(/▸ 1 iv_curve/);
    expect(running).toContain('Q2X2-0001 20UPGM22110039');
    expect(running).toContain('simulated × 100');
    expect(running.split('\n')).toHaveLength(24);
    await terminal.sees(/1 iv_curve +PASS/);
    const verdict = await terminal.sees('Press Enter or q to leave.');
    expect(verdict).toContain('████████████         █████████         ████████████');
    expect(terminal.state()).toBe('0 1');
    const { record, safe } = await story.ended();
    expect(record.verdict).toBe('PASS');
    expect(safe.deepestBias).toBeLessThan(-70);
    await terminal.sees('Press Enter or q to leave.');
    // A verdict that has just come is not dismissed by what was typed before.
    await terminal.pressUntil(['Enter'], () => terminal.state() === '1 0');
    // The verdict stays in the terminal's own history.
    await terminal.sees(/Q2X2-0001 {8}PASS[\s\S]*[$#]$/);
  });

  test('stopped in its bias ramp: the screen says so at once, HV comes down in steps, everything off', async ({
    story,
    expect,
  }) => {
    // Slow enough that the way down takes longer than the screen to say so.
    keepEarlierIv(story.runs);
    const terminal = story.running(story.bench.sequence('crosstalk_method'), 4);
    await terminal.sees(/ramp 0 V → -60 V/);
    const journal = linesOf<JournalLine>(join(newestRun(story.runs)!, 'journal.jsonl'));
    await eventually(
      () =>
        journal().some((line) => line.event === 'power' && line.role === 'hv' && (line.setpoint ?? 0) <= -30),
      () => terminal.screen(),
    );
    terminal.press('s');
    const shown = await terminal.sees('stopped; the station is safe');
    expect(terminal.drawn()).toMatch(/STOPPING: ramping down[\s\S]*stopped; the station is safe/);
    expect(shown).toMatch(/1 {2}crosstalk_method {5}(stopped|skipped)/);
    const { record } = await story.ended();
    expect(record.end).toBe('stopped');
    expect(record.exitCode).toBe(130);
  });

  test('stopped in a tuning by Ctrl-C, and resumed from the list of runs: the IV is kept, the tuning run again', async ({
    story,
    expect,
  }) => {
    const terminal = story.open();
    // It tunes until somebody ends it: without that it may be done before anybody has seen it.
    terminal.shell(`BATON_SIMULATED_FAULT=calibrate_module:hang ${story.run(ivAndTuning, 100)}`);
    await terminal.sees(/▸ 2 calibrate_module/);
    await terminal.sees('=====');
    terminal.press('C-c');
    await terminal.sees('stopped; the station is safe');
    const { record, path, safe } = await story.ended();
    expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'stopped']);
    expect(safe.deepestBias).toBeLessThan(-59);
    expect(terminal.state()).toBe('0 1');

    await terminal.pressUntil(['Enter'], () => terminal.state() === '1 0');
    story.station(terminal);
    await terminal.sees(/Quick check +Q2X2-0001/);
    terminal.press('F2');
    await terminal.sees('F5  resume');
    terminal.press('F5');
    const proposed = await terminal.sees('Go on? The module is powered.');
    expect(proposed).toMatch(/kept +1 iv_curve[\s\S]*again +2 calibrate_module/);
    expect(proposed).toContain(' Cancel ');
    terminal.scan('y');
    expect(terminal.screen()).toContain('Go on?');
    await terminal.pressUntil(['y'], () => !terminal.screen().includes('Go on?'));
    await terminal.sees('Scan the next module');
    const resumed = await story.ended();
    expect(resumed.path).toBe(path);
    expect(resumed.record.verdict).toBe('PASS');
    expect(resumed.record.steps.map(({ state }) => state)).toEqual(['completed', 'completed']);
  });

  test('asks what its calibration asks, and goes on with the answer', async ({ story, expect }) => {
    const terminal = story.open({ env: { BATON_SIMULATED_FAULT: 'sldo_vi_curves:prompt-yn@4' } });
    terminal.shell(story.run(story.bench.sequence('sldo_vi_curves'), 50));
    const asked = await terminal.sees('Step 1 asks');
    expect(asked).toContain('Continue? (y/n)');
    expect(asked).toContain('Step 1 asks');
    expect(asked).toContain('Ctrl-C  stop safely');
    // A scan fills the field, and its Enter sends nothing.
    await terminal.pressUntil([], () =>
      terminal.screen().includes('answer: n') ? true : void terminal.scan('n'),
    );
    await terminal.pressUntil(['BSpace'], () => /answer:\s*\n/.test(terminal.screen()));
    await terminal.type('y');
    await terminal.enterBehind('answer: y');
    await terminal.sees('Press Enter or q to leave.');
    const { record } = await story.ended();
    expect(record.steps[0]!.state).toBe('completed');
    expect(record.steps[0]!.prompts[0]).toMatchObject({ answer: 'y', by: 'operator' });
  });

  test('an interlock that trips is named on the screen, and the station made safe', async ({
    story,
    expect,
  }) => {
    // On the runner's own way up: an IV would meet it first, and fail.
    keepEarlierIv(story.runs);
    const crosstalk = story.bench.sequence('crosstalk_method');
    const terminal = story.running(crosstalk, 25, '--fault', 'lv-trip:bias=-50');
    const shown = await terminal.sees('tripped; the station is safe');
    expect(shown).toMatch(/TRIP: .*lv_1:1/);
    const { record } = await story.ended();
    expect(record.exitCode).toBe(4);
  });

  test('goes on when its window is closed, and baton alone comes back to it', async ({ story, expect }) => {
    const first = story.running(ivAndTuning, 60);
    await first.sees(/▸ 1 iv_curve/);
    first.close();
    const second = story.open({ columns: 200, rows: 60 });
    story.station(second);
    const again = await second.sees(/[▸] [12] /);
    expect(again.split('\n').length).toBeGreaterThan(50);
    await second.sees('Scan the next module', 30_000);
    const { record } = await story.ended();
    expect(record.verdict).toBe('PASS');
  });

  test('goes on while its terminal is suspended, and the screen comes back whole', async ({
    story,
    expect,
  }) => {
    const terminal = story.running(ivAndTuning, 100);
    await terminal.sees(/▸ 1 iv_curve/);
    terminal.press('C-z');
    await terminal.sees('Stopped');
    expect(terminal.state()).toBe('1 0');
    await story.ended();
    terminal.shell('fg');
    expect(await terminal.sees('Press Enter or q to leave.')).toContain('Q2X2-0001 PASS');
    expect(terminal.state()).toBe('0 1');
  });

  test('left with q it goes on; baton attach shows it, and a signal gives the terminal back', async ({
    story,
    expect,
  }) => {
    const terminal = story.open();
    // It tunes until somebody ends it.
    terminal.shell(`BATON_SIMULATED_FAULT=calibrate_module:hang ${story.run(ivAndTuning, 100)}`);
    await terminal.sees(/▸ 1 iv_curve/);
    terminal.press('q');
    await terminal.sees('Left; the run goes on.');
    expect(terminal.state()).toBe('1 0');
    terminal.shell(`clear; ${baton} attach --config ${config} --directory ${story.runs}`);
    await terminal.sees(/▸ [12] /);
    terminal.resize(100, 30);
    await terminal.sees(/^── Output.*following$/m);
    terminal.resize(60, 20);
    await terminal.sees('60 columns and 20 rows');
    terminal.resize(80, 24);
    await terminal.sees(/▸ [12] |Press Enter/);
    story.bench.baton(['attach', '--config', config, '--directory', story.runs, '--stop', '--json']);
    await terminal.sees('stopped; the station is safe');
    await terminal.pressUntil(['Enter'], () => terminal.state() === '1 0');
    expect((await story.ended()).record.end).toBe('stopped');
  });

  test('without Unicode and without colour it shows the same, in ASCII and one colour', async ({
    story,
    expect,
  }) => {
    const terminal = story.open({ env: { LC_ALL: 'C', LANG: 'C', NO_COLOR: '1' } });
    terminal.shell(`LC_ALL=C LANG=C NO_COLOR=1 ${story.run(sldo, 50)}`);
    const shown = await terminal.sees(/> 1 sldo_vi_curves/);
    expect(shown).toMatch(/^[\x00-\x7f]*$/);
    expect(terminal.painted()).not.toMatch(/\x1b\[[0-9;]*3[1-7]m/);
    const verdict = await terminal.sees('Press Enter or q to leave.');
    expect(verdict).toContain('############');
    await story.ended();
  });
});
