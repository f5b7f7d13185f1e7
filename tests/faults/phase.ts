import { measured, type Scene } from './scene.ts';

/** Where in its work a run is hit. */
export const phases = ['ramp up', 'hold', 'hand-over', 'owned', 'taking back', 'ramp down'] as const;
export type Phase = (typeof phases)[number];

/** Whose work the phases are of: the runner ramps as well as the calibration that owns the supplies. */
export type Hit = 'runner' | 'calibration';

/** The phase that a scene belongs to; undefined between them. */
export function phaseOf(scene: Scene, hit: Hit): Phase | undefined {
  return hit === 'runner' ? phaseOfRunner(scene) : phaseOfCalibration(scene);
}

function phaseOfRunner({ action, makesSafe, commands, bias }: Scene): Phase | undefined {
  if (makesSafe) return 'ramp down';
  switch (action?.do) {
    case 'handOver':
      return 'hand-over';
    case 'calibrate':
      // Until the calibration talks to its supply, nobody does.
      if (action.owns) return commands === 0 ? 'hand-over' : 'owned';
      return bias < -1 ? 'hold' : undefined;
    case 'takeBack':
      return 'taking back';
    case 'ramp':
      return action.to === 0 ? 'ramp down' : 'ramp up';
    default:
      return undefined;
  }
}

/** While it has not switched HV on, it is being handed over; when it has switched it off, it gives it back. */
function phaseOfCalibration({ action, folder, bias, ...hv }: Scene): Phase | undefined {
  if (action?.do !== 'calibrate' || folder === undefined) return undefined;
  if (!action.owns) return bias < -1 ? 'hold' : undefined;
  if (!hv.hvOn) return hv.wentOn ? 'taking back' : 'hand-over';
  if (Math.abs(hv.setpoint) < hv.deepest) return 'ramp down';
  return hv.setpoint <= measured.deepest ? 'owned' : 'ramp up';
}

/** How far into a phase it is hit: a number that grows, and the least and the largest that it is hit at. */
interface Depth {
  least?: number;
  most: number;
  at(scene: Scene): number;
}

const readings: Depth = { most: 4, at: (scene) => scene.readings };
const upwards = (most: number): Depth => ({
  least: 1,
  most,
  at: ({ setpoint }) => Math.abs(setpoint) / 5,
});
const downwards = (most: number, from: number): Depth => ({
  most,
  at: ({ setpoint }) => (from - Math.abs(setpoint)) / 5,
});
const atOnce: Depth = { most: 0, at: () => 0 };

const depths: Record<Hit, Record<Phase, Depth>> = {
  runner: {
    'ramp up': upwards(11),
    hold: readings,
    // While it closes its ports, or when the calibration has been started.
    'hand-over': { most: 1, at: ({ folder }) => (folder === undefined ? 0 : 1) },
    owned: upwards(14),
    'taking back': { most: 20, at: ({ commands }) => commands },
    'ramp down': downwards(8, 60),
  },
  calibration: {
    'ramp up': upwards(13),
    hold: readings,
    'hand-over': atOnce,
    owned: atOnce,
    'taking back': atOnce,
    'ramp down': downwards(10, -measured.deepest),
  },
};

/** Where a run is hit: in which phase, and how far into it, 0 to 1. */
export interface Aim {
  phase: Phase;
  depth: number;
}

/** Whether a scene is where it is aimed at. */
export function isReached(scene: Scene, hit: Hit, { phase, depth }: Aim): boolean {
  if (phaseOf(scene, hit) !== phase) return false;
  const { least = 0, most, at } = depths[hit][phase];
  return at(scene) >= least + Math.round(depth * (most - least));
}
