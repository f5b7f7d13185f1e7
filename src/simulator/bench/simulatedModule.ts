import type { Amperes, Celsius, Seconds, Volts } from '../../base/units.ts';
import type { StationClock } from '../clock.ts';
import type { FaultBoard } from '../faultBoard.ts';
import type { HeldVoltages } from '../moduleState.ts';
import {
  type ChipRegulators,
  inputCurrent,
  inputVoltage,
  makeRegulators,
  minimalInput,
  probeVoltages,
  type RegulatorDamage,
} from '../physics/regulators.ts';
import {
  makeSensor,
  type Sensor,
  type SensorDamage,
  type SensorType,
  sensorCurrent,
} from '../physics/sensor.ts';
import { ModuleTemperature } from '../physics/temperature.ts';

/** A module on the bench: one sensor, its chips' regulators, and the heat of both. */
export class SimulatedModule {
  readonly index: string;
  readonly sensor: Sensor;
  readonly chips: readonly ChipRegulators[];
  readonly #clock: StationClock;
  readonly #faults: FaultBoard;
  readonly #temperature: ModuleTemperature;
  #vin: Volts = 0;

  constructor(
    of: {
      index: string;
      sensorType: SensorType;
      chips: number;
      seed: number;
      /** Of what it lies on, at a time. */
      plate?: ((at: Seconds) => Celsius) | undefined;
    },
    clock: StationClock,
    faults: FaultBoard,
  ) {
    this.index = of.index;
    this.sensor = makeSensor(of.seed, of.index, of.sensorType);
    this.chips = makeRegulators(of.seed, of.index, of.chips);
    this.#clock = clock;
    this.#faults = faults;
    this.#temperature = new ModuleTemperature(clock.now(), of.plate);
  }

  get vin(): Volts {
    return this.#vin;
  }

  get powered(): boolean {
    return this.#vin >= minimalInput;
  }

  get temperature(): Celsius {
    const forced = this.#faults.find('over-temperature', { module: this.index });
    return forced ? forced.T : this.#temperature.read(this.#clock.now());
  }

  /** Told by its LV line. */
  setInput(vin: Volts, current: Amperes): void {
    this.#vin = vin;
    this.#temperature.setPower(vin * current, this.#clock.now());
  }

  inputCurrent(vin: Volts): Amperes {
    return inputCurrent(this.#shunts(), vin);
  }

  inputVoltage(current: Amperes): Volts {
    return inputVoltage(this.#shunts(), current);
  }

  /** What the spoilt regulators of a chip hold instead of their voltage. */
  heldAt(chip: number): HeldVoltages {
    const spoilt = this.#spoiltRegulators().filter((one) => one.chip === chip);
    return Object.fromEntries(spoilt.map(({ rail, voltage }) => [rail, voltage]));
  }

  sensorCurrent(bias: Volts): Amperes {
    return sensorCurrent(this.sensor, bias, this.temperature, this.#damage());
  }

  probeVoltages(): Record<string, Volts> {
    return probeVoltages(this.chips, this.#vin, this.#spoiltRegulators());
  }

  #spoiltRegulators(): RegulatorDamage[] {
    return this.#faults
      .findAll('bad-regulator', { module: this.index })
      .map(({ chip, rail, V }) => ({ chip, rail, voltage: V }));
  }

  #shunts(): readonly ChipRegulators[] {
    const factor = this.#faults.find('bad-shunt', { module: this.index })?.factor;
    if (factor === undefined) return this.chips;
    return this.chips.map((chip) => ({ ...chip, resistance: factor * chip.resistance }));
  }

  #damage(): SensorDamage {
    const target = { module: this.index };
    const early = this.#faults.find('early-breakdown', target);
    const spark = this.#faults.find('compliance-trip', target);
    return {
      breakdown: early && Math.abs(early.V),
      leakageFactor: this.#faults.find('high-leakage', target)?.factor,
      shortAbove: spark && Math.abs(spark.V),
    };
  }
}
