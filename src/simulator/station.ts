import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';
import type { Volts } from '../base/units.ts';
import { Bench } from './bench/bench.ts';
import { chipDefects, isChipFault } from './chipDefects.ts';
import { startChips } from './chips/startChips.ts';
import { StationClock } from './clock.ts';
import { createInstrument, impostors } from './createInstrument.ts';
import { checkDescription, type StationDescription } from './description.ts';
import { FaultBoard } from './faultBoard.ts';
import { checkFaultTargets, type Fault, parseFaults } from './faults.ts';
import { instrumentClasses } from './instruments/classes.ts';
import { BrokerPort } from './wires/broker.ts';
import { InstrumentPort } from './wires/port.ts';
import { requireSocat } from './wires/pseudoTerminal.ts';
import { Wire } from './wires/wire.ts';
import { Witness } from './witness.ts';

/** Where a started station can be found. */
export interface StationAddresses {
  /** Instrument name → VISA-like resource. */
  resources: Record<string, string>;
  /** `127.0.0.1:port` of the read-out chips. */
  chips: string;
  /** Path of witness.jsonl. */
  witness: string;
}

/** A simulated station inside this process. */
export interface RunningStation {
  readonly addresses: StationAddresses;
  /** Sets a fault while the station runs; answers with its number. Throws E9501, E9502 or E9506. */
  setFault(text: string): number;
  /** Ends the fault of that number, or all of a kind; answers how many there were. */
  endFault(which: number | string): number;
  readonly faults: { id: number; fault: string; active: boolean }[];
  /** At a module's sensor, now. */
  bias(module: string): Volts;
  /** Whether any output is on. */
  readonly live: boolean;
  /** Clients that are connected to instruments. */
  readonly clients: number;
  close(): Promise<void>;
}

/** Builds and opens all that a description names. Throws with every problem of it before anything is opened. */
export async function openStation(description: StationDescription): Promise<RunningStation> {
  const given = readFaults(description, description.faults);
  const problems = [...checkDescription(description, instrumentClasses), ...given.problems];
  if (problems.length > 0) throw new BatonError(problems);
  if (description.transport === 'pty') requireSocat();

  makeFolder(description.directory, 0o700);
  const clock = new StationClock(description.timeScale);
  const witness = new Witness(description.witness ?? join(description.directory, 'witness.jsonl'));
  const faults = new FaultBoard(clock);
  // Before anybody else: what comes of a fault stands behind it in the log.
  faults.onChange((fault, active) => {
    const { instrument = 'station' } = fault.parameters as { instrument?: string };
    witness.saw(instrument, 'fault', `${fault.text} ${active ? 'begins' : 'ends'}`);
  });
  const bench = new Bench(description, { clock, witness, faults });
  const { seed } = description;
  const ports = description.instruments.map(({ name, class: className }) => {
    const instrument = createInstrument(className, { name, seed, bench, faults, clock });
    const { topics } = instrumentClasses[className]!;
    if (topics) return new BrokerPort({ name, instrument, topics, clock, faults, witness });
    const impostor = impostors(name, seed, clock);
    const serial = description.transport === 'pty';
    const wire = new Wire({ name, instrument, impostor, clock, faults, witness, serial });
    return new InstrumentPort(wire, serial ? join(description.directory, 'ports', name) : undefined);
  });

  for (const port of ports) await port.open();
  faults.onChange((fault, active) => {
    if (fault.kind !== 'port-vanished') return;
    const { instrument } = fault.parameters as { instrument?: string };
    for (const port of ports)
      if ((instrument ?? port.name) === port.name) void (active ? port.close() : port.open());
  });
  for (const fault of given.faults) if (!isChipFault(fault)) faults.set(fault);
  const chips = await startChips({
    seed,
    modules: description.modules.map(({ index, chips: ids }) => ({
      index,
      chips: ids,
      defects: chipDefects(given.faults, index, ids),
    })),
    readModuleState: (index) => bench.state(index),
    settings: {
      path: join(description.directory, 'chips.json'),
      restore: description.goesOn === true,
    },
  });

  return {
    addresses: {
      resources: Object.fromEntries(ports.map(({ name, resource }) => [name, resource])),
      chips: chips.address,
      witness: witness.path,
    },
    setFault: (text) => faults.set(runningFault(description, text)),
    endFault: (which) => faults.end(which),
    get faults() {
      return faults.list();
    },
    bias: (module) => bench.state(module).bias,
    get live() {
      return bench.live;
    },
    get clients() {
      return ports.reduce((sum, { clients }) => sum + clients, 0);
    },
    close: async () => {
      faults.close();
      for (const port of ports) await port.close();
      await chips.close();
      bench.close();
      witness.close();
    },
  };
}

function readFaults({ instruments, modules }: StationDescription, texts: readonly string[]) {
  const { faults, problems } = parseFaults(texts);
  const known = {
    instruments: instruments.map(({ name }) => name),
    modules: modules.map(({ index }) => index),
  };
  return { faults, problems: [...problems, ...checkFaultTargets(faults, known)] };
}

function runningFault(description: StationDescription, text: string): Fault {
  const { faults, problems } = readFaults(description, [text]);
  const [fault] = faults;
  if (!fault || problems.length > 0) throw new BatonError(problems);
  if (!isChipFault(fault)) return fault;
  throw new BatonError({
    code: 'E9506',
    what: `The fault "${fault.kind}" is part of how the chips are made, and the station runs already.`,
    remedy: 'Start the station with it.',
  });
}
