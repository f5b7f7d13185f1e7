import { type CommandTable, ScpiInterpreter } from '../scpi/interpreter.ts';
import {
  exponential,
  type NumberLimits,
  readBoolean,
  readNumber,
  readWord,
  scpiError,
} from '../scpi/values.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from './simulatedInstrument.ts';

/** What each range can be programmed to [E3633A user's guide, "Output ratings"]. */
const ranges = {
  LOW: { name: 'P8V', voltage: 8.24, current: 20.6 },
  HIGH: { name: 'P20V', voltage: 20.6, current: 10.3 },
};
const print = (value: number) => exponential(value, 8);

/** Keysight (Agilent, HP) E3633A, one output with two ranges: its user's guide, chapter 4. */
export function keysightE3633A(around: Surroundings): SimulatedInstrument {
  const line = around.lv(1);
  let range: keyof typeof ranges = 'LOW';
  const protection = { 'over-voltage': { level: 22, on: true }, 'over-current': { level: 22, on: true } };
  const limits = (kind: 'voltage' | 'current'): NumberLimits => ({
    min: 0,
    max: ranges[range][kind],
    default: 0,
  });
  const apply = (kind: 'over-voltage' | 'over-current') =>
    line.protect(kind, protection[kind].on ? protection[kind].level : undefined);
  const powerOn = () => {
    range = 'LOW';
    for (const kind of ['over-voltage', 'over-current'] as const) {
      protection[kind] = { level: 22, on: true };
      apply(kind);
    }
    line.limitCurrent(ranges.LOW.current);
  };
  powerOn();

  const writeVoltage = (argument: string | undefined) => {
    const given = readNumber(argument, limits('voltage'));
    if ('error' in given) return given.error;
    line.setVoltage(given.value);
    return undefined;
  };
  const writeCurrent = (argument: string | undefined) => {
    const given = readNumber(argument, limits('current'));
    if ('error' in given) return given.error;
    line.limitCurrent(given.value);
    return undefined;
  };
  const measured = () =>
    around.measured('output', () => {
      const { voltage, current } = line.read();
      const noise = around.random.gauss();
      return { voltage: voltage + 3e-4 * noise, current: current + 3e-4 * noise };
    });
  const commands: CommandTable = {
    '[:SOURce]:VOLTage[:LEVel][:IMMediate][:AMPLitude]': ([argument]) => writeVoltage(argument),
    '[:SOURce]:VOLTage[:LEVel][:IMMediate][:AMPLitude]?': ([word]) =>
      boundOr(word, limits('voltage'), line.voltage),
    '[:SOURce]:CURRent[:LEVel][:IMMediate][:AMPLitude]': ([argument]) => writeCurrent(argument),
    '[:SOURce]:CURRent[:LEVel][:IMMediate][:AMPLitude]?': ([word]) =>
      boundOr(word, limits('current'), line.currentLimit),
    '[:SOURce]:VOLTage:RANGe': ([argument]) => {
      const word = readWord(argument, ['P8V', 'P20V', 'LOW', 'HIGH']);
      if ('error' in word) return word.error;
      range = word.value === 'P8V' || word.value === 'LOW' ? 'LOW' : 'HIGH';
      return undefined;
    },
    '[:SOURce]:VOLTage:RANGe?': () => ranges[range].name,
    ':OUTPut[:STATe]': ([argument]) => {
      const given = readBoolean(argument);
      if ('error' in given) return given.error;
      line.switch(given.value);
      return undefined;
    },
    ':OUTPut[:STATe]?': () => (line.readsOn ? '1' : '0'),
    ':APPLy': ([voltage, current]) => {
      const first = writeVoltage(voltage);
      return first !== undefined || current === undefined ? first : writeCurrent(current);
    },
    ':APPLy?': () => `"${line.voltage.toFixed(5)},${line.currentLimit.toFixed(5)}"`,
    ':MEASure[:SCALar]:CURRent[:DC]?': () => print(measured().current),
    ':MEASure[:SCALar][:VOLTage][:DC]?': () => print(measured().voltage),
    ...protectionCommands('VOLTage', 'over-voltage'),
    ...protectionCommands('CURRent', 'over-current'),
    ':SYSTem:REMote': () => undefined,
    ':SYSTem:LOCal': () => undefined,
    ':SYSTem:RWLock': () => undefined,
    ':SYSTem:BEEPer[:IMMediate]': () => undefined,
    ':DISPlay[:WINDow][:STATe]': () => undefined,
    ':STATus:QUEStionable:CONDition?': () => String(condition()),
    ':STATus:QUEStionable[:EVENt]?': () => String(condition()),
    ':STATus:QUEStionable:ENABle': () => undefined,
  };

  /** Bit 0: constant current; bit 1: constant voltage; bit 9: over-voltage; bit 10: over-current. */
  function condition(): number {
    const mode = !line.on ? 0 : line.read().mode === 'CC' ? 1 : 2;
    return mode | (line.trip === 'over-voltage' ? 1 << 9 : line.trip === 'over-current' ? 1 << 10 : 0);
  }

  function protectionCommands(name: string, kind: 'over-voltage' | 'over-current'): CommandTable {
    const header = `[:SOURce]:${name}:PROTection`;
    const own = { min: 0, max: 22, default: 22 };
    return {
      [`${header}[:LEVel]`]: ([argument]) => {
        const given = readNumber(argument, own);
        if ('error' in given) return given.error;
        protection[kind].level = given.value;
        apply(kind);
        return undefined;
      },
      [`${header}[:LEVel]?`]: ([word]) => boundOr(word, own, protection[kind].level),
      [`${header}:STATe`]: ([argument]) => {
        const given = readBoolean(argument);
        if ('error' in given) return given.error;
        protection[kind].on = given.value;
        apply(kind);
        return undefined;
      },
      [`${header}:STATe?`]: () => (protection[kind].on ? '1' : '0'),
      [`${header}:TRIPped?`]: () => (line.trip === kind ? '1' : '0'),
      // Clearing restores the output to what it was before the trip.
      [`${header}:CLEar`]: () => {
        if (line.trip === kind) line.switch(true);
        return undefined;
      },
    };
  }

  const interpreter = new ScpiInterpreter({
    identity: () => `HEWLETT-PACKARD,E3633A,${around.serial},2.1-5.0-1.0`,
    commands,
    errorQueue: 20,
    printError: (code) => (code >= 0 ? `+${code}` : String(code)),
    reset: () => {
      line.switch(false);
      line.setVoltage(0);
      powerOn();
    },
  });
  return {
    framing: 'line',
    execute: (command) => textReply(interpreter.execute(commandText(command)), '\r\n'),
  };
}

/** A query of a level, which MIN or MAX turns into one of its bounds. */
function boundOr(word: string | undefined, limits: NumberLimits, value: number): string | number {
  if (word === undefined) return print(value);
  const given = readNumber(word, limits);
  return 'error' in given ? scpiError.illegalParameterValue : print(given.value);
}
