import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunModule } from '../../../src/journal/event.ts';
import type { RunRecord } from '../../../src/journal/record.ts';
import { breakdownOfEarlierRun } from '../../../src/sequence/resume/earlierRun.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-earlier-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const module: RunModule = { index: '0', name: 'Q1', serialNumber: '20UPGM22110039', chips: [] };
const curve = 'Voltage (V),Current (A)\n0,0\n-80,-1e-7\n';

interface Kept {
  day: number;
  simulated?: boolean;
  module?: Partial<RunModule>;
  voltage?: number;
  change?: (record: RunRecord) => void;
}

/** A run with an intact IV, changed as asked. */
function keep({ day, simulated = false, module: other = {}, voltage = -70, change }: Kept): string {
  const id = `202611${String(day).padStart(2, '0')}T120000Z_s_t_m`;
  const folder = join(root, id, '01_iv_curve');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'iv.csv'), curve);
  const sha256 = createHash('sha256').update(curve).digest('hex');
  const record = {
    run: id,
    state: 'ended',
    station: { simulated },
    modules: [
      {
        ...module,
        ...other,
        breakdown: { found: 'at', voltage },
        measuredTo: -80,
        breakdownStep: 1,
      },
    ],
    steps: [
      {
        step: 1,
        state: 'completed',
        artefacts: [{ path: '01_iv_curve/iv.csv', bytes: curve.length, sha256 }],
      },
    ],
  } as unknown as RunRecord;
  change?.(record);
  writeFileSync(join(root, id, 'record.json'), JSON.stringify(record));
  return id;
}

const tells = (simulated = false) => breakdownOfEarlierRun(root, module, simulated);

test('the newest intact IV of the same module tells its breakdown, how far it was measured, and which run says so', async () => {
  keep({ day: 1, voltage: -50 });
  const newest = keep({ day: 2, voltage: -70 });
  expect(await tells()).toEqual({ breakdown: { found: 'at', voltage: -70 }, measuredTo: -80, from: newest });
});

test('a run without its record, or with half of one, is passed over', async () => {
  const whole = keep({ day: 1 });
  writeFileSync(join(root, keep({ day: 2 }), 'record.json'), '{"run":');
  rmSync(join(root, keep({ day: 3 }), 'record.json'));
  expect((await tells())?.from).toBe(whole);
});

const distrusted: [string, (id: string) => void, Partial<Kept>][] = [
  [
    'whose curve was changed',
    (id) => writeFileSync(join(root, id, '01_iv_curve', 'iv.csv'), `${curve}-90,0\n`),
    {},
  ],
  ['whose curve is gone', (id) => rmSync(join(root, id, '01_iv_curve', 'iv.csv')), {}],
  ['that did not end', () => undefined, { change: (record) => Object.assign(record, { state: 'running' }) }],
  [
    'whose IV failed',
    () => undefined,
    { change: (record) => Object.assign(record.steps[0]!, { state: 'failed' }) },
  ],
  [
    'that left no files',
    () => undefined,
    { change: (record) => Object.assign(record.steps[0]!, { artefacts: [] }) },
  ],
  [
    'that does not know it itself',
    () => undefined,
    { change: (record) => Object.assign(record.modules[0]!, { breakdown: { found: 'unknown', why: 'w' } }) },
  ],
  [
    'that had it from elsewhere',
    () => undefined,
    {
      change: (record) => {
        delete record.modules[0]!.breakdownStep;
      },
    },
  ],
  ['of another module', () => undefined, { module: { serialNumber: '20UPGM22110040' } }],
  [
    'of a module of the same name without a serial number',
    () => undefined,
    { module: { serialNumber: undefined } },
  ],
  ['that was simulated', () => undefined, { simulated: true }],
];
test.each(distrusted)('a run %s tells nothing', async (_what, spoil, kept) => {
  spoil(keep({ day: 2, ...kept }));
  expect(await tells()).toBeUndefined();
});

test('what a later IV has seen of a breakdown holds against an intact one before it', async () => {
  const good = keep({ day: 1, voltage: -70 });
  const breakdown = { found: 'unknown', why: 'its IV was not completed', suspected: -40 };
  keep({ day: 2, change: (record) => Object.assign(record.modules[0]!, { breakdown }) });
  keep({ day: 3, voltage: -50, change: (record) => Object.assign(record.steps[0]!, { state: 'failed' }) });
  expect(await tells()).toEqual({ breakdown: { found: 'at', voltage: -40 }, measuredTo: -80, from: good });
});

test('one instrument that was simulated makes the run a simulated one', async () => {
  keep({ day: 1, change: (record) => Object.assign(record, { instruments: [{ simulated: true }] }) });
  expect(await tells()).toBeUndefined();
  expect(await tells(true)).toBeDefined();
});

test('a real run tells nothing of a simulated module either', async () => {
  keep({ day: 1 });
  expect(await tells(true)).toBeUndefined();
});

test('without any runs nothing is known', async () => {
  expect(await breakdownOfEarlierRun(join(root, 'nowhere'), module, false)).toBeUndefined();
});
