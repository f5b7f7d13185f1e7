import { Pace } from '../../src/base/time.ts';
import type { PowerChannel, ProbeCard, Supply, Trip } from '../../src/instruments/instrument.ts';
import type { CalibrationContext } from '../../src/measurements/calibration.ts';
import { type Handed, readHanded } from '../../src/measurements/handed.ts';
import { startLog } from '../../src/measurements/log.ts';

/** What was done to the outputs, in order: `hv_1:1 -5 V`, `lv_1:1 on`. */
export type Deeds = string[];

interface Behaviour {
  /** The current that a module draws at a set-point, and what is measured of it; HV: bias, LV: limits. */
  measure(setpoint: number, limit: number): { voltage: number; current: number };
  trip?(setpoint: number, limit: number): Trip | undefined;
}

/** An output that behaves, writes down what is done to it, and breaks when it is told. */
export class FakeChannel implements PowerChannel {
  readonly channel = 1;
  on = false;
  setpoint = 0;
  limit = 0;
  /** Called before each write; may throw, or stop somebody. */
  beforeWrite: (what: string) => void = () => undefined;

  constructor(
    readonly instrument: string,
    readonly deeds: Deeds,
    readonly behaviour: Behaviour,
  ) {}

  async readOutput() {
    return this.on;
  }
  async switchOutput(on: boolean) {
    this.#did(on ? 'on' : 'off');
    this.on = on;
  }
  async readSetpoint() {
    return this.setpoint;
  }
  async checkSetpoint() {}
  async writeSetpoint(voltage: number) {
    this.#did(`${voltage} V`);
    this.setpoint = voltage;
  }
  async readCurrentLimit() {
    return this.limit;
  }
  async writeCurrentLimit(current: number) {
    this.#did(`${current} A`);
    this.limit = current;
  }
  async measure() {
    if (!this.on) throw new Error('measured while off');
    return this.behaviour.measure(this.setpoint, this.limit);
  }
  async readTrip() {
    return this.on ? this.behaviour.trip?.(this.setpoint, this.limit) : undefined;
  }
  #did(what: string) {
    this.beforeWrite(what);
    this.deeds.push(`${this.instrument}:1 ${what}`);
  }
}

/** A sensor of 1 nA a volt that breaks down at `breakdown`, behind a supply that clamps at its compliance. */
export function sensor(breakdown = -1000): Behaviour {
  const current = (voltage: number) =>
    voltage < breakdown ? -1e-7 + (voltage - breakdown) * 1e-5 : voltage * 1e-9;
  return {
    measure(setpoint, limit) {
      if (Math.abs(current(setpoint)) <= limit) return { voltage: setpoint, current: current(setpoint) };
      return { voltage: breakdown - (limit - 1e-7) / 1e-5, current: -limit };
    },
    trip: (setpoint, limit) => (Math.abs(current(setpoint)) > limit ? 'compliance' : undefined),
  };
}

/** A module that takes its current at 1 V and 0.2 Ω, up to the voltage limit. */
export const shuntLdo: Behaviour = {
  measure(voltageLimit, current) {
    const voltage = 1 + 0.2 * current;
    return voltage <= voltageLimit
      ? { voltage, current }
      : { voltage: voltageLimit, current: (voltageLimit - 1) / 0.2 };
  },
};

export interface FakeBench {
  context: CalibrationContext;
  deeds: Deeds;
  lines: string[];
  stop: AbortController;
  channel(name: string): FakeChannel;
  closed: Set<string>;
}

/** A context whose instruments are fakes; waits take no time. */
export function fakeBench(
  directory: string,
  channelsDict: object,
  behaviours: Readonly<Record<string, Behaviour>>,
  instruments: Readonly<Record<string, object>> = {},
): FakeBench {
  const deeds: Deeds = [];
  const lines: string[] = [];
  const closed = new Set<string>();
  const stop = new AbortController();
  const channels = new Map<string, FakeChannel>();
  for (const [name, behaviour] of Object.entries(behaviours))
    channels.set(name, new FakeChannel(name, deeds, behaviour));
  const instrumentsDict = Object.fromEntries(
    [...channels.keys(), 'ab_1'].map((name) => [name, { ...defaults(name), ...instruments[name] }]),
  );
  const handed: Handed = readHanded(JSON.stringify(instrumentsDict), JSON.stringify(channelsDict));
  const identity = { text: 'FAKE', model: 'FAKE', serial: '1', simulated: true };
  const open = (name: string) => ({
    name,
    class: 'Fake',
    identify: async () => identity,
    close: async () => {
      closed.add(name);
    },
  });
  const context: CalibrationContext = {
    directory,
    handed,
    log: startLog('fake', (line) => lines.push(line.slice(20).trimEnd())),
    pace: new Pace(1e9),
    stop: stop.signal,
    biasLimit: -350,
    open: {
      supply: async ({ name }): Promise<Supply> => ({
        ...open(name),
        channel: () => channels.get(name)!,
      }),
      probeCard: async ({ name }): Promise<ProbeCard> => ({
        ...open(name),
        readVoltages: async () => ({
          VIN: 1.6,
          VOFS: 0.5,
          VDDD0: 1.21,
          VDDD1: 1.19,
          VDDA0: 1.2,
          VDDA1: 1.22,
        }),
        readTemperatures: async () => [24.5],
      }),
    },
    global: {},
  };
  return { context, deeds, lines, stop, channel: (name) => channels.get(name)!, closed };
}

function defaults(name: string): object {
  if (name.startsWith('hv'))
    return { class: 'Keithley2410', resource: 'fake', default_voltage: -50, default_current: 1e-5 };
  if (name.startsWith('lv'))
    return { class: 'TTITSX', resource: 'fake', default_voltage: 1.8, default_current: 3 };
  return { class: 'AdcBoard', resource: 'fake' };
}
