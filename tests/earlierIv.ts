import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const curve = 'Voltage (V),Current (A)\n0,0\n-80,-1e-7\n';

/**
 * Leaves an intact earlier run of the module of the shipped station, with an IV without a breakdown: by it a run biases
 * the module without measuring an IV of its own (rule 5), and a test that is about something else is spared that.
 */
export function keepEarlierIv(runs: string): void {
  const id = '20260101T000000Z_example-1-simulated_IV_20UPGM22110039';
  const file = '01_iv_curve/iv.csv';
  mkdirSync(join(runs, id, '01_iv_curve'), { recursive: true });
  writeFileSync(join(runs, id, file), curve);
  const record = {
    run: id,
    state: 'ended',
    station: { id: 'example-1', simulated: true },
    modules: [
      {
        index: '0',
        name: 'Q2X2-0001',
        serialNumber: '20UPGM22110039',
        breakdown: { found: 'none' },
        measuredTo: -80,
        breakdownStep: 1,
      },
    ],
    steps: [
      {
        step: 1,
        state: 'completed',
        artefacts: [
          {
            path: file,
            bytes: curve.length,
            sha256: createHash('sha256').update(curve).digest('hex'),
          },
        ],
      },
    ],
  };
  writeFileSync(join(runs, id, 'record.json'), JSON.stringify(record));
}
