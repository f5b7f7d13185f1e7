import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { foldJournal } from '../../src/journal/record.ts';
import { CalibrationSequence } from '../../src/sequence/calibrationSequence.ts';
import { evidenceOf, takenFolders } from '../../src/sequence/resume/evidence.ts';
import { freshFolder, numberedFolder } from '../../src/sequence/resume/kept.ts';
import { smallStation } from '../sequence/stations.ts';
import { begun } from './begun.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-evidence-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const { station, group } = smallStation();
const curve = 'Voltage (V),Current (A)\n0,0\n-80,-1e-7\n';

const breakdowns = '{}';

const hashed = (path: string, text: string) => ({
  path,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
});

interface Found {
  keeper?: string;
  log?: string;
  /** What lies there now. */
  curve?: string;
  left?: Event[];
  calibration?: string;
  /** Of an attempt before it. */
  earlier?: Event[];
  problems?: string[];
  /** When the keeper wrote the end, and when the end of the step was written down, ms since 1970. */
  keptAt?: number;
  endedAt?: number;
}

const off: Event[] = [
  { event: 'power', at: group.hv!, role: 'hv', output: false },
  { event: 'power', at: group.lv[0]!, role: 'lv', output: false },
];

/** An IV whose runner died while it was its own, and what was found of it. */
async function finished({
  keeper = '4711 0',
  log = '',
  curve: now = curve,
  left = off,
  ...more
}: Found = {}) {
  const { calibration: ran = 'iv_curve', earlier = [], problems = ['E6502'], keptAt, endedAt } = more;
  const { steps } = new CalibrationSequence({ station, group, runDirectory: directory }, [ran], 'T');
  const [{ number: step, calibration, category, folder }] = steps as [(typeof steps)[number]];
  mkdirSync(join(directory, folder));
  writeFileSync(join(directory, folder, 'iv.csv'), now);
  writeFileSync(join(directory, folder, 'breakdowns.json'), breakdowns);
  writeFileSync(join(directory, folder, 'keeper'), keeper);
  if (keptAt !== undefined) utimesSync(join(directory, folder, 'keeper'), keptAt / 1000, keptAt / 1000);
  writeFileSync(join(directory, folder, 'stdout.log'), log);
  const events: Event[] = [
    begun,
    {
      event: 'plan.made',
      reason: 'the sequence begins',
      steps: [{ step, calibration, category: category.name, folder, estimate: 1 }],
      actions: [],
      estimate: 1,
    },
    { event: 'power', at: group.hv!, role: 'hv', output: false },
    ...earlier,
    { event: 'step.started', step, calibration, argv: [], folder },
    ...left,
    {
      event: 'step.ended',
      step,
      end: 'failed',
      seconds: 1,
      artefacts: [hashed(`${folder}/iv.csv`, curve), hashed(`${folder}/breakdowns.json`, breakdowns)],
      problems: problems.map((code) => ({ code, what: 'its runner died while it ran', remedy: '' })),
    },
  ];
  const lines: JournalLine[] = events.map((event, n) => ({ n, t: endedAt ?? Date.now(), ...event }));
  const evidence = await evidenceOf({ directory, lines, record: foldJournal(lines)!, group }, steps);
  return evidence.get(step);
}

test('a step that ended by itself, whole and without an error line, and left its supplies off, had finished', async () => {
  expect(await finished({ log: 'one\ntwo\n' })).toEqual({ finished: true });
});

const on = (at: string): Event => ({ event: 'power', at, role: 'hv', output: true });
const begunAgain: Event = {
  event: 'step.started',
  step: 1,
  calibration: 'iv_curve',
  argv: [],
  folder: '01_iv_curve',
};
const longAgo = Date.UTC(2001, 0);

test.each<[string, Found]>([
  ['that was not given HV, whose LV is off', { calibration: 'sldo_vi_curves', left: off.slice(1) }],
  ['beside an output of somebody else', { left: [on('hv_9:1'), ...off] }],
  ['with another problem beside', { problems: ['E6502', 'E6503'] }],
  ['whose end was written before the machine was started', { keptAt: longAgo, endedAt: longAgo }],
])('one %s had, too', async (_, found) => {
  expect(await finished(found)).toEqual({ finished: true });
});

test.each<[string, Found]>([
  ['that ended with another exit code', { keeper: '4711 3' }],
  ['that was asked to end', { keeper: '4711 0 interrupted' }],
  ['of which nobody wrote an end', { keeper: '4711' }],
  ['that printed an error line', { log: '2026-11-20 12:00:00 ERROR x - bad\n' }],
  ['that printed one as the last thing', { log: 'fine\n2026-11-20 12:00:00 CRITICAL x - bad' }],
  ['that left HV on', { left: [{ event: 'power', at: group.hv!, role: 'hv', output: true }, ...off] }],
  ['whose LV nobody has read', { left: off.slice(0, 1) }],
  [
    'that left HV on, which an attempt before had not',
    { earlier: [begunAgain, ...off], left: [on(group.hv!), ...off] },
  ],
  ['that failed while its runner lived', { problems: ['E4308'] }],
  [
    'whose end was kept before the machine died, and written down afterwards',
    { keptAt: longAgo, endedAt: Date.now() - 10_000 },
  ],
  [
    'whose HV could not be read',
    { left: [{ event: 'power', at: group.hv!, role: 'hv', problem: 'silent' }, ...off] },
  ],
])('one %s had not', async (_, found) => {
  expect(await finished(found)).toEqual({ finished: false });
});

test('files that were changed since are told, whatever else is right', async () => {
  expect(await finished({ curve: `${curve}-90,0\n` })).toMatchObject({ damage: /iv\.csv.*changed/ });
});

test('nothing is said of a step that the run did not have, or had as another calibration', async () => {
  const { steps } = new CalibrationSequence({ station, group, runDirectory: directory }, ['iv_curve'], 'T');
  const planned: Event = {
    event: 'plan.made',
    reason: 'the sequence begins',
    steps: [{ step: 1, calibration: 'sldo_vi_curves', category: 'sldo', folder: '01_x', estimate: 1 }],
    actions: [],
    estimate: 1,
  };
  for (const events of [[begun], [begun, planned]]) {
    const lines: JournalLine[] = events.map((event, n) => ({ n, t: n, ...event }));
    const run = { directory, lines, record: foldJournal(lines)!, group };
    expect(await evidenceOf(run, steps)).toEqual(new Map());
  }
});

test('no step begins where files of an earlier one lie, also when the journal has lost the line that says so', async () => {
  for (const name of ['01_iv_curve', '01_iv_curve_resumed1', 'module_confirmed1'])
    mkdirSync(join(directory, name));
  const lines: JournalLine[] = [
    { n: 0, t: 0, ...begun },
    { n: 1, t: 1, ...begunAgain, folder: '03_gone' },
  ];
  const resumed = { nth: 1, folders: await takenFolders(directory, lines) };
  expect(freshFolder('03_gone', resumed), 'also where the folder itself is lost').toBe('03_gone_resumed1');
  expect(freshFolder('01_iv_curve', resumed)).toBe('01_iv_curve_resumed2');
  expect(freshFolder('02_custom_sequence', resumed)).toBe('02_custom_sequence');
  expect(numberedFolder('module_confirmed', resumed)).toBe('module_confirmed2');
});
