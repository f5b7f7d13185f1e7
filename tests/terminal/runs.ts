import type { Event, JournalLine } from '../../src/journal/event.ts';
import { fold, type RunRecord } from '../../src/journal/record.ts';
import { RunWatch } from '../../src/terminal/run/runWatch.ts';
import { noon } from './screen.tsx';

/** A run that a test tells event by event. */
export interface ToldRun {
  watch: RunWatch;
  tell(event: Event, atSeconds?: number): void;
  record(): RunRecord;
}

/** A run of three steps on one module, planned, and nothing done so far. */
export function toldRun(): ToldRun {
  const watch = new RunWatch();
  let record: RunRecord | undefined;
  let n = 0;
  let clock = 0;
  const tell = (event: Event, atSeconds = clock) => {
    clock = atSeconds;
    const line = { n: n++, t: noon + atSeconds * 1000, ...event } as JournalLine;
    record = fold(record, line);
    watch.line(line, record);
  };
  tell({
    event: 'run.started',
    run: '20261120T120000Z_example-1_Electrical-QC_20UPGM22110039',
    title: 'Electrical QC',
    sequence: { name: 'electrical-qc', sha256: '0', substitutions: {} },
    station: { id: 'example-1', site: 'Example clean room', simulated: false, timeScale: 1 },
    operator: 'tester',
    versions: { baton: '0.1.0', node: 'v20.19.0' },
    modules: [{ index: '0', name: 'Q2X2-0001', serialNumber: '20UPGM22110039', chips: [] }],
    failFast: true,
    upload: true,
    files: [],
  });
  tell({
    event: 'plan.made',
    reason: 'the sequence begins',
    estimate: 900,
    steps: [
      { step: 1, calibration: 'sldo_vi_curves', category: 'sldo', folder: '01', estimate: 60 },
      { step: 2, calibration: 'iv_curve', category: 'ivcurve', folder: '02', estimate: 240 },
      { step: 3, calibration: 'calibrate_module', category: 'tuning', folder: '03', estimate: 600 },
    ],
    actions: [
      { do: 'handOver', roles: ['hv', 'lv'], step: 2 },
      { do: 'takeBack', roles: ['hv', 'lv'], step: 2 },
      { do: 'level', role: 'hv', at: 'hv_1:1', current: 1e-5 },
      { do: 'ramp', role: 'hv', at: 'hv_1:1', from: 0, to: -60 },
    ],
  });
  return { watch, tell, record: () => record! };
}

/** One output as it was read. */
export function power(role: 'hv' | 'lv', voltage: number, current: number, output = true): Event {
  const setpoint = Math.round(voltage * 10) / 10;
  return { event: 'power', at: `${role}_1:1`, role, output, setpoint, voltage, current };
}
