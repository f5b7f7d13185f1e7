import { describe } from 'vitest';
import { test } from './stories.ts';
import { hasTmux } from './tmux.ts';

describe.runIf(hasTmux).concurrent('a station on a real terminal', { timeout: 120_000 }, () => {
  test('a module is scanned, a sequence chosen by typing, checked, run, judged, and the next one scanned', async ({
    story,
    expect,
  }) => {
    const terminal = await story.atStation();
    terminal.scan('20UPGM22119999');
    await terminal.sees('"20UPGM22119999" is no module');
    terminal.scan('20UPGM22110039');
    await terminal.sees('Module   Q2X2-0001  20UPGM22110039');
    await terminal.type('quick');
    await terminal.enterBehind('▸ quick-check');
    await terminal.sees('Set-up   Quick check');
    terminal.press('F5');
    const card = await terminal.sees('START: the module is powered');
    expect(card).toContain('ok       station files');
    expect(card).toContain('Q2X2-0001 20UPGM22110039');
    expect(card).toMatch(/3 steps, \d+ actions, about/);
    // Neither the key that opened the card, nor a scan, starts anything.
    terminal.scan('yy');
    expect(terminal.screen()).toContain('START: the module is powered');
    await terminal.pressUntil(['y'], () => !terminal.screen().includes('START: the module is powered'));
    // The site's own check asks with answers to choose from.
    const question = await terminal.sees('asks');
    expect(question).toContain('arrows or a number choose, Enter sends');
    await terminal.pressUntil(['1'], () => terminal.screen().includes('▸ 1  Yes'));
    await terminal.pressUntil(['Enter'], () => !terminal.screen().includes('arrows or a number'));
    await terminal.sees('Scan the next module');
    const { record } = await story.ended();
    expect(record.operator).toBe('Ada');
    expect(record.steps.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    await terminal.pressUntil(['2'], () => terminal.screen().includes('Scan or type ▸ 2'));
    await terminal.sees(/Quick check +Q2X2-0001 +(PASS|NO VERDICT)/);
  });

  test('what is wrong in the set-up is said at once, cannot be checked, and can be corrected', async ({
    story,
    expect,
  }) => {
    const terminal = await story.atStation();
    await terminal.type('electrical');
    await terminal.enterBehind('▸ electrical-qc');
    await terminal.sees('Target threshold');
    terminal.press('Down', 'Down', 'Down');
    await terminal.type('7');
    const wrong = await terminal.sees('TargetThreshold cannot be "10007"');
    expect(wrong).toContain('▸ Target threshold in electrons, 800 to 2000');
    terminal.press('F5');
    await terminal.sees('TargetThreshold cannot be "10007"');
    terminal.press('BSpace', 'BSpace');
    await terminal.sees('TargetThreshold cannot be "100"');
    terminal.press('BSpace');
    await terminal.type('00');
    await terminal.sees(/800 to 2000 1000/);
    terminal.press('F5');
    const card = await terminal.sees('START: the module is powered');
    expect(card).toContain('Before the run   Electrical QC');
    // Enter cancels, and the form is as it was left.
    terminal.press('Enter');
    await terminal.sees(/800 to 2000 1000/);
    terminal.press('F1');
    await terminal.sees('from field to field');
    terminal.press('Escape', 'Escape');
    await terminal.sees('Last runs');
    terminal.press('C-c');
    await terminal.pressUntil([], () => terminal.state() === '1 0');
  });

  test('the outputs of a station that is there are measured, with the age of the reading', async ({
    story,
    expect,
  }) => {
    const directory = await story.simulatedStation();
    const terminal = story.open();
    terminal.shell(
      `${story.program} --config ${story.config} --station ${directory} --directory ${story.runs}`,
    );
    const shown = await terminal.sees(/HV hv_1:1 +off/);
    expect(shown).toMatch(/LV lv_1:1 +off/);
    expect(shown).toMatch(/Station ─+ \d+ s ago/);
  });

  test('faults in the files of a station are all shown, and read again when they are mended', async ({
    story,
    expect,
  }) => {
    const { path, mend } = story.brokenStation();
    const terminal = story.open();
    terminal.shell(`${story.program} --config ${path}`);
    const shown = await terminal.sees('The station cannot be used as its files are');
    expect(shown).toMatch(/E20\d\d.*station\.json:\d+/);
    mend();
    await terminal.pressUntil(['r'], () => !terminal.screen().includes('cannot be used'));
    await terminal.sees('electrical-qc');
  });
});
