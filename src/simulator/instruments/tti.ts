import type { LvLine } from '../bench/lvLine.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from './simulatedInstrument.ts';

/** Numbers of the Execution Error Register [MX100T instruction manual, "Status Reporting"]. */
const executionError = { numeric: 100, invalid: 103 };
/** Bits of a limit event status register; reading clears it [the same]. */
const limitStatus = { constantVoltage: 1, constantCurrent: 2, overVoltage: 4, overCurrent: 8 };

interface Model {
  name: string;
  /** What each output can be set to at most, by its number minus one. */
  outputs: readonly { voltage: number; current: number }[];
  /** How a set-point is answered: `V1 4.000`, or `V 4.000` where there is one output. */
  numbered: boolean;
}

const models = {
  TTI: {
    name: 'MX100TP',
    outputs: [
      { voltage: 70, current: 6 },
      { voltage: 70, current: 6 },
      { voltage: 12, current: 3 },
    ],
    numbered: true,
  },
  TTITSX: { name: 'TSX1820P', outputs: [{ voltage: 18.5, current: 20.2 }], numbered: false },
} as const satisfies Record<string, Model>;

interface Output {
  line: LvLine;
  step: { voltage: number; current: number };
  range: number;
  protection: {
    'over-voltage': { level: number; on: boolean };
    'over-current': { level: number; on: boolean };
  };
}

/** Aim-TTi MX100TP: three outputs, commands that are not SCPI, replies that end in CR LF. */
export const tti = (around: Surroundings) => ttiSupply(models.TTI, around);
/** Aim-TTi TSX1820P, the same family with one output, whose number may be left out. */
export const ttiTsx = (around: Surroundings) => ttiSupply(models.TTITSX, around);

