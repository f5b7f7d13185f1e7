import type { LvLine } from '../bench/lvLine.ts';
import { type CommandTable, type Outcome, ScpiInterpreter } from '../scpi/interpreter.ts';
import { type Read, readBoolean, readNumber, readWord, scpiError } from '../scpi/values.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from './simulatedInstrument.ts';

const outputs = 4;
const maximum = { voltage: 32.05, current: 10.01, overVoltage: 32.5 };
/** Bits of a channel's questionable register [HMP user manual, status system]. */
const channelStatus = { constantCurrent: 1, constantVoltage: 2, overVoltage: 1 << 9, fuse: 1 << 10 };

interface Channel {
  line: LvLine;
  selected: boolean;
  overVoltage: number;
  fuse: boolean;
  step: { voltage: number; current: number };
}

/**
 * Rohde & Schwarz HMP4040, four outputs. Commands act on the channel that INSTrument selected. An output is on when
 * its channel is selected (OUTPut:SELect) and the master switch (OUTPut:GENeral) is on; OUTPut[:STATe] ON does both.
 */
export function hmp4040(around: Surroundings): SimulatedInstrument {
  let at = 1;
  let master = false;
  const channels = Array.from({ length: outputs }, (_, k): Channel => {
    const line = around.lv(k + 1);
    line.limitCurrent(0.1);
    line.protect('over-voltage', maximum.overVoltage);
    return {
      line,
      selected: false,
      overVoltage: maximum.overVoltage,
      fuse: false,
      step: { voltage: 1, current: 0.1 },
    };
  });
  const channel = (numbers: readonly number[]) =>
    channels[(numbers[0] !== undefined && numbers[0] > 1 ? numbers[0] : at) - 1];
  const drive = () => {
    for (const { line, selected } of channels)
      if (line.on !== (selected && master)) line.switch(selected && master);
  };

  const set =
    <T>(
      read: (argument: string | undefined) => Read<T>,
      act: (value: T, c: Channel) => Outcome | undefined,
    ) =>
    (args: readonly string[], numbers: readonly number[]): Outcome => {
      const given = read(args[0]);
      if ('error' in given) return given.error;
      const target = channel(numbers);
      return target ? act(given.value, target) : scpiError.dataOutOfRange;
    };
  const get =
    (answer: (c: Channel) => string) =>
    (_: readonly string[], numbers: readonly number[]): Outcome => {
      const target = channel(numbers);
      return target ? answer(target) : scpiError.dataOutOfRange;
    };
  const volts = (c: Channel) => (argument: string | undefined) =>
    argument?.toUpperCase() === 'UP' || argument?.toUpperCase() === 'DOWN'
      ? { value: c.line.voltage + (argument.toUpperCase() === 'UP' ? 1 : -1) * c.step.voltage }
      : readNumber(argument, { min: 0, max: maximum.voltage, default: 0 });
  const writeVoltage = (args: readonly string[], numbers: readonly number[]): Outcome => {
    const target = channel(numbers);
    if (!target) return scpiError.dataOutOfRange;
    const given = volts(target)(args[0]);
    if ('error' in given) return given.error;
    // It resolves 1 mV.
    target.line.setVoltage(Number(given.value.toFixed(3)));
    return undefined;
  };
  const writeCurrent = set(
    (argument) => readNumber(argument, { min: 0, max: maximum.current, default: 0.1 }),
    (value, c) => {
      c.line.limitCurrent(Number(value.toFixed(4)));
      return undefined;
    },
  );
  const measured = (c: Channel) =>
    around.measured(`output ${c.line.channel}`, () => {
      const { voltage, current } = c.line.read();
      const noise = c.line.on ? around.random.gauss() : 0;
      return { voltage: Math.max(0, voltage + 4e-4 * noise), current: Math.max(0, current + 2e-4 * noise) };
    });

  const source: CommandTable = {
    '[:SOURce[n]]:VOLTage[:LEVel][:IMMediate][:AMPLitude]': writeVoltage,
    '[:SOURce[n]]:VOLTage[:LEVel][:IMMediate][:AMPLitude]?': get((c) => c.line.voltage.toFixed(3)),
    '[:SOURce[n]]:CURRent[:LEVel][:IMMediate][:AMPLitude]': writeCurrent,
    '[:SOURce[n]]:CURRent[:LEVel][:IMMediate][:AMPLitude]?': get((c) => c.line.currentLimit.toFixed(4)),
    '[:SOURce[n]]:VOLTage[:LEVel][:IMMediate]:STEP[:INCRement]': set(
      (argument) => readNumber(argument, { min: 0, max: maximum.voltage, default: 1 }),
      (value, c) => {
        c.step.voltage = value;
        return undefined;
      },
    ),
    '[:SOURce[n]]:VOLTage:PROTection[:LEVel]': set(
      (argument) =>
        readNumber(argument, { min: 0.1, max: maximum.overVoltage, default: maximum.overVoltage }),
      (value, c) => {
        c.overVoltage = value;
        c.line.protect('over-voltage', value);
        return undefined;
      },
    ),
    '[:SOURce[n]]:VOLTage:PROTection[:LEVel]?': get((c) => c.overVoltage.toFixed(3)),
    '[:SOURce[n]]:VOLTage:PROTection:TRIPped?': get((c) => (c.line.trip === 'over-voltage' ? '1' : '0')),
    '[:SOURce[n]]:VOLTage:PROTection:CLEar': (_, numbers) => {
      channel(numbers)?.line.clearTrip();
      return undefined;
    },
    ':FUSE[:STATe]': set(readBoolean, (value, c) => {
      c.fuse = value;
      return undefined;
    }),
    ':FUSE[:STATe]?': get((c) => (c.fuse ? '1' : '0')),
    ':FUSE:TRIPped?': get((c) => (c.line.trip === 'over-current' ? '1' : '0')),
    ':APPLy': (args, numbers) => {
      const first = writeVoltage(args.slice(0, 1), numbers);
      if (first !== undefined || args.length < 2) return first;
      return writeCurrent(args.slice(1), numbers);
    },
    ':APPLy?': get((c) => `${c.line.voltage.toFixed(3)}, ${c.line.currentLimit.toFixed(4)}`),
    ':MEASure[:SCALar]:CURRent[:DC]?': get((c) => measured(c).current.toFixed(4)),
    ':MEASure[:SCALar][:VOLTage][:DC]?': get((c) => measured(c).voltage.toFixed(3)),
    ':MEASure[:SCALar]:POWer[:DC]?': get((c) => (measured(c).current * measured(c).voltage).toFixed(4)),
  };

  const select: CommandTable = {
    ':INSTrument:NSELect': ([argument]) => {
      const given = readNumber(argument, { min: 1, max: outputs });
      if ('error' in given) return given.error;
      at = Math.trunc(given.value);
      return undefined;
    },
    ':INSTrument:NSELect?': () => String(at),
    ':INSTrument[:SELect]': ([argument]) => {
      const [, digit] = /^OUT(?:P|PUT)?([1-4])$/i.exec(argument ?? '') ?? [];
      if (digit === undefined) return scpiError.illegalParameterValue;
      at = Number(digit);
      return undefined;
    },
    ':INSTrument[:SELect]?': () => `OUTP${at}`,
    ':OUTPut[:STATe]': set(readBoolean, (on, c) => {
      c.selected = on;
      if (on) {
        master = true;
        c.line.clearTrip();
      }
      drive();
      return undefined;
    }),
    ':OUTPut[:STATe]?': get((c) => (c.line.readsOn ? '1' : '0')),
    ':OUTPut:SELect': set(readBoolean, (on, c) => {
      c.selected = on;
      drive();
      return undefined;
    }),
    ':OUTPut:SELect?': get((c) => (c.selected ? '1' : '0')),
    ':OUTPut:GENeral[:STATe]': set(readBoolean, (on) => {
      master = on;
      drive();
      return undefined;
    }),
    ':OUTPut:GENeral[:STATe]?': () => (master ? '1' : '0'),
  };

  const status: CommandTable = {
    ':STATus:PRESet': () => undefined,
    ':STATus:QUEStionable[:EVENt]?': () => '0',
    ':STATus:QUEStionable:CONDition?': () => '0',
    ':STATus:QUEStionable:INSTrument[:EVENt]?': () => '0',
  };
  const channelRegister = (_: readonly string[], [number = 1]: readonly number[]): Outcome => {
    const line = channels[number - 1]?.line;
    if (!line) return scpiError.dataOutOfRange;
    const mode = !line.on
      ? 0
      : line.read().mode === 'CC'
        ? channelStatus.constantCurrent
        : channelStatus.constantVoltage;
    const trip =
      line.trip === 'over-voltage'
        ? channelStatus.overVoltage
        : line.trip === 'over-current'
          ? channelStatus.fuse
          : 0;
    return String(mode | trip);
  };
  const perChannel: CommandTable = {
    ':STATus:QUEStionable:INSTrument:ISUMmary[n][:EVENt]?': channelRegister,
    ':STATus:QUEStionable:INSTrument:ISUMmary[n]:CONDition?': channelRegister,
  };

  const interpreter = new ScpiInterpreter({
    identity: () => `ROHDE&SCHWARZ,HMP4040,${around.serial},HW50020003/SW2.70`,
    commands: { ...source, ...select, ...status, ...perChannel, ...modes() },
    reset: () => {
      master = false;
      at = 1;
      for (const c of channels) {
        c.selected = false;
        c.fuse = false;
        c.overVoltage = maximum.overVoltage;
        c.line.protect('over-voltage', maximum.overVoltage);
      }
      drive();
      for (const { line } of channels) {
        line.setVoltage(0);
        line.limitCurrent(0.1);
      }
    },
  });
  return {
    framing: 'line',
    execute: (command) => textReply(interpreter.execute(commandText(command)), '\n'),
  };
}

function modes(): CommandTable {
  const nothing = () => undefined;
  const headers = ['LOCal', 'REMote', 'RWLock', 'MIX', 'BEEPer[:IMMediate]'].map((word) => `:SYSTem:${word}`);
  return {
    ...Object.fromEntries(headers.map((header) => [header, nothing])),
    ':SYSTem:BEEPer:STATe': (args) => {
      const read = readWord(args[0], ['ON', 'OFF', '1', '0']);
      return 'error' in read ? read.error : undefined;
    },
  };
}
