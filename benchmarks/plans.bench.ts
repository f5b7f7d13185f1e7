// A sequence of 10,000 steps planned and checked, against writing the same plan down as JSON and reading it back; a
// script of 1 MB read with the place of every value, against JSON.parse of the same text.
import { readScript } from '../src/scripts/reading/reader.ts';
import { Source } from '../src/scripts/reading/source.ts';
import { CalibrationSequence } from '../src/sequence/calibrationSequence.ts';
import { loadStation } from '../src/station/load.ts';
import { poweringGroup } from '../src/station/poweringGroup.ts';
import { config, inTurns, milliseconds, script } from './measure.ts';
import type { Row } from './row.ts';

const steps = 10_000;

export default async function plans(): Promise<Row[]> {
  return [await planned(), await scanned()];
}

async function planned() {
  const { station } = await loadStation(config);
  const cycle = ['voltage_trimming', 'iv_curve', 'crosstalk_method', 'sldo_vi_curves'];
  const calibrations = Array.from({ length: steps }, (_, i) => cycle[i % cycle.length]!);
  const context = { station, group: poweringGroup(station, undefined), runDirectory: '<run>' };
  const plan = () => new CalibrationSequence(context, calibrations, 'Bench').plan();
  const written = JSON.stringify(plan());
  const [ours, json] = await inTurns(
    5,
    () => milliseconds(plan),
    () => milliseconds(() => JSON.stringify(JSON.parse(written))),
  );
  return {
    name: `plan of ${steps.toLocaleString('en')} steps, made and checked`,
    ratio: ours / json,
    absolute: `${ours.toFixed(0)} ms`,
    against: `the same plan through JSON (${(written.length / 1e6).toFixed(1)} MB), ${json.toFixed(0)} ms`,
  };
}

async function scanned() {
  const item = {
    id: 'iv_curve',
    args: { options: ['--max-voltage', -80, '-s', 5], instruments: ['hv', 'lv'] },
  };
  const text = script(Array.from({ length: Math.ceil(1e6 / JSON.stringify(item).length) }, () => item));
  const [ours, json] = await inTurns(
    9,
    () => milliseconds(() => readScript(new Source('bench.scr', text))),
    () => milliseconds(() => JSON.parse(text)),
  );
  return {
    name: 'script of 1 MB, every value with its line and column',
    ratio: ours / json,
    absolute: `${ours.toFixed(0)} ms`,
    against: `JSON.parse, ${json.toFixed(1)} ms`,
  };
}
