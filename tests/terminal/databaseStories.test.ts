import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { Entry } from '../../src/itkdb/outbox/entry.ts';
import { eventually } from '../runUnderTest.ts';
import { dageFile } from '../wirebond/dageText.ts';
import { test } from './stories.ts';
import { hasTmux } from './tmux.ts';

describe.runIf(hasTmux).concurrent('the database on a real terminal', { timeout: 120_000 }, () => {
  test('a run of before is found, opened and uploaded; a duplicate is compared, and dropped with a reason', async ({
    story,
    expect,
  }) => {
    const words = [...story.words('sldo', 200), '--renderer', 'json', '--yes', '--no-upload'];
    expect(await story.bench.baton(words).ended).toBe(0);
    const terminal = story.open();
    story.station(terminal);
    await terminal.sees(/SLDO +Q2X2-0001/);
    terminal.press('F2');
    await terminal.sees('1 / 1');
    await terminal.type('nothing like it');
    await terminal.sees('No run fits.');
    terminal.press('Escape', 'F2');
    await terminal.sees('1 / 1');
    terminal.press('Enter');
    const shown = await terminal.sees('sldo_vi_curves');
    expect(shown).toContain(story.runs);
    expect(shown).toContain('at example-1-simulated (simulated)');

    terminal.press('F4');
    await terminal.sees('UPLOAD 1 row to the local database');
    await terminal.pressUntil(['y'], () =>
      terminal.screen().includes('1 in the database, 0 waiting, 0 held'),
    );
    const entries = await uploaded(story.runs, shown);
    expect(entries.map(({ state, simulated }) => ({ state, simulated }))).toEqual([
      { state: 'confirmed', simulated: true },
    ]);

    // The same run once more, with another word of the operator: the queue knows its number with other content.
    terminal.press('Escape');
    await terminal.sees('sldo_vi_curves');
    terminal.press('F4');
    await terminal.sees('in the database already');
    await terminal.type('d');
    await terminal.sees('Decide FAIL. Why');
    await terminal.type('dirty needles');
    await terminal.enterBehind('dirty needles');
    await terminal.sees('FAIL by hand (criteria: PASS): dirty needles');
    await terminal.type(' ');
    await terminal.sees('UPLOAD 1 row');
    await terminal.pressUntil(['y'], () => terminal.screen().includes('0 waiting, 1 held'));
    terminal.press('Enter');
    const compared = await terminal.sees(/earlier: entry 1 of this queue/);
    expect(compared).toMatch(/passed +true +false +changed/);
    terminal.press('Down', 'Down');
    await terminal.sees(/Reason:\s+dirty\s+needles/);
    await terminal.type('d');
    await terminal.sees('Drop it. Why');
    await terminal.type('wrong');
    await terminal.enterBehind('Why ▸ wrong');
    await terminal.sees(/▸ dropped/);
    terminal.press('Escape', 'Escape', 'Escape');
    await terminal.sees('Last runs');
    terminal.press('F4');
    await terminal.sees('Nothing waits, and nothing is held.');
  });

  test('a component is registered by dialogue, and its pulls are read, looked at, and uploaded', async ({
    story,
    expect,
  }) => {
    const terminal = await story.atStation();

    terminal.press('F6');
    await terminal.sees('Institution that registers it');
    await terminal.type('bonn');
    const filtered = await terminal.sees(/^▸ BONN/m);
    expect(filtered).not.toContain('CERN');
    await terminal.enterBehind('▸ BONN');
    await terminal.sees(/^▸ P {2}Pixels/m);
    terminal.press('Enter');
    await terminal.sees('Component type');
    // Back to the question before, with what was said before it.
    terminal.press('Escape');
    await terminal.sees(/^▸ P {2}Pixels/m);
    terminal.press('Enter');
    await terminal.sees('Component type');
    await terminal.type('MODULE');
    await terminal.sees(/^▸ MODULE/m);
    await terminal.pressUntil(['Enter'], () => !terminal.screen().includes('Component type'));
    const question = () =>
      /^(Stage at which it is|Serial number|Register it like this\?)$/m.exec(terminal.screen())?.[1];
    await terminal.pressUntil(['Enter'], () => question() === 'Stage at which it is');
    await terminal.type('wirebonding');
    await terminal.sees(/^▸ MODULE\/WIREBONDING/m);
    await terminal.pressUntil(['Enter'], () => question() === 'Serial number');
    terminal.scan('20UPGM22119001');
    await terminal.pressUntil(['Enter'], () => question() === 'Register it like this?');
    const card = terminal.screen();
    expect(card).toContain('serial number 20UPGM22119001');
    expect(card).toContain(' Cancel ');
    // Neither Enter nor a scan registers anything; y does.
    terminal.scan('y');
    expect(terminal.screen()).toContain('Register it like this?');
    await terminal.pressUntil(['y'], () => !terminal.screen().includes('Register it like this?'));
    await terminal.sees('Registered: the database holds 20UPGM22119001');

    terminal.press('Enter');
    await terminal.sees('Last runs');
    terminal.press('F7');
    await terminal.sees('Pull files');
    terminal.scan(pullFile(story.bench.directory));
    await terminal.sees(/^ {2}pulls\.csv/m);
    terminal.press('Enter');
    await terminal.sees('Serial number of the module');
    terminal.scan('20UPGM22119001');
    const preview = await terminal.sees('12 pulls: mean 9.375 g');
    expect(preview).toMatch(/8\.0 to +8\.5 g +#+ 2/);
    await terminal.sees(/Is it so on this\s+machine/);
    await terminal.pressUntil(['y'], () => terminal.screen().includes('(PASS) for upload?'));
    await terminal.pressUntil(['y'], () => !terminal.screen().includes('for upload?'));
    await terminal.sees('1 in the database (local), 0 waiting, 0 held');
  });
});

/** A folder with one pull file. */
function pullFile(directory: string): string {
  const folder = join(directory, 'pulls');
  mkdirSync(folder);
  const pulls = Array.from({ length: 12 }, (_, i) => ({ load: 8 + i / 4, grade: String(1 + (i % 2)) }));
  writeFileSync(join(folder, 'pulls.csv'), dageFile(pulls));
  return folder;
}

/** What is written beside the record when an upload is over, of the run whose id stands on a screen. */
async function uploaded(runs: string, screen: string): Promise<Entry[]> {
  const [, run = ''] = /(\d{8}T\d{6}Z_\S+)/.exec(screen) ?? [];
  const path = join(runs, run, 'upload.json');
  await eventually(
    () => existsSync(path),
    () => path,
  );
  return (JSON.parse(readFileSync(path, 'utf8')) as { testRuns: Entry[] }).testRuns;
}
