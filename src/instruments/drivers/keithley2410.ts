import type { Amperes, Volts } from '../../base/units.ts';
import { garbled, levelRefused, notTaken, outOfOrder, voltageRefused } from '../faults.ts';
import type { Identity, Measured, PowerChannel, Protection, Trip } from '../instrument.ts';
import type { Link, Wire } from '../transports/link.ts';
import type { SupplyDriver, VoltageLimits } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { near, writeAndReadBack } from './readBack.ts';
import { readNumber, readSwitch, writeNumber } from './reading.ts';
import { ScpiSupply, scpiGreeting } from './scpi.ts';

/**
 * Keithley 2410 source-measure unit and its sisters of the 2400 series: HV. Commands and page references are those of
 * the Model 2400 Series SourceMeter User's Manual, 2400S-900-01. Front or rear terminals are left as they are.
 */
export const keithley2410: SupplyDriver = {
  kind: 'supply',
  class: 'Keithley2410',
  powers: 'hv',
  channels: 1,
  forge: { voltage: forgeField(/^:READ\?$/, 0), current: forgeField(/^:READ\?$/, 1) },
  serial: { baudRate: 9_600 },
  greeting: scpiGreeting(
    /^KEITHLEY INSTRUMENTS\b.*,\s*MODEL 24[0-4]0\b/i,
    'a Keithley of the 2400 series (KEITHLEY INSTRUMENTS INC.,MODEL 2410,…)',
  ),
  connect: (link, name, limits) => new Keithley2410(link, name, limits),
};

class Keithley2410 extends ScpiSupply {
  readonly #output: Keithley2410Channel;

  constructor(link: Link, name: string, limits: VoltageLimits) {
    const output = new Keithley2410Channel(link, name, limits);
    super(name, keithley2410.class, link, [output]);
    this.#output = output;
  }

  override identify(): Promise<Identity> {
    // Whoever had it in between may have set other measure functions.
    this.#output.forgetSensing();
    return super.identify();
  }
}

// Programming resolution on the 1000 V range. [2410 specifications, "Voltage programming accuracy"]
const voltageResolution = 0.05;
const largestVoltage: Volts = 1100;
const largestCompliance: Amperes = 1.05;
/** A reading with the longest integration and the filter on takes seconds. */
const readingMs = 10_000;

class Keithley2410Channel implements PowerChannel {
  readonly instrument: string;
  readonly channel = 1;
  readonly #link: Link;
  readonly #limits: VoltageLimits;
  #sensing = false;

  constructor(link: Link, name: string, limits: VoltageLimits) {
    this.instrument = name;
    this.#link = link;
    this.#limits = limits;
  }

  forgetSensing(): void {
    this.#sensing = false;
  }

  readOutput(): Promise<boolean> {
    return this.#link.ask((wire) => this.#isOn(wire));
  }

