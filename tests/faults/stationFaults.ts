import { type Fate, type Fault, undisturbed } from './fault.ts';
import type { Aim } from './phase.ts';

/** Until the runner has done what it can; then the instrument is well again, and whoever still tries can reach it. */
function untilTheRunnerIsGone(name: string, kind: string, fate: (aim: Aim) => Fate): Fault {
  return {
    name,
    hit: 'runner',
    strike: (run) => run.setFault(`${kind}:instrument=${run.supply}`),
    afterwards: async (run) => {
      await run.calledByHand(run.supply);
      await run.endFault(kind);
    },
    fate,
  };
}

/** A reading that does not come is a trip; a step that cannot be completed has failed; what cannot be shown calls a person. */
const unreachable = (): Fate => ({ exit: [3, 4, 5], comesDown: true, allowanceMs: 60_000 });

const instruments: readonly Fault[] = [
  untilTheRunnerIsGone('instrument silent', 'silent', unreachable),
  untilTheRunnerIsGone('instrument garbled', 'garbled', unreachable),
  untilTheRunnerIsGone('half a reply', 'half-reply', unreachable),
  {
    name: 'instrument slow',
    hit: 'runner',
    strike: (run) => run.setFault(`slow:instrument=${run.supply},delay=5`),
    fate: (aim) => ({ exit: [undisturbed(aim, 'runner')], comesDown: false }),
  },
  {
    name: 'port vanished and back',
    hit: 'runner',
    // Gone for longer than a look at it lasts, and back before anybody gives up.
    strike: (run) => run.setFault(`port-vanished:instrument=${run.supply},for=60`),
    fate: (aim) => ({ exit: [3, 4, undisturbed(aim, 'runner')], comesDown: false }),
  },
  {
    name: 'output that does not switch off',
    hit: 'runner',
    strike: (run) => run.setFault('output-stuck:instrument=hv_1'),
    afterwards: async (run) => {
      await run.calledByHand('hv_1');
      await run.endFault('output-stuck');
    },
    fate: () => ({ exit: [5], comesDown: false }),
  },
];

/** Where the module still has to be biased, the fault is met; later it may come too late to matter. */
const met = (exit: 1 | 4, { phase }: Aim): Fate =>
  phase === 'taking back'
    ? { exit: [3, exit], comesDown: true }
    : phase === 'ramp down'
      ? { exit: [0, exit], comesDown: true }
      : { exit: [exit], comesDown: phase === 'ramp up' || phase === 'hold' };

const sensor = (name: string, fault: (volts: number) => string): Fault => ({
  name,
  hit: 'runner',
  // Where the bias will soon be, or well below where it is now.
  strike: (run) => {
    const now = Math.abs(run.scene.bias);
    const goesUp = run.aim.phase === 'ramp up' || run.aim.phase === 'owned' || run.aim.phase === 'hand-over';
    return run.setFault(fault(goesUp ? Math.max(12, Math.min(now + 7, 40)) : Math.max(now - 20, 3)));
  },
  // A curve that ends at compliance is a curve; what it tells then forbids the bias.
  fate: (aim) => met(aim.phase === 'owned' || aim.phase === 'hand-over' ? 1 : 4, aim),
});

const module: readonly Fault[] = [
  sensor('compliance trip', (volts) => `compliance-trip:V=-${volts}`),
  sensor('early breakdown', (volts) => `early-breakdown:V=-${volts}`),
  {
    name: 'over-temperature',
    hit: 'runner',
    strike: (run) => run.setFault('over-temperature:T=70'),
    fate: (aim) => ({ ...met(4, aim), comesDown: true }),
  },
  {
    name: 'stale sensor',
    hit: 'runner',
    strike: (run) => run.setFault('stale-sensor:instrument=ab_1'),
    // Stale is what has not changed for 20 s: by then another phase has begun.
    fate: (aim) => ({ ...met(4, aim), comesDown: aim.phase === 'owned' || aim.phase === 'hold' }),
  },
];

export const stationFaults: readonly Fault[] = [...instruments, ...module];