function ttiSupply(model: Model, around: Surroundings): SimulatedInstrument {
  let eventStatus = 0x80;
  let eventEnable = 0;
  let serviceEnable = 0;
  let executionErrors = 0;
  const outputs = model.outputs.map(({ voltage, current }, k): Output => {
    const line = around.lv(k + 1);
    line.limitCurrent(1);
    return {
      line,
      step: { voltage: 0.01, current: 0.01 },
      range: 1,
      protection: {
        'over-voltage': { level: voltage * 1.1, on: false },
        'over-current': { level: current * 1.1, on: false },
      },
    };
  });

  const refuse = (error: number): undefined => {
    eventStatus |= 0x10;
    executionErrors = error;
    return undefined;
  };
  const notUnderstood = (): undefined => {
    eventStatus |= 0x20;
    return undefined;
  };
  const nr2 = (value: number) => value.toFixed(3);
  const prefix = (letter: string, number: number) => `${letter}${model.numbered ? number : ''}`;
  const protect = (output: Output, kind: 'over-voltage' | 'over-current') => {
    const { level, on } = output.protection[kind];
    output.line.protect(kind, on ? level : undefined);
  };

  const measured = ({ line }: Output, kind: 'voltage' | 'current') =>
    around.measured(`${kind} ${line.channel}`, () => {
      const noise = line.on ? 4e-4 * around.random.gauss() : 0;
      return Math.max(0, line.read()[kind] + noise);
    });
  const write = (output: Output, number: number, kind: 'voltage' | 'current', value: number): undefined => {
    if (!(value >= 0 && value <= model.outputs[number - 1]![kind])) return refuse(executionError.numeric);
    // It resolves 1 mV and 1 mA.
    const rounded = Number(value.toFixed(3));
    if (kind === 'voltage') output.line.setVoltage(rounded);
    else output.line.limitCurrent(rounded);
    return undefined;
  };

  /** Commands that name an output: `V1 4`, `OP1?`, `V1O?`. */
  const forOutput: Record<string, (output: Output, number: number, argument: string) => string | undefined> =
    {
      V: (o, n, argument) => write(o, n, 'voltage', Number(argument)),
      'V?': (o, n) => `${prefix('V', n)} ${nr2(o.line.voltage)}`,
      // With verify: done when the voltage is there, which here is at once.
      VV: (o, n, argument) => write(o, n, 'voltage', Number(argument)),
      I: (o, n, argument) => write(o, n, 'current', Number(argument)),
      'I?': (o, n) => `${prefix('I', n)} ${nr2(o.line.currentLimit)}`,
      'VO?': (o) => `${nr2(measured(o, 'voltage'))}V`,
      'IO?': (o) => `${nr2(measured(o, 'current'))}A`,
      OP: (o, _, argument) => {
        const value = Number(argument);
        if (argument === '' || (value !== 0 && value !== 1)) return refuse(executionError.numeric);
        o.line.switch(value === 1);
        return undefined;
      },
      'OP?': (o) => (o.line.readsOn ? '1' : '0'),
      OVP: (o, n, argument) => writeProtection(o, n, 'over-voltage', argument),
      'OVP?': (o, n) => printProtection('VP', n, o.protection['over-voltage']),
      OCP: (o, n, argument) => writeProtection(o, n, 'over-current', argument),
      'OCP?': (o, n) => printProtection('CP', n, o.protection['over-current']),
      VRANGE: (o, _, argument) => {
        if (o.line.on) return refuse(executionError.invalid);
        o.range = Math.trunc(Number(argument)) || 1;
        return undefined;
      },
      'VRANGE?': (o) => String(o.range),
      DELTAV: (o, _, argument) => {
        o.step.voltage = Math.abs(Number(argument)) || 0;
        return undefined;
      },
      'DELTAV?': (o, n) => `DELTAV${n} ${nr2(o.step.voltage)}`,
      DELTAI: (o, _, argument) => {
        o.step.current = Math.abs(Number(argument)) || 0;
        return undefined;
      },
      'DELTAI?': (o, n) => `DELTAI${n} ${nr2(o.step.current)}`,
      INCV: (o, n) => write(o, n, 'voltage', o.line.voltage + o.step.voltage),
      DECV: (o, n) => write(o, n, 'voltage', o.line.voltage - o.step.voltage),
      INCI: (o, n) => write(o, n, 'current', o.line.currentLimit + o.step.current),
      DECI: (o, n) => write(o, n, 'current', o.line.currentLimit - o.step.current),
      'LSR?': (o) => {
        const events = limitEvents(o.line);
        // A trip is told once; then only a new one is.
        o.line.clearTrip();
        return String(events);
      },
      LSE: () => undefined,
      'LSE?': () => '0',
      DAMPING: () => undefined,
      ONACTION: () => undefined,
      ONDELAY: () => undefined,
      OFFACTION: () => undefined,
      OFFDELAY: () => undefined,
      SENSE: () => undefined,
      SAV: () => undefined,
      RCL: () => undefined,
    };

  const writeProtection = (
    output: Output,
    number: number,
    kind: 'over-voltage' | 'over-current',
    argument: string,
  ): undefined => {
    const own = output.protection[kind];
    const word = argument.toUpperCase();
    if (word === 'ON' || word === 'OFF') own.on = word === 'ON';
    else {
      const most = 1.2 * model.outputs[number - 1]![kind === 'over-voltage' ? 'voltage' : 'current'];
      const level = Number(argument);
      if (argument === '' || !(level >= 0 && level <= most)) return refuse(executionError.numeric);
      own.level = level;
      own.on = true;
    }
    protect(output, kind);
    return undefined;
  };
  const printProtection = (letters: string, number: number, { level, on }: { level: number; on: boolean }) =>
    `${letters}${number} ${on ? nr2(level) : 'OFF'}`;

  /** Commands of the whole instrument. */
  const forAll: Record<string, (argument: string) => string | undefined> = {
    '*IDN?': () => `THURLBY THANDAR, ${model.name}, ${around.serial}, 2.02-4.10`,
    '*RST': () => {
      for (const output of outputs) {
        output.line.switch(false);
        output.line.setVoltage(0);
        output.line.limitCurrent(1);
      }
      return undefined;
    },
    '*CLS': () => {
      eventStatus = 0;
      executionErrors = 0;
      return undefined;
    },
    '*ESR?': () => {
      const value = eventStatus;
      eventStatus = 0;
      return String(value);
    },
    '*ESE': (argument) => {
      eventEnable = Number(argument) & 0xff;
      return undefined;
    },
    '*ESE?': () => String(eventEnable),
    '*SRE': (argument) => {
      serviceEnable = Number(argument) & 0xff;
      return undefined;
    },
    '*SRE?': () => String(serviceEnable),
    '*STB?': () => String((eventStatus & eventEnable) !== 0 ? 0x20 : 0),
    '*OPC': () => {
      eventStatus |= 0x01;
      return undefined;
    },
    '*OPC?': () => '1',
    '*TST?': () => '0',
    '*WAI': () => undefined,
    '*TRG': () => undefined,
    'EER?': () => {
      const value = executionErrors;
      executionErrors = 0;
      return String(value);
    },
    'QER?': () => '0',
    OPALL: (argument) => {
      for (const [k, output] of outputs.entries()) forOutput.OP?.(output, k + 1, argument);
      return undefined;
    },
    TRIPRST: () => {
      for (const output of outputs) output.line.clearTrip();
      return undefined;
    },
    CONFIG: () => undefined,
    'CONFIG?': () => '2',
    RATIO: () => undefined,
    // 1: this interface holds, or held, the lock; nobody else could.
    IFLOCK: () => '1',
    'IFLOCK?': () => '0',
    IFUNLOCK: () => '0',
    LOCAL: () => undefined,
    'ADDRESS?': () => '11',
    'IPADDR?': () => '127.0.0.1',
  };

  const execute = (text: string): string | undefined => {
    const [, header = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const word = header.toUpperCase();
    // `IFLOCK 0` and `IFLOCK 1` set the lock without a reply.
    if (word === 'IFLOCK' && argument !== '') return undefined;
    const all = forAll[word];
    if (all) return all(argument);
    // V1, V1?, V1O?, V1V, OVP1: letters, the number of the output, the rest. With one output the number may be left out.
    const [, letters = '', digits, rest = ''] = /^([A-Z]+?)(\d?)(O\?|V|\?)?$/.exec(word) ?? [];
    const number = digits ? Number(digits) : model.numbered ? 0 : 1;
    const output = outputs[number - 1];
    const action =
      forOutput[`${letters}${rest}`] ?? (rest === 'V' ? forOutput[letters] : undefined) ?? forOutput[word];
    if (!action || !output) return notUnderstood();
    return action(output, number, argument);
  };

  return {
    framing: 'line',
    execute: (command) => {
      const replies = commandText(command)
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(execute)
        .filter((reply) => reply !== undefined);
      return textReply(replies.length > 0 ? replies.join('\r\n') : undefined, '\r\n');
    },
  };
}

function limitEvents(line: LvLine): number {
  const trip =
    line.trip === 'over-voltage'
      ? limitStatus.overVoltage
      : line.trip === 'over-current'
        ? limitStatus.overCurrent
        : 0;
  if (!line.on) return trip;
  return trip | (line.read().mode === 'CC' ? limitStatus.constantCurrent : limitStatus.constantVoltage);
}
