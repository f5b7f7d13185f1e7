import type { LvLine } from '../bench/lvLine.ts';
import type { Random } from '../chips/random.ts';
import { type CommandTable, type Handler, type Outcome, ScpiInterpreter } from '../scpi/interpreter.ts';
import { type Read, readBoolean, readNumber, scpiError } from '../scpi/values.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from './simulatedInstrument.ts';

const outputs = 4;
const maximum = { voltage: 32.05, current: 10.01, overVoltage: 32.5 };
/** Bits of a channel's questionable register [HMP user manual, "Status system"]. */
const channelStatus = { constantCurrent: 1, constantVoltage: 2, overVoltage: 1 << 9, fuse: 1 << 10 };

interface Channel {
  line: LvLine;
  selected: boolean;
  overVoltage: number;
  fuse: boolean;
  step: number;
}

/**
 * Rohde & Schwarz HMP4040, four outputs. Commands act on the channel that INSTrument selected. An output is on when
 * its channel is selected (OUTPut:SELect) and the master switch (OUTPut:GENeral) is on; OUTPut[:STATe] ON does both.
 */
export function hmp4040(around: Surroundings): SimulatedInstrument {
  const bank = new Bank(Array.from({ length: outputs }, (_, k) => around.lv(k + 1)));
  const interpreter = new ScpiInterpreter({
    identity: () => `ROHDE&SCHWARZ,HMP4040,${around.serial},HW50020003/SW2.70`,
    commands: {
      ...selectionCommands(bank),
      ...outputCommands(bank),
      ...levelCommands(bank),
      ...protectionCommands(bank),
      ...measuringCommands(bank, around),
      ...statusCommands(bank),
      ...accepted(),
    },
    reset: () => bank.reset(),
  });
  return {
    framing: 'line',
    execute: (command) => textReply(interpreter.execute(commandText(command)), '\n'),
  };
}

/** The four channels, which of them is meant, and the switch that is over all of them. */
class Bank {
  readonly channels: readonly Channel[];
  /** What INSTrument selected, counted from 1. */
  at = 1;
  master = false;

  constructor(lines: readonly LvLine[]) {
    this.channels = lines.map((line) => ({ line, selected: false, overVoltage: 0, fuse: false, step: 1 }));
    this.#atPowerOn();
  }

  /** The channel of a header's number, `SOURce2:VOLTage`; without a number, the selected one. */
  of(numbers: readonly number[]): Channel | undefined {
    const [number = 1] = numbers;
    return this.channels[(number > 1 ? number : this.at) - 1];
  }

  /** Lets each output follow its two switches. */
  drive(): void {
    for (const { line, selected } of this.channels) {
      const wanted = selected && this.master;
      if (line.on !== wanted) line.switch(wanted);
    }
  }

  reset(): void {
    this.at = 1;
    this.master = false;
    for (const channel of this.channels) channel.selected = false;
    this.drive();
    this.#atPowerOn();
    for (const { line } of this.channels) line.setVoltage(0);
  }

  #atPowerOn(): void {
    for (const channel of this.channels) {
      channel.fuse = false;
      channel.overVoltage = maximum.overVoltage;
      channel.line.protect('over-voltage', maximum.overVoltage);
      channel.line.limitCurrent(0.1);
    }
  }
}

/** A command that writes one value of a channel. */
function writes<T>(
  bank: Bank,
  read: (argument: string | undefined, channel: Channel) => Read<T>,
  write: (channel: Channel, value: T) => void,
): Handler {
  return ([argument], numbers): Outcome => {
    const channel = bank.of(numbers);
    if (!channel) return scpiError.dataOutOfRange;
    const given = read(argument, channel);
    if ('error' in given) return given.error;
    write(channel, given.value);
    return undefined;
  };
}

/** A query of a channel. */
function tells(bank: Bank, answer: (channel: Channel) => string): Handler {
  return (_, numbers) => {
    const channel = bank.of(numbers);
    return channel ? answer(channel) : scpiError.dataOutOfRange;
  };
}

const bit = (value: boolean) => (value ? '1' : '0');

function selectionCommands(bank: Bank): CommandTable {
  return {
    ':INSTrument:NSELect': ([argument]) => {
      const given = readNumber(argument, { min: 1, max: outputs });
      if ('error' in given) return given.error;
      bank.at = Math.trunc(given.value);
      return undefined;
    },
    ':INSTrument:NSELect?': () => String(bank.at),
    ':INSTrument[:SELect]': ([argument]) => {
      const [, digit] = /^OUT(?:P|PUT)?([1-4])$/i.exec(argument ?? '') ?? [];
      if (digit === undefined) return scpiError.illegalParameterValue;
      bank.at = Number(digit);
      return undefined;
    },
    ':INSTrument[:SELect]?': () => `OUTP${bank.at}`,
  };
}

function outputCommands(bank: Bank): CommandTable {
  return {
    ':OUTPut[:STATe]': writes(bank, readBoolean, (channel, on) => {
      channel.selected = on;
      if (on) {
        bank.master = true;
        channel.line.clearTrip();
      }
      bank.drive();
    }),
    ':OUTPut[:STATe]?': tells(bank, ({ line }) => bit(line.readsOn)),
    ':OUTPut:SELect': writes(bank, readBoolean, (channel, on) => {
      channel.selected = on;
      bank.drive();
    }),
    ':OUTPut:SELect?': tells(bank, ({ selected }) => bit(selected)),
    ':OUTPut:GENeral[:STATe]': writes(bank, readBoolean, (_, on) => {
      bank.master = on;
      bank.drive();
    }),
    ':OUTPut:GENeral[:STATe]?': () => bit(bank.master),
  };
}

