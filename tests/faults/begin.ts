import { runLive } from '../interlocks/liveStation.ts';
import type { Bench } from '../runUnderTest.ts';
import { type Fault, undisturbed } from './fault.ts';
import type { Aim } from './phase.ts';
import { measured } from './scene.ts';
import { StruckRun } from './struckRun.ts';

/** One run of the campaign: what will go wrong, where. */
export interface Blow {
  number: number;
  fault: Fault;
  aim: Aim;
  /** The supply that goes wrong, where one does. */
  supply: string;
}

/** A busy machine takes its time, and the time scale multiplies it; station seconds. */
const patience = 6_000;

/** What over-temperature and a stale sensor are told by. */
const temperature = { reading: 'module.temperature', message: 'Look at its cooling and at the probe card.' };
const interlocks = [
  { name: 'too hot', ...temperature, condition: 'above', limit: 45, unit: '°C', grace: 2, action: 'allOff' },
  { name: 'stuck', ...temperature, condition: 'stale', limit: 20, unit: 's', action: 'hvOff' },
];

/**
 * Starts the run that will be hit: an IV, for which the supplies are handed over and taken back, and a second calibration
 * for which the bias is held.
 */
export async function begin(
  bench: Bench,
  { fault, aim, supply }: Blow,
  timeScale: number,
): Promise<StruckRun> {
  const { misbehaviour, timeout = patience, args = [], under = [] } = fault.setup?.(aim) ?? {};
  const leavesOn = undisturbed(aim, fault.hit) === 3 ? `${measured.calibration}:leave-hv-on=-40` : '';
  const options = ['-t', '-f', measured.deepest, '-s', measured.step];
  const live = await runLive(bench, {
    items: [
      { id: measured.calibration, args: { options }, timeout },
      { id: 'crosstalk_method', timeout },
    ],
    interlocks,
    timeScale,
    env: { BATON_SIMULATED_FAULT: misbehaviour ?? leavesOn },
    args: ['--no-upload', ...args],
    under,
    outlives: true,
  });
  return new StruckRun(bench, live, aim, supply);
}
