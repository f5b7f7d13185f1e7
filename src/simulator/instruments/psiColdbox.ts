import type { Celsius } from '../../base/units.ts';
import type { Coldbox } from '../bench/coldbox.ts';
import { plates, relativeHumidity } from '../physics/coldPlate.ts';
import type { Reply, SimulatedInstrument, Surroundings } from './simulatedInstrument.ts';
import { commandText } from './simulatedInstrument.ts';

/** What getTECRegister reads through its slow bus, for all eight controllers. */
const busy = 0.05;

/**
 * The program tessie of the PSI coldbox, as its help describes it: `get X`, `set X value` and `cmd X`, with `tec n` before or
 * behind it, 0 or nothing meaning all eight. It finds words anywhere in a message, answers `get` and `cmd` on the same
 * topic, and `set` with nothing. [ursl/tessie, driveHardware.cc]
 */
export function psiColdbox(around: Surroundings): SimulatedInstrument {
  const box = around.coldbox();
  const registers = new Map<string, number[]>(
    Object.entries({ Mode: 1, ControlVoltage_Set: 0, PID_kp: 0.17, PID_ki: 0.015, PID_kd: 0.25 }).map(
      ([name, value]) => [name, Array.from({ length: plates }, () => value)],
    ),
  );
  const read = reader(box, around, registers);
  return {
    framing: 'message',
    execute: (bytes) => {
      const message = commandText(bytes);
      // What is heard here may be an answer, or somebody's help.
      if (message.startsWith('> ') || message.includes(' = ')) return {};
      const words = message.split(/\s+/);
      const tec = numberBehind(words, 'tec') ?? 0;
      const chosen = Array.from({ length: plates }, (_, k) => k + 1).filter((n) => tec === 0 || n === tec);
      const verb = ['get', 'set', 'cmd'].find((word) => words.includes(word));
      const what = verb === undefined ? '' : (words[words.indexOf(verb) + 1] ?? '');
      if (verb === 'get') return answer(read(what, chosen), what);
      if (verb === 'set') return set(box, registers, what, words[words.indexOf('set') + 2], chosen);
      if (verb === 'cmd') return command(box, what, chosen);
      return words.includes('help') ? { bytes: Buffer.from(help(around.serial)) } : {};
    },
    broadcast: () => [
      `Env = ${['Temp', 'Temp_W', 'RH', 'DP'].map((one) => read(one, [plates])).join(', ')}, 0, 0, 1, 1, 1`,
      `VAR = G1,Y${box.plates.some(({ on }) => on) ? 1 : 0},R0,L1,I1,D20,F1,T0`,
      `Temp_M = ${read('Temp_M', allPlates)}`,
      `PowerState = ${read('PowerState', allPlates)}`,
    ],
  };
}

const allPlates = Array.from({ length: plates }, (_, k) => k + 1);

type Reader = (what: string, chosen: readonly number[]) => string | undefined;

function reader(box: Coldbox, around: Surroundings, registers: ReadonlyMap<string, number[]>): Reader {
  const noisy = (name: string, value: () => number, noise = 0.01) =>
    around.measured(name, () => value() + noise * around.random.gauss()).toPrecision(6);
  const single: Record<string, () => string> = {
    Temp: () => noisy('Temp', () => box.air),
    DP: () => noisy('DP', () => box.dewPoint, 0.05),
    RH: () => noisy('RH', () => relativeHumidity(box.air, box.dewPoint), 0.002),
    valve0: () => 'off',
    valve1: () => 'on',
  };
  const each: Record<string, (plate: number) => string> = {
    Temp_M: (plate) => noisy(`Temp_M ${plate}`, () => box.temperature(plate)),
    Temp_W: () => noisy('Temp_W', () => 15),
    Temp_Set: (plate) => String(box.plates[plate - 1]!.set),
    // An integer read as a float, as the real one does it.
    PowerState: (plate) => (box.plates[plate - 1]!.on ? '1.4013e-45' : '0'),
    Error: () => '0',
  };
  return (what, chosen) => {
    const one = Object.hasOwn(single, what) ? single[what] : undefined;
    if (one) return one();
    const own = Object.hasOwn(each, what) ? each[what] : undefined;
    const kept = registers.get(what);
    if (!own && !kept) return undefined;
    return chosen.map((plate) => own?.(plate) ?? String(kept?.[plate - 1])).join(',');
  };
}

function answer(values: string | undefined, what: string): Reply {
  return values === undefined ? {} : { bytes: Buffer.from(`${what} = ${values}`), busy };
}

function set(
  box: Coldbox,
  registers: ReadonlyMap<string, number[]>,
  what: string,
  text: string | undefined,
  chosen: readonly number[],
): Reply {
  const value: Celsius = Number.parseFloat(text ?? '');
  if (!Number.isFinite(value)) return {};
  for (const plate of chosen) {
    if (what === 'Temp_Set') box.regulate(plate, { set: value });
    const kept = registers.get(what);
    if (kept) kept[plate - 1] = value;
  }
  return {};
}

function command(box: Coldbox, what: string, chosen: readonly number[]): Reply {
  if (what === 'Power_On') for (const plate of chosen) box.regulate(plate, { on: true });
  if (what === 'Power_Off') for (const plate of chosen) box.regulate(plate, { on: false });
  const values = what === 'GetSWVersion' ? chosen.map(() => 7).join(',') : '';
  return { bytes: Buffer.from(`${what} = ${values}`), busy };
}

function numberBehind(words: readonly string[], word: string): number | undefined {
  const at = words.indexOf(word);
  const value = at < 0 ? Number.NaN : Number(words[at + 1]);
  return Number.isInteger(value) && value >= 0 && value <= plates ? value : undefined;
}

/** The hostname begins with SIM, so that no client takes it for a real one. Each line is a message of its own. */
function help(hostname: string): string {
  return [
    '> ===================',
    `> hostname: ${hostname}`,
    '> thread:   ctrlTessie',
    '> ===================',
    '> cmd messages:',
    '> [tec {0|x}] cmd Power_On',
    '> [tec {0|x}] cmd Power_Off',
    '> [tec {0|x}] set Temp_Set 1.1',
    '> get Temp',
    '> get RH',
    '> get DP',
    '> [tec {0|x}] get Temp_M',
  ].join('\n');
}