function levelCommands(bank: Bank): CommandTable {
  // It resolves 1 mV and 0.1 mA.
  const writeVoltage = writes(bank, readVoltage, ({ line }, volts) =>
    line.setVoltage(Number(volts.toFixed(3))),
  );
  const writeCurrent = writes(
    bank,
    (argument) => readNumber(argument, { min: 0, max: maximum.current, default: 0.1 }),
    ({ line }, amperes) => line.limitCurrent(Number(amperes.toFixed(4))),
  );
  const voltage = '[:SOURce[n]]:VOLTage[:LEVel][:IMMediate][:AMPLitude]';
  const current = '[:SOURce[n]]:CURRent[:LEVel][:IMMediate][:AMPLitude]';
  return {
    [voltage]: writeVoltage,
    [`${voltage}?`]: tells(bank, ({ line }) => line.voltage.toFixed(3)),
    [current]: writeCurrent,
    [`${current}?`]: tells(bank, ({ line }) => line.currentLimit.toFixed(4)),
    '[:SOURce[n]]:VOLTage[:LEVel][:IMMediate]:STEP[:INCRement]': writes(
      bank,
      (argument) => readNumber(argument, { min: 0, max: maximum.voltage, default: 1 }),
      (channel, volts) => {
        channel.step = volts;
      },
    ),
    ':APPLy': (args, numbers) => {
      const first = writeVoltage(args.slice(0, 1), numbers);
      return first !== undefined || args.length < 2 ? first : writeCurrent(args.slice(1), numbers);
    },
    ':APPLy?': tells(bank, ({ line }) => `${line.voltage.toFixed(3)}, ${line.currentLimit.toFixed(4)}`),
  };
}

/** A voltage, or UP or DOWN by the step. */
function readVoltage(argument: string | undefined, { line, step }: Channel): Read<number> {
  const word = argument?.toUpperCase();
  const level = word === 'UP' ? line.voltage + step : word === 'DOWN' ? line.voltage - step : undefined;
  return readNumber(level === undefined ? argument : String(level), {
    min: 0,
    max: maximum.voltage,
    default: 0,
  });
}

function protectionCommands(bank: Bank): CommandTable {
  const header = '[:SOURce[n]]:VOLTage:PROTection';
  const limits = { min: 0.1, max: maximum.overVoltage, default: maximum.overVoltage };
  return {
    [`${header}[:LEVel]`]: writes(
      bank,
      (argument) => readNumber(argument, limits),
      (channel, volts) => {
        channel.overVoltage = volts;
        channel.line.protect('over-voltage', volts);
      },
    ),
    [`${header}[:LEVel]?`]: tells(bank, ({ overVoltage }) => overVoltage.toFixed(3)),
    [`${header}:TRIPped?`]: tells(bank, ({ line }) => bit(line.trip === 'over-voltage')),
    [`${header}:CLEar`]: (_, numbers) => {
      bank.of(numbers)?.line.clearTrip();
      return undefined;
    },
    ':FUSE[:STATe]': writes(bank, readBoolean, (channel, on) => {
      channel.fuse = on;
    }),
    ':FUSE[:STATe]?': tells(bank, ({ fuse }) => bit(fuse)),
    ':FUSE:TRIPped?': tells(bank, ({ line }) => bit(line.trip === 'over-current')),
  };
}

function measuringCommands(bank: Bank, around: Surroundings): CommandTable {
  const measured = ({ line }: Channel) =>
    around.measured(`output ${line.channel}`, () => withNoise(line, around.random));
  return {
    ':MEASure[:SCALar]:CURRent[:DC]?': tells(bank, (channel) => measured(channel).current.toFixed(4)),
    ':MEASure[:SCALar][:VOLTage][:DC]?': tells(bank, (channel) => measured(channel).voltage.toFixed(3)),
    ':MEASure[:SCALar]:POWer[:DC]?': tells(bank, (channel) => {
      const { voltage, current } = measured(channel);
      return (voltage * current).toFixed(4);
    }),
  };
}

function withNoise(line: LvLine, random: Random) {
  const { voltage, current } = line.read();
  const noise = line.on ? random.gauss() : 0;
  return { voltage: Math.max(0, voltage + 4e-4 * noise), current: Math.max(0, current + 2e-4 * noise) };
}

function statusCommands(bank: Bank): CommandTable {
  const ofChannel: Handler = (_, [number = 1]) => {
    const channel = bank.channels[number - 1];
    return channel ? String(statusOf(channel.line)) : scpiError.dataOutOfRange;
  };
  return {
    ':STATus:PRESet': () => undefined,
    ':STATus:QUEStionable[:EVENt]?': () => '0',
    ':STATus:QUEStionable:CONDition?': () => '0',
    ':STATus:QUEStionable:INSTrument[:EVENt]?': () => '0',
    ':STATus:QUEStionable:INSTrument:ISUMmary[n][:EVENt]?': ofChannel,
    ':STATus:QUEStionable:INSTrument:ISUMmary[n]:CONDition?': ofChannel,
  };
}

function statusOf(line: LvLine): number {
  if (line.trip === 'over-voltage') return channelStatus.overVoltage;
  if (line.trip === 'over-current') return channelStatus.fuse;
  if (!line.on) return 0;
  return line.read().mode === 'CC' ? channelStatus.constantCurrent : channelStatus.constantVoltage;
}

/** Taken without an effect on what can be measured here. */
function accepted(): CommandTable {
  const words = ['LOCal', 'REMote', 'RWLock', 'MIX', 'BEEPer[:IMMediate]', 'BEEPer:STATe'];
  return Object.fromEntries(words.map((word) => [`:SYSTem:${word}`, () => undefined]));
}
