import { setTimeout as pause } from 'node:timers/promises';
import type { Amperes, Volts } from '../../base/units.ts';
import { garbled, isNotTaken, levelRefused } from '../faults.ts';
import type { Measured, PowerChannel, Protection, Trip } from '../instrument.ts';
import type { Link, Wire } from '../transports/link.ts';
import { near, writeAndReadBack } from './readBack.ts';
import { readNumber, readSwitch } from './reading.ts';

/** What an LV supply is told and asked about one of its channels: all that differs between the classes. */
export interface LowVoltageCommands {
  /** Sent before every command and question, in the same exchange, where a supply has a selected channel. */
  select?: string;
  output: Setting<boolean>;
  voltage: Setting<Volts>;
  current: Setting<Amperes>;
  measureVoltage: string;
  measureCurrent: string;
  /** The numbers inside replies such as `V1 4.000` and `4.002V`; left out where a reply is a bare number. */
  voltageReply?: RegExp;
  currentReply?: RegExp;
  /** The smallest change that is taken over, and the largest value. */
  resolution: { voltage: Volts; current: Amperes };
  maximum: { voltage: Volts; current: Amperes };
  readTrip(wire: Wire, reader: LowVoltageReader): Promise<Trip | undefined>;
  readProtections(wire: Wire, reader: LowVoltageReader): Promise<readonly Protection[]>;
  /** The supply is known to miss the command to switch on now and then; no protection hides behind that. */
  missesOn?: boolean;
  /** Replaces the plain question, where an output has more than one switch. */
  isOn?(wire: Wire, reader: LowVoltageReader): Promise<boolean>;
  /** Come before and after the command to switch on, where an output has more than one switch. */
  beforeOn?(wire: Wire, reader: LowVoltageReader): Promise<void>;
  afterOn?(wire: Wire, reader: LowVoltageReader): Promise<void>;
}

interface Setting<T> {
  write(value: T): string;
  ask: string;
}

/** Parses replies for one channel; errors carry the instrument's label. */
export interface LowVoltageReader {
  readonly label: string;
  number(wire: Wire, question: string, pattern?: RegExp): Promise<number>;
  switch(wire: Wire, question: string): Promise<boolean>;
  isOn(wire: Wire): Promise<boolean>;
}

// Some supplies miss the command now and then; the reading showed that it has not acted, so it may be sent again.
// [icicle 2.1.0, TTITSX.on and KeysightE3633A.on]
const switchAttempts = 3;
const switchPauseMs = 100;

export class LowVoltageChannel implements PowerChannel, LowVoltageReader {
  readonly instrument: string;
  readonly channel: number;
  readonly label: string;
  readonly #link: Link;
  readonly #commands: LowVoltageCommands;

  constructor(link: Link, name: string, channel: number, commands: LowVoltageCommands) {
    this.instrument = name;
    this.channel = channel;
    this.label = link.label;
    this.#link = link;
    this.#commands = commands;
  }

  readOutput(): Promise<boolean> {
    return this.#ask((wire) => this.isOn(wire));
  }

  async switchOutput(on: boolean): Promise<void> {
    const attempts = !on || this.#commands.missesOn ? switchAttempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#switch(on);
        return;
      } catch (error) {
        if (!isNotTaken(error) || attempt === attempts) throw error;
        await pause(switchPauseMs);
      }
    }
  }

  readSetpoint(): Promise<Volts> {
    return this.#ask((wire) => this.#voltage(wire, this.#commands.voltage.ask));
  }

  async checkSetpoint(voltage: Volts): Promise<void> {
    this.#refuse(voltage, 'V', this.#commands.maximum.voltage);
  }

  async writeSetpoint(voltage: Volts): Promise<void> {
    const { resolution } = this.#commands;
    await this.checkSetpoint(voltage);
    const { write, ask } = this.#commands.voltage;
    await this.#write(
      `the voltage ${voltage} V`,
      (wire) => wire.write(write(voltage)),
      (wire) => this.#voltage(wire, ask),
      near(voltage, resolution.voltage),
    );
  }

  readCurrentLimit(): Promise<Amperes> {
    return this.#ask((wire) => this.#current(wire, this.#commands.current.ask));
  }

  async writeCurrentLimit(current: Amperes): Promise<void> {
    const { resolution, maximum } = this.#commands;
    this.#refuse(current, 'A', maximum.current);
    const { write, ask } = this.#commands.current;
    await this.#write(
      `the current limit ${current} A`,
      (wire) => wire.write(write(current)),
      (wire) => this.#current(wire, ask),
      near(current, resolution.current),
    );
  }

  measure(): Promise<Measured> {
    return this.#ask(async (wire) => ({
      voltage: await this.#voltage(wire, this.#commands.measureVoltage),
      current: await this.#current(wire, this.#commands.measureCurrent),
    }));
  }

  readTrip(): Promise<Trip | undefined> {
    return this.#ask((wire) => this.#commands.readTrip(wire, this));
  }

  readProtections(): Promise<readonly Protection[]> {
    return this.#ask((wire) => this.#commands.readProtections(wire, this));
  }

  async isOn(wire: Wire): Promise<boolean> {
    if (this.#commands.isOn) return this.#commands.isOn(wire, this);
    return this.switch(wire, this.#commands.output.ask);
  }

  async switch(wire: Wire, question: string): Promise<boolean> {
    return readSwitch(this.label, question, await wire.query(question));
  }

  async number(wire: Wire, question: string, pattern?: RegExp): Promise<number> {
    const reply = await wire.query(question);
    const text = pattern ? pattern.exec(reply)?.[1] : reply;
    if (text === undefined) throw garbled(this.label, question, reply);
    return readNumber(this.label, question, text);
  }

  #switch(on: boolean): Promise<void> {
    const { output, beforeOn, afterOn } = this.#commands;
    return this.#write(
      `output ${on ? 'on' : 'off'}`,
      async (wire) => {
        if (on) await beforeOn?.(wire, this);
        await wire.write(output.write(on));
        if (on) await afterOn?.(wire, this);
      },
      (wire) => this.isOn(wire),
      (value) => value === on,
    );
  }

  #voltage(wire: Wire, question: string): Promise<Volts> {
    return this.number(wire, question, this.#commands.voltageReply);
  }

  #current(wire: Wire, question: string): Promise<Amperes> {
    return this.number(wire, question, this.#commands.currentReply);
  }

  #ask<T>(questions: (wire: Wire) => Promise<T>): Promise<T> {
    return this.#link.ask(async (wire) => {
      await this.#select(wire);
      return questions(wire);
    });
  }

  async #write<T>(
    what: string,
    write: (wire: Wire) => Promise<void>,
    read: (wire: Wire) => Promise<T>,
    holds: (value: T) => boolean,
  ): Promise<void> {
    const selected =
      <R>(work: (wire: Wire) => Promise<R>) =>
      async (wire: Wire) => {
        await this.#select(wire);
        return work(wire);
      };
    await writeAndReadBack(this.#link, {
      what: `${what} on channel ${this.channel}`,
      write: selected(write),
      read: selected(read),
      holds,
    });
  }

  async #select(wire: Wire): Promise<void> {
    if (this.#commands.select) await wire.write(this.#commands.select);
  }

  #refuse(value: number, unit: 'V' | 'A', maximum: number): void {
    if (value >= 0 && value <= maximum) return;
    throw levelRefused(this.label, value, unit, `channel ${this.channel} takes 0 to ${maximum} ${unit}`);
  }
}
