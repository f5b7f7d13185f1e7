import { Bench } from './bench/bench.ts';
import { seededRandom } from './chips/random.ts';
import type { StationClock } from './clock.ts';
import { FaultBoard } from './faultBoard.ts';
import { instrumentClasses } from './instruments/classes.ts';
import type { SimulatedInstrument, Surroundings } from './instruments/simulatedInstrument.ts';
import { chuck } from './physics/temperature.ts';

interface Place {
  name: string;
  seed: number;
  bench: Bench;
  faults: FaultBoard;
  clock: StationClock;
}

/** An instrument of a class, connected to the bench under its name. */
export function createInstrument(
  className: string,
  { name, seed, bench, faults, clock }: Place,
): SimulatedInstrument {
  const lastMeasured = new Map<string, unknown>();
  const around: Surroundings = {
    serial: serialOf(name, seed),
    clock,
    random: seededRandom(seed, `noise of ${name}`),
    hv: (channel) => bench.hv(name, channel),
    lv: (channel) => bench.lv(name, channel),
    coldbox: () => bench.coldbox(name),
    probe: () => {
      // One needle card reaches one module; of several that share it, the one that is powered.
      const modules = bench.probed(name);
      const module = modules.find(({ powered }) => powered) ?? modules[0];
      return { voltages: module?.probeVoltages() ?? {}, temperature: module?.temperature ?? chuck };
    },
    measured: <T>(what: string, measure: () => T): T => {
      if (faults.find('stale-sensor', { instrument: name }) && lastMeasured.has(what))
        return lastMeasured.get(what) as T;
      const value = measure();
      lastMeasured.set(what, value);
      return value;
    },
  };
  return instrumentClasses[className]!.create(around);
}

/** Makes instruments that are connected to nothing, and whose outputs no witness sees; each class once. */
export function impostors(
  name: string,
  seed: number,
  clock: StationClock,
): (className: string) => SimulatedInstrument {
  const made = new Map<string, SimulatedInstrument>();
  const faults = new FaultBoard(clock);
  const bench = new Bench({ seed, modules: [] }, { clock, faults, witness: { saw: () => {} } });
  return (className) => {
    const found = made.get(className) ?? createInstrument(className, { name, seed, bench, faults, clock });
    made.set(className, found);
    return found;
  };
}

/** Begins with SIM, so that no client takes it for a real one; the same for the same station. */
function serialOf(name: string, seed: number): string {
  const number = Math.floor(seededRandom(seed, `serial number of ${name}`).uniform() * 1e7);
  return `SIM${String(number).padStart(7, '0')}`;
}