  async switchOutput(on: boolean): Promise<void> {
    if (on) this.forgetSensing();
    await writeAndReadBack(this.#link, {
      what: `output ${on ? 'on' : 'off'}`,
      write: (wire) => wire.write(`:OUTP ${on ? 1 : 0}`),
      read: (wire) => this.#isOn(wire),
      holds: (value) => value === on,
      errors: readErrors,
    });
  }

  readSetpoint(): Promise<Volts> {
    return this.#link.ask((wire) => this.#number(wire, ':SOUR:VOLT:LEV?'));
  }

  /** Rule 6 in the driver: whatever a plan says, no set-point but a negative one within the limit, or one nearer to zero. */
  async checkSetpoint(voltage: Volts): Promise<void> {
    const { limit, positiveUpTo = 0 } = this.#limits;
    if (!Number.isFinite(voltage)) throw voltageRefused(this.#link.label, voltage, 'it is no number');
    if (voltage >= limit && voltage <= positiveUpTo) return;
    // An output that was found beyond the limit must still come down.
    const now = await this.readSetpoint();
    const nearer = Math.sign(voltage) === Math.sign(now) && Math.abs(voltage) <= Math.abs(now);
    if (nearer) return;
    throw voltageRefused(
      this.#link.label,
      voltage,
      voltage > 0 ? `bias may not exceed ${positiveUpTo} V` : `the limit of this sensor is ${limit} V`,
    );
  }

  async writeSetpoint(voltage: Volts): Promise<void> {
    await this.checkSetpoint(voltage);
    await writeAndReadBack(this.#link, {
      what: `the voltage ${voltage} V`,
      write: (wire) => wire.write(`:SOUR:VOLT:LEV ${writeNumber(voltage)}`),
      read: (wire) => this.#number(wire, ':SOUR:VOLT:LEV?'),
      holds: near(voltage, voltageResolution),
      errors: readErrors,
    });
  }

  readCurrentLimit(): Promise<Amperes> {
    return this.#link.ask((wire) => this.#number(wire, ':SENS:CURR:PROT?'));
  }

  async writeCurrentLimit(current: Amperes): Promise<void> {
    if (!(current > 0 && current <= largestCompliance))
      throw levelRefused(this.#link.label, current, 'A', `compliance goes up to ${largestCompliance} A`);
    const limit = writeNumber(current);
    const range = `:SENS:CURR:RANG ${limit}`;
    await writeAndReadBack(this.#link, {
      what: `the compliance ${current} A`,
      // Compliance cannot be below 0.1 % of the measurement range, so the range comes first; the range cannot exceed
      // compliance, so when both go up it is refused at first and comes again. [2400S-900-01, "Compliance limit"]
      write: async (wire) => {
        await wire.write(range);
        await wire.write(`:SENS:CURR:PROT ${limit}`);
        await wire.write(range);
      },
      read: (wire) => this.#number(wire, ':SENS:CURR:PROT?'),
      holds: near(current, current * 0.01),
      errors: readErrors,
    });
  }

  /** Fixed voltage source on the range that covers the voltage. Only while the output is off: a change of range glitches. */
  async writeRange(voltage: Volts): Promise<void> {
    const covers = (range: number) => range >= Math.abs(voltage);
    const now = await this.#link.ask(async (wire) => ({
      on: await this.#isOn(wire),
      source: await wire.query(':SOUR:FUNC?'),
      range: await this.#number(wire, ':SOUR:VOLT:RANG?'),
    }));
    const isVoltageSource = /^VOLT/i.test(now.source);
    if (now.on) {
      if (isVoltageSource && covers(now.range)) return;
      throw outOfOrder(
        `${this.#link.label}: the source range cannot be changed to ${voltage} V while the output is on`,
        'Ramp to 0 V and switch the output off first.',
      );
    }
    await writeAndReadBack(this.#link, {
      what: `the source range ${voltage} V`,
      write: async (wire) => {
        if (!isVoltageSource) await wire.write(':SOUR:FUNC VOLT');
        await wire.write(':SOUR:VOLT:MODE FIX');
        await wire.write(`:SOUR:VOLT:RANG ${writeNumber(Math.abs(voltage))}`);
      },
      read: (wire) => this.#number(wire, ':SOUR:VOLT:RANG?'),
      holds: covers,
      errors: readErrors,
    });
  }

  /** With the output off the instrument answers nothing but error 803, so this refuses first (E3014). */
  async measure(): Promise<Measured> {
    if (!(await this.readOutput()))
      throw outOfOrder(
        `${this.#link.label} cannot measure while its output is off`,
        'Switch the output on first.',
      );
    if (!this.#sensing) await this.#senseBoth();
    return this.#link.ask(async (wire) => {
      const reply = await wire.query(':READ?', readingMs);
      const [voltage, current, ...rest] = reply.split(',').map((field) => field.trim());
      if (voltage === undefined || current === undefined || rest.length !== 3)
        throw garbled(this.#link.label, ':READ?', reply);
      return {
        voltage: readNumber(this.#link.label, ':READ?', voltage),
        current: readNumber(this.#link.label, ':READ?', current),
      };
    });
  }

  async readTrip(): Promise<Trip | undefined> {
    return this.#link.ask(async (wire) => {
      const question = ':SENS:CURR:PROT:TRIP?';
      const tripped = readSwitch(this.#link.label, question, await wire.query(question));
      return tripped ? 'compliance' : undefined;
    });
  }

  /** A voltage limit beyond what the source can give is none. [2400S-900-01, ":SOURce[1]:VOLTage:PROTection"] */
  readProtections(): Promise<readonly Protection[]> {
    return this.#link.ask(async (wire) => {
      const current = await this.#number(wire, ':SENS:CURR:PROT?');
      const voltage = await this.#number(wire, ':SOUR:VOLT:PROT?');
      return [
        { kind: 'compliance', at: Math.abs(current) },
        { kind: 'over-voltage', ...(Math.abs(voltage) < largestVoltage ? { at: Math.abs(voltage) } : {}) },
      ];
    });
  }

  /**
   * Both measure functions on, one reading a trigger, all five elements. Without the voltage function the "measured"
   * voltage of a reading is the programmed one, which would make every ramp to zero look done. [2400S-900-01, ":FORMat:ELEMents"]
   * And nothing of what other programs leave: auto clear would switch the output off after each reading, from full bias, and
   * delays and counts make one reading take minutes. [2400S-900-01, ":SOURce[1]:CLEar:AUTO", ":TRIGger:DELay"]
   */
  async #senseBoth(): Promise<void> {
    const functions = await this.#link.ask((wire) => wire.query(':SENS:FUNC?'));
    const both = (list: string) => list.includes('VOLT') && list.includes('CURR');
    await this.#link.act(async (wire) => {
      await wire.write(':FORM:ELEM VOLT,CURR,RES,TIME,STAT');
      for (const setting of [
        ':SOUR:CLE:AUTO OFF',
        ':SOUR:DEL:AUTO ON',
        ':ARM:COUN 1',
        ':TRIG:COUN 1',
        ':TRIG:DEL 0',
      ])
        await wire.write(setting);
      if (both(functions)) return;
      await wire.write(':SENS:FUNC:CONC ON');
      await wire.write(':SENS:FUNC "VOLT:DC"');
      await wire.write(':SENS:FUNC "CURR:DC"');
    });
    const now = both(functions) ? functions : await this.#link.ask((wire) => wire.query(':SENS:FUNC?'));
    if (!both(now))
      throw notTaken(this.#link.label, 'the measurement of voltage and current', `it measures ${now}`);
    this.#sensing = true;
  }

  async #isOn(wire: Wire): Promise<boolean> {
    return readSwitch(this.#link.label, ':OUTP?', await wire.query(':OUTP?'));
  }

  async #number(wire: Wire, question: string): Promise<number> {
    return readNumber(this.#link.label, question, await wire.query(question));
  }
}

/** Empties the error queue: `-222,"Parameter data out of range"; …`. [2400S-900-01, "Error queue"] */
async function readErrors(wire: Wire): Promise<string> {
  const errors: string[] = [];
  while (errors.length < 10) {
    const error = await wire.query(':SYST:ERR?');
    if (/^[-+]?0\b/.test(error)) break;
    errors.push(error);
  }
  return errors.join('; ');
}
