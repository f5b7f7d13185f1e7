import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Measurement } from '../../src/base/verdict.ts';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { foldJournal, type RunRecord } from '../../src/journal/record.ts';
import { normal, seeded } from './seeded.ts';

export interface SimulatedRunOptions {
  seed: number;
  /** UTC; also names the folder. */
  started: Date;
  module?: string;
  serialNumber?: string;
  title?: string;
  operator?: string;
  /** At −60 V and 20 °C. */
  leakage?: number;
  /** Between supply and probe card, Ω. */
  contact?: number;
  /** °C at which the IV was taken. */
  temperature?: number;
  /** Words that the operator and the programs write. */
  notes?: readonly string[];
  /** With maps and distributions of so many chips. */
  chips?: number;
}

const station = {
  id: 'bench',
  site: 'Test bench',
  simulated: true,
  timeScale: 1,
};

/** A run directory as the runner leaves it: journal, record, IV and shunt-LDO curves, and if asked for chips' files. */
export function simulatedRunDirectory(
  root: string,
  options: SimulatedRunOptions,
): { path: string; record: RunRecord } {
  const { started, module = 'M-1', serialNumber = '20UPGM22110001' } = options;
  const stamp = started
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  const run = `${stamp}_bench_QC_${serialNumber}`;
  const path = join(root, run);
  const random = seeded(options.seed);
  const artefacts = writeFiles(path, random, options);
  const lines = journalOf(path, run, module, serialNumber, options, artefacts);
  const record = foldJournal(lines)!;
  writeFileSync(join(path, 'journal.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(join(path, 'record.json'), JSON.stringify(record));
  return { path, record };
}

interface Artefacts {
  sldo: string;
  iv: string;
  chips: string[];
  measured: { leakage: number; at20: number; temperature: number };
}

function writeFiles(path: string, random: () => number, options: SimulatedRunOptions): Artefacts {
  const { leakage = 2e-7, contact = 0.02, temperature = 20, chips = 0 } = options;
  for (const folder of ['01_sldo_vi_curves', '02_iv_curve', '03_calibrate_module'])
    mkdirSync(join(path, folder), { recursive: true });
  const sldo = join('01_sldo_vi_curves', 'Module0_full.csv');
  const rows = ['Current (A),Voltage (V),VIN,VDDD_ROC0,VDDA_ROC0,Direction'];
  for (let amperes = 1; amperes < 3.75; amperes += 0.1) {
    const input = 1 + 0.137 * amperes;
    const rail = Math.min(1.2, 0.42 * amperes + normal(random, 0.12, 0.0005));
    rows.push([amperes, input + contact * amperes, input, rail, rail, 'up'].join(','));
  }
  writeFileSync(join(path, sldo), `${rows.join('\n')}\n`);

  // Half the gap, 1.21 eV / 2k, over T: the same law as the reports', written anew.
  const t = temperature + 273.15;
  const warm = (t / 293.15) ** 2 * Math.exp((1.21 / (2 * 8.617333e-5)) * (1 / 293.15 - 1 / t));
  const iv = join('02_iv_curve', 'Module0_iv_curve.csv');
  const points = ['Time (s),Voltage set (V),Voltage (V),Current (A),Temperature (C),Compliance,Leg'];
  for (let volts = 0; volts >= -80; volts -= 2) {
    const current = -leakage * warm * Math.sqrt(Math.abs(volts) / 60) * normal(random, 1, 0.002);
    points.push([-volts, volts, volts, current, temperature, 0, 'out'].join(','));
  }
  writeFileSync(join(path, iv), `${points.join('\n')}\n`);
  const files = Array.from({ length: chips }, (_, chip) => chipFiles(path, chip, random)).flat();
  return { sldo, iv, chips: files, measured: { leakage: leakage * warm, at20: leakage, temperature } };
}

const [columns, matrixRows] = [432, 336];

function chipFiles(path: string, chip: number, random: () => number): string[] {
  const pixels = columns * matrixRows;
  const state = new Uint8Array(pixels);
  for (let i = 0; i < 40; i += 1) state[Math.floor(random() * pixels)] = 1 + (i % 3);
  const threshold = Uint16Array.from({ length: pixels }, () => 900 + 200 * random());
  const noise = Uint16Array.from({ length: pixels }, () => 700 + 100 * random());
  const packed = (values: Uint8Array | Uint16Array) => ({
    unit: values instanceof Uint8Array ? 'class' : 'e',
    type: values instanceof Uint8Array ? 'uint8' : 'uint16',
    ...(values instanceof Uint8Array
      ? { legend: { 0: 'good', 1: 'dead', 2: 'noisy', 3: 'no S-curve' } }
      : {}),
    data: deflateRawSync(new Uint8Array(values.buffer), { level: 1 }).toString('base64'),
  });
  const maps = {
    format: 1,
    columns,
    rows: matrixRows,
    maps: { state: packed(state), threshold: packed(threshold), noise: packed(noise) },
  };
  const names = ['maps.json', 'threshold.csv', 'noise.csv'].map((end) =>
    join('03_calibrate_module', `Module0_Chip${chip}_${end}`),
  );
  writeFileSync(join(path, names[0]!), JSON.stringify(maps));
  const histogram = (title: string) =>
    `${[`${title} (e),Before,After`, ...Array.from({ length: 150 }, (_, i) => `${i * 20 + 10},${i},${149 - i}`)].join('\n')}\n`;
  writeFileSync(join(path, names[1]!), histogram('Threshold'));
  writeFileSync(join(path, names[2]!), histogram('Noise'));
  return names;
}

function journalOf(
  directory: string,
  run: string,
  module: string,
  serialNumber: string,
  options: SimulatedRunOptions,
  { sldo, iv, chips, measured }: Artefacts,
): JournalLine[] {
  const { started, title = 'QC', operator = 'tester', notes = [] } = options;
  const lines: JournalLine[] = [];
  let t = started.getTime();
  const add = (event: Event, seconds = 1) => {
    lines.push({ n: lines.length, t, ...event });
    t += 1000 * seconds;
  };
  const power = (role: 'hv' | 'lv', output: boolean, voltage: number, current: number) =>
    add({ event: 'power', at: `${role}_1:1`, role, output, voltage, current });
  const measurement = (
    name: string,
    value: number,
    unit: string,
    more: Partial<Measurement> = {},
  ): Measurement => ({
    name,
    value,
    unit,
    verdict: 'PASS',
    ...more,
  });
  const file = (path: string) => {
    const content = readFileSync(join(directory, path));
    return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const step = (number: number, calibration: string, category: string, folder: string) => ({
    step: number,
    calibration,
    category,
    folder,
    estimate: 10,
  });
  const criteria = { name: 'made for a test', date: '2026-01-01', sha256: '0'.repeat(64) };

  add({
    event: 'run.started',
    run,
    title,
    sequence: { name: 'qc', sha256: '0'.repeat(64), substitutions: {} },
    station,
    operator,
    versions: { baton: '0.0.0', node: 'v20' },
    modules: [{ index: '0', name: module, serialNumber, sensorType: '3D', chips: ['0'] }],
    failFast: true,
    upload: false,
    files: [],
  });
  add({
    event: 'plan.made',
    reason: 'the sequence begins',
    steps: [
      step(1, 'sldo_vi_curves', 'sldo', '01_sldo_vi_curves'),
      step(2, 'iv_curve', 'ivcurve', '02_iv_curve'),
      step(3, 'calibrate_module', 'tuning', '03_calibrate_module'),
    ],
    actions: [
      { do: 'handOver', roles: ['lv', 'hv'], step: 2 },
      { do: 'takeBack', roles: ['lv', 'hv'], step: 2 },
      { do: 'level', role: 'hv', at: 'hv_1:1', current: 1e-5 },
    ],
    estimate: 30,
  });
  power('hv', false, 0, 0);
  add(
    { event: 'step.started', step: 1, calibration: 'sldo_vi_curves', argv: [], folder: '01_sldo_vi_curves' },
    5,
  );
  for (const text of notes) add({ event: 'step.prompted', step: 1, text });
  for (const text of notes) add({ event: 'step.answered', step: 1, answer: text, by: 'operator' });
  add({
    event: 'step.ended',
    step: 1,
    end: 'completed',
    exitCode: 0,
    seconds: 5,
    artefacts: [file(sldo)],
    problems: [],
  });
  add({
    event: 'step.judged',
    step: 1,
    module: '0',
    verdict: 'PASS',
    criteria,
    measurements: [measurement('VIN_slope', 0.137, 'Ohm')],
  });
  add({ event: 'action.started', action: 0, do: 'handOver', what: 'hand over lv, hv', step: 2 });
  add({ event: 'step.started', step: 2, calibration: 'iv_curve', argv: [], folder: '02_iv_curve' }, 80);
  add({
    event: 'step.ended',
    step: 2,
    end: 'completed',
    exitCode: 0,
    seconds: 80,
    artefacts: [file(iv)],
    problems: [],
  });
  add({ event: 'action.started', action: 1, do: 'takeBack', what: 'take back lv, hv', step: 2 });
  const { leakage, at20, temperature } = measured;
  const limit = 4e-6;
  const verdict = at20 <= limit ? 'PASS' : 'FAIL';
  add({
    event: 'step.judged',
    step: 2,
    module: '0',
    verdict,
    criteria,
    measurements: [
      measurement('leakage_at_operating_voltage_20C', at20, 'A', {
        max: limit,
        verdict,
        ...(verdict === 'FAIL' ? { flag: 'above 4 µA; clean the sensor edge' } : {}),
      }),
      measurement('leakage_at_operating_voltage', leakage, 'A', { verdict: 'NONE' }),
      measurement('temperature', temperature, 'C', { verdict: 'NONE' }),
    ],
  });
  add({
    event: 'breakdown.found',
    step: 2,
    module: '0',
    reported: { found: 'at', voltage: -70 },
    recomputed: { found: 'at', voltage: -66 },
    compliance: { found: 'none' },
    breakdown: { found: 'at', voltage: -66 },
    measuredTo: -80,
  });
  add({
    event: 'bias.decided',
    at: 'hv_1:1',
    target: -60,
    allowed: true,
    reason: 'below the breakdown',
    unknown: false,
  });
  power('lv', true, 1.49, 3.7);
  power('hv', true, -60, -leakage);
  add(
    {
      event: 'step.started',
      step: 3,
      calibration: 'calibrate_module',
      argv: [],
      folder: '03_calibrate_module',
    },
    60,
  );
  power('hv', true, -60, -leakage);
  power('lv', true, 1.49, 3.7);
  for (const text of notes)
    add({ event: 'problem', problem: { code: 'E9999', what: text, remedy: text, severity: 'warning' } });
  add({
    event: 'step.ended',
    step: 3,
    end: 'completed',
    exitCode: 0,
    seconds: 60,
    artefacts: chips.map(file),
    problems: [],
  });
  add({
    event: 'step.judged',
    step: 3,
    module: '0',
    verdict: 'PASS',
    criteria,
    measurements: [measurement('chip0_threshold_mean', 1000, 'e')],
  });
  power('hv', false, 0, 0);
  power('lv', false, 0, 0);
  add({ event: 'safe.ended', verified: true, channels: [] });
  add({ event: 'run.ended', end: 'completed', verdict, exitCode: verdict === 'PASS' ? 0 : 1 });
  return lines;
}
