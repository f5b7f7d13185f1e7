import type { LvLine, Protection } from '../bench/lvLine.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from './simulatedInstrument.ts';

/** Numbers of the Execution Error Register [MX100T instruction manual, "Status Reporting"]. */
const executionError = { numeric: 100, invalid: 103 };
/** Bits of the standard event status register. */
const event = { operationComplete: 0x01, execution: 0x10, command: 0x20, powerOn: 0x80 };
/** Bits of a limit event status register; reading clears it [the same]. */
const limit = { constantVoltage: 1, constantCurrent: 2, overVoltage: 4, overCurrent: 8 };

interface Model {
  name: string;
  /** What each output can be set to at most, by its number minus one. */
  outputs: readonly { voltage: number; current: number }[];
  /** How a set-point is answered: `V1 4.000`, or `V 4.000` where there is one output. */
  numbered: boolean;
}

const mx100tp: Model = {
  name: 'MX100TP',
  outputs: [
    { voltage: 70, current: 6 },
    { voltage: 70, current: 6 },
    { voltage: 12, current: 3 },
  ],
  numbered: true,
};
const tsx1820p: Model = { name: 'TSX1820P', outputs: [{ voltage: 18.5, current: 20.2 }], numbered: false };

/** Aim-TTi MX100TP: three outputs, commands that are not SCPI, replies that end in CR LF. */
export const tti = (around: Surroundings) => ttiSupply(mx100tp, around);
/** Aim-TTi TSX1820P, the same family with one output, whose number may be left out. */
export const ttiTsx = (around: Surroundings) => ttiSupply(tsx1820p, around);

interface Output {
  number: number;
  line: LvLine;
  maximum: { voltage: number; current: number };
  step: { voltage: number; current: number };
  range: number;
  protection: Record<Protection, { level: number; on: boolean }>;
}

/** What a command comes to: a reply, nothing to say, or an error, which goes into a register. */
type Outcome = string | undefined | { error: number };
type OutputCommand = (output: Output, argument: string) => Outcome;
type InstrumentCommand = (argument: string) => Outcome;

