import { Pace } from '../../src/base/time.ts';
import type { PowerChannel } from '../../src/instruments/instrument.ts';

/** A bias channel in memory: what is written holds at once, up to a breakdown. */
export class MemoryChannel implements PowerChannel {
  readonly instrument = 'hv';
  readonly channel = 1;
  readonly written: number[] = [];
  on = true;
  breakdown = Number.NEGATIVE_INFINITY;
  setpoint: number;

  constructor(setpoint: number) {
    this.setpoint = setpoint;
  }

  get voltage(): number {
    return this.on ? Math.max(this.setpoint, this.breakdown) : 0;
  }

  readOutput = async () => this.on;
  switchOutput = async (on: boolean) => {
    this.on = on;
  };
  readSetpoint = async () => this.setpoint;
  checkSetpoint = async () => {};
  writeSetpoint = async (voltage: number) => {
    this.setpoint = voltage;
    this.written.push(voltage);
  };
  readCurrentLimit = async () => 1e-5;
  writeCurrentLimit = async () => {};
  measure = async () => ({ voltage: this.voltage, current: -1e-9 });
  readTrip = async () => (this.setpoint < this.breakdown ? ('compliance' as const) : undefined);
}

/** Does not wait at all, and knows for how long it should have. */
export class Instantly extends Pace {
  readonly waited: number[] = [];
  override async sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    this.waited.push(seconds);
    signal?.throwIfAborted();
  }
}
