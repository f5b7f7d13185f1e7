import type { Fate, Fault } from './fault.ts';
import type { Aim, Phase } from './phase.ts';

const failed = (): Fate => ({ exit: [3], comesDown: true });
const spoilt = (): Fate => ({ ...failed(), spoils: true });

/** Long enough for a whole curve on a busy machine, station seconds. */
const timeout = 1_500;
/** Its time limit, and the ladder of three rungs that ends it. */
const hangs = (): Fate => ({ exit: [3], comesDown: true, allowanceMs: timeout * 10 + 12_000 });

/** By somebody else than Baton, which signals its keeper. On its way down a calibration has measured all that it was to. */
const asked = (['SIGINT', 'SIGTERM'] as const).map(
  (signal): Fault => ({
    name: `${signal} of the calibration`,
    hit: 'calibration',
    strike: (run) => run.signalCalibration(signal),
    fate: ({ phase }) => {
      const measuredAll = phase === 'ramp down' || phase === 'taking back';
      return measuredAll ? { exit: [0, 3], comesDown: false } : failed();
    },
  }),
);

const killed = (['SIGKILL', 'SIGSEGV'] as const).map(
  (signal): Fault => ({
    name: `${signal} of the calibration`,
    hit: 'calibration',
    strike: (run) => run.signalCalibration(signal),
    fate: failed,
  }),
);

const stopped: Fault = {
  name: 'SIGSTOP of the calibration',
  hit: 'calibration',
  setup: () => ({ timeout }),
  strike: (run) => run.signalCalibration('SIGSTOP'),
  fate: hangs,
};

/** The wait of iv_curve at which it is in a phase: LV settles, HV settles, then one for each of its 15 moves. */
function moment({ phase, depth }: Aim): string {
  const at: Record<Phase, string> = {
    'hand-over': 'iv_curve:@1',
    'ramp up': `iv_curve:@${3 + Math.round(depth * 13)}`,
    owned: 'iv_curve:@17',
    'ramp down': 'iv_curve:@down',
    'taking back': 'iv_curve:@end',
    hold: 'crosstalk_method:@1',
  };
  return at[phase];
}

function misbehaves(
  name: string,
  kind: string,
  fate: (aim: Aim) => Fate,
  more: { timeout?: number } = {},
): Fault {
  return {
    name: `calibration that ${name}`,
    hit: 'calibration',
    byItself: true,
    setup: (aim) => ({ misbehaviour: moment(aim).replace(':', `:${kind}`), ...more }),
    strike: (run) => run.calibrationSays('Simulated fault'),
    fate,
  };
}

export const calibrationFaults: readonly Fault[] = [
  ...asked,
  ...killed,
  stopped,
  misbehaves('hangs', 'hang', hangs, { timeout }),
  // Answered N on its way down, it tries again, goes on down, and may well have all that it was to measure.
  misbehaves('asks', 'prompt', (aim) => ({ ...failed(), exit: aim.phase === 'ramp down' ? [0, 3] : [3] })),
  misbehaves('floods output', 'flood', () => ({ exit: [0], comesDown: false })),
  misbehaves('leaves no artefact', 'no-artefact', spoilt),
  misbehaves('leaves half an artefact', 'half-artefact', spoilt),
];