function ttiSupply(model: Model, around: Surroundings): SimulatedInstrument {
  const outputs = model.outputs.map((maximum, k): Output => {
    const line = around.lv(k + 1);
    line.limitCurrent(1);
    return {
      number: k + 1,
      line,
      maximum,
      step: { voltage: 0.01, current: 0.01 },
      range: 1,
      protection: {
        'over-voltage': { level: maximum.voltage * 1.1, on: false },
        'over-current': { level: maximum.current * 1.1, on: false },
      },
    };
  });
  const registers = new Registers();
  const ofOutput = { ...levelCommands(model), ...protectionCommands(), ...measuringCommands(around) };
  const ofInstrument: Record<string, InstrumentCommand> = {
    '*IDN?': () => `THURLBY THANDAR, ${model.name}, ${around.serial}, 2.02-4.10`,
    ...registers.commands,
    ...allOutputs(outputs),
    ...accepted,
  };

  const carryOut = (text: string): string | undefined => {
    const [, header = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const word = header.toUpperCase();
    const command = ofInstrument[word] ?? forOutput(word);
    const outcome = command ? command(argument) : registers.notUnderstood();
    return typeof outcome === 'object' ? registers.refused(outcome.error) : outcome;
  };
  /** `V1`, `V1?`, `V1O?`, `V1V`, `OVP1`: letters, the number of the output, the rest. */
  const forOutput = (word: string): InstrumentCommand | undefined => {
    const [, letters = '', digits, rest = ''] = /^([A-Z]+?)(\d?)(O\?|V|\?)?$/.exec(word) ?? [];
    const output = outputs[(digits ? Number(digits) : model.numbered ? 0 : 1) - 1];
    const command = ofOutput[`${letters}${rest}`];
    return command && output && ((argument) => command(output, argument));
  };
  return {
    framing: 'line',
    execute: (command) => {
      const replies = commandText(command)
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(carryOut)
        .filter((reply) => reply !== undefined);
      return textReply(replies.length > 0 ? replies.join('\r\n') : undefined, '\r\n');
    },
  };
}

/** The status registers of IEEE 488.2, and the two in which these supplies tell their errors. */
class Registers {
  #events = event.powerOn;
  #eventEnable = 0;
  #serviceEnable = 0;
  #executionError = 0;

  readonly commands: Record<string, InstrumentCommand> = {
    '*CLS': () => {
      this.#events = 0;
      this.#executionError = 0;
      return undefined;
    },
    '*ESR?': () => {
      const value = this.#events;
      this.#events = 0;
      return String(value);
    },
    '*ESE': (argument) => {
      this.#eventEnable = Number(argument) & 0xff;
      return undefined;
    },
    '*ESE?': () => String(this.#eventEnable),
    '*SRE': (argument) => {
      this.#serviceEnable = Number(argument) & 0xff;
      return undefined;
    },
    '*SRE?': () => String(this.#serviceEnable),
    '*STB?': () => String((this.#events & this.#eventEnable) !== 0 ? 0x20 : 0),
    '*OPC': () => {
      this.#events |= event.operationComplete;
      return undefined;
    },
    '*OPC?': () => '1',
    'EER?': () => {
      const value = this.#executionError;
      this.#executionError = 0;
      return String(value);
    },
    'QER?': () => '0',
  };

  refused(error: number): undefined {
    this.#events |= event.execution;
    this.#executionError = error;
  }

  notUnderstood(): undefined {
    this.#events |= event.command;
  }
}

const fixed = (value: number) => value.toFixed(3);

function levelCommands({ numbered }: Model): Record<string, OutputCommand> {
  const named = (letter: string, { number }: Output) => `${letter}${numbered ? number : ''}`;
  const writeVoltage: OutputCommand = (output, argument) => write(output, 'voltage', argument);
  const writeCurrent: OutputCommand = (output, argument) => write(output, 'current', argument);
  const moveVoltage = (sign: 1 | -1): OutputCommand => {
    return (output) => write(output, 'voltage', String(output.line.voltage + sign * output.step.voltage));
  };
  const moveCurrent = (sign: 1 | -1): OutputCommand => {
    return (output) =>
      write(output, 'current', String(output.line.currentLimit + sign * output.step.current));
  };
  return {
    V: writeVoltage,
    // With verify: done when the voltage is there, which here is at once.
    VV: writeVoltage,
    'V?': (output) => `${named('V', output)} ${fixed(output.line.voltage)}`,
    I: writeCurrent,
    'I?': (output) => `${named('I', output)} ${fixed(output.line.currentLimit)}`,
    DELTAV: (output, argument) => writeStep(output, 'voltage', argument),
    'DELTAV?': ({ number, step }) => `DELTAV${number} ${fixed(step.voltage)}`,
    DELTAI: (output, argument) => writeStep(output, 'current', argument),
    'DELTAI?': ({ number, step }) => `DELTAI${number} ${fixed(step.current)}`,
    INCV: moveVoltage(1),
    INCVV: moveVoltage(1),
    DECV: moveVoltage(-1),
    DECVV: moveVoltage(-1),
    INCI: moveCurrent(1),
    DECI: moveCurrent(-1),
    OP: ({ line }, argument) => {
      const on = readSwitch(argument);
      if (on === undefined) return { error: executionError.numeric };
      line.switch(on);
      return undefined;
    },
    'OP?': ({ line }) => (line.readsOn ? '1' : '0'),
    VRANGE: (output, argument) => {
      if (output.line.on) return { error: executionError.invalid };
      output.range = Math.trunc(Number(argument)) || 1;
      return undefined;
    },
    'VRANGE?': ({ range }) => String(range),
  };
}

function readSwitch(argument: string): boolean | undefined {
  const value = argument === '' ? Number.NaN : Number(argument);
  return value === 0 || value === 1 ? value === 1 : undefined;
}

/** A level resolves 1 mV or 1 mA. */
function write({ line, maximum }: Output, kind: 'voltage' | 'current', argument: string): Outcome {
  const value = argument === '' ? Number.NaN : Number(argument);
  if (!(value >= 0 && value <= maximum[kind])) return { error: executionError.numeric };
  const rounded = Number(fixed(value));
  if (kind === 'voltage') line.setVoltage(rounded);
  else line.limitCurrent(rounded);
  return undefined;
}

function writeStep({ step, maximum }: Output, kind: 'voltage' | 'current', argument: string): Outcome {
  const value = argument === '' ? Number.NaN : Number(argument);
  if (!(value >= 0 && value <= maximum[kind])) return { error: executionError.numeric };
  step[kind] = value;
  return undefined;
}

function protectionCommands(): Record<string, OutputCommand> {
  const print = (letters: string, number: number, { level, on }: { level: number; on: boolean }) =>
    `${letters}${number} ${on ? fixed(level) : 'OFF'}`;
  return {
    OVP: (output, argument) => writeProtection(output, 'over-voltage', argument),
    'OVP?': ({ number, protection }) => print('VP', number, protection['over-voltage']),
    OCP: (output, argument) => writeProtection(output, 'over-current', argument),
    'OCP?': ({ number, protection }) => print('CP', number, protection['over-current']),
    'LSR?': ({ line }) => {
      const events = limitEvents(line);
      // A trip is told once; then only a new one is.
      line.clearTrip();
      return String(events);
    },
    LSE: () => undefined,
    'LSE?': () => '0',
  };
}

/** ON, OFF, or a level, which switches it on. */
function writeProtection(output: Output, kind: Protection, argument: string): Outcome {
  const own = output.protection[kind];
  const word = argument.toUpperCase();
  if (word === 'ON' || word === 'OFF') own.on = word === 'ON';
  else {
    const most = 1.2 * output.maximum[kind === 'over-voltage' ? 'voltage' : 'current'];
    const level = argument === '' ? Number.NaN : Number(argument);
    if (!(level >= 0 && level <= most)) return { error: executionError.numeric };
    own.level = level;
    own.on = true;
  }
  output.line.protect(kind, own.on ? own.level : undefined);
  return undefined;
}

function limitEvents(line: LvLine): number {
  if (line.trip === 'over-voltage') return limit.overVoltage;
  if (line.trip === 'over-current') return limit.overCurrent;
  if (!line.on) return 0;
  return line.read().mode === 'CC' ? limit.constantCurrent : limit.constantVoltage;
}

function measuringCommands({ measured, random }: Surroundings): Record<string, OutputCommand> {
  const read = ({ line }: Output, kind: 'voltage' | 'current') =>
    measured(`${kind} ${line.channel}`, () => {
      const noise = line.on ? 4e-4 * random.gauss() : 0;
      return Math.max(0, line.read()[kind] + noise);
    });
  return {
    'VO?': (output) => `${fixed(read(output, 'voltage'))}V`,
    'IO?': (output) => `${fixed(read(output, 'current'))}A`,
  };
}

function allOutputs(outputs: readonly Output[]): Record<string, InstrumentCommand> {
  return {
    '*RST': () => {
      for (const { line } of outputs) {
        line.switch(false);
        line.setVoltage(0);
        line.limitCurrent(1);
      }
      return undefined;
    },
    OPALL: (argument) => {
      const on = readSwitch(argument);
      if (on === undefined) return { error: executionError.numeric };
      for (const { line } of outputs) line.switch(on);
      return undefined;
    },
    TRIPRST: () => {
      for (const { line } of outputs) line.clearTrip();
      return undefined;
    },
  };
}

/** Taken, or answered, without an effect on what can be measured here. */
const accepted: Record<string, InstrumentCommand> = {
  '*TST?': () => '0',
  '*WAI': () => undefined,
  '*TRG': () => undefined,
  '*SAV': () => undefined,
  '*RCL': () => undefined,
  CONFIG: () => undefined,
  'CONFIG?': () => '2',
  RATIO: () => undefined,
  LOCAL: () => undefined,
  // Without an argument it asks for the lock, and gets it: nobody else could. With one it sets it, and says nothing.
  IFLOCK: (argument) => (argument === '' ? '1' : undefined),
  'IFLOCK?': () => '0',
  IFUNLOCK: () => '0',
  'ADDRESS?': () => '11',
  'IPADDR?': () => '127.0.0.1',
  ...Object.fromEntries(
    ['DAMPING', 'ONACTION', 'ONDELAY', 'OFFACTION', 'OFFDELAY', 'SENSE'].flatMap((word) =>
      ['', '1', '2', '3'].map((number) => [`${word}${number}`, () => undefined]),
    ),
  ),
};
