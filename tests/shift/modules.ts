import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/simulator/chips/random.ts';

/** How a module of the shift is, and what is done to it. */
export interface ShiftModule {
  number: number;
  serialNumber: string;
  sequence: 'needles' | 'iv' | 'quick' | 'electrical-qc';
  /** What goes wrong with the station or the module, as `--fault` takes it. */
  fault?: string;
  /** The verdict of the run that this must come to; a trip comes to none of the module. */
  expected: 'PASS' | 'FAIL' | 'trip';
  network: 'there' | 'away';
}

const sequences = [
  'needles',
  'iv',
  'quick',
  'iv',
  'needles',
  'quick',
  'iv',
  'quick',
  'iv',
  'electrical-qc',
] as const;

/** Calibrations of the sequences that the shift has beside the shipped one. */
export const calibrations: Readonly<Record<string, readonly string[]>> = {
  needles: ['sldo_vi_curves'],
  iv: ['iv_curve'],
  quick: ['voltage_trimming', 'iv_curve', 'crosstalk_method'],
};

/** Always the same modules for a seed: mixed sequences, a fifth of them bad or tripped, the network away half of the time. */
export function modulesOfShift(count: number, seed: number): ShiftModule[] {
  const random = seededRandom(seed, 'shift');
  return Array.from({ length: count }, (_, at) => {
    const sequence = sequences[Math.floor(random.uniform() * sequences.length)]!;
    const chance = random.uniform();
    return {
      number: at + 1,
      serialNumber: `20UPGM2211${String(1000 + at)}`,
      sequence,
      // In stretches, as networks are: a quarter of the shift at a time.
      network: Math.floor((at * 4) / count) % 2 === 0 ? 'there' : 'away',
      ...misfortune(sequence, chance),
    };
  });
}

function misfortune(
  sequence: ShiftModule['sequence'],
  chance: number,
): Pick<ShiftModule, 'fault' | 'expected'> {
  // The needle card tells the temperature, and is with the calibration while that uses it.
  if (chance < 0.14 && sequence !== 'needles') return { fault: 'over-temperature:T=60', expected: 'trip' };
  if (chance < 0.24 && sequence !== 'needles') return { fault: 'early-breakdown:V=-40', expected: 'FAIL' };
  if (chance < 0.24 && sequence === 'needles')
    return { fault: 'bad-regulator:rail=VDDA,V=1.0,chip=2', expected: 'FAIL' };
  return { expected: 'PASS' };
}

/** The shipped config, with this module on the station. */
export function configOf(module: ShiftModule, directory: string): string {
  const config = join(directory, `config-${module.number}`);
  cpSync('config', config, { recursive: true });
  const station = join(config, 'station.json');
  const text = readFileSync(station, 'utf8').replace(/20UPGM\d{8}/, module.serialNumber);
  writeFileSync(station, text.replace('"../runs"', '"runs"'));
  return config;
}
