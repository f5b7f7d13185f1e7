import type { ChipState } from '../moduleState.ts';
import { type Chip, defaultRegisters, largestRegister, type Registers } from './chip.ts';
import { depletionOf, type Injection, noiseScan, pixelAlive } from './pixelScans.ts';
import { good, pixels } from './pixels.ts';
import { sCurveScan } from './sCurve.ts';
import { adjustThreshold, equalize } from './tuning.ts';
import { readSupplyVoltages, sweepTrim } from './voltages.ts';

/** The arguments of a command as they came over the socket: checked one by one where they are used. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What one chip does when asked. Maps leave as little-endian bytes in base64. */
export const chipCommands: Record<string, (chip: Chip, args: Arguments, module: ChipState) => unknown> = {
  info: (chip) => ({ eFuseCode: chip.eFuseCode, registers: chip.registers }),

  configure(chip, args) {
    const unknown = Object.keys(args).filter((name) => !(name in defaultRegisters));
    if (unknown.length > 0) throw new BadRequest(`no register ${unknown.join(', ')}`);
    for (const name of Object.keys(args) as (keyof Registers)[])
      chip.registers[name] = whole(args, name, 0, largestRegister[name]);
    return { registers: chip.registers };
  },

  temperature: (chip, _args, module) => ({
    celsius: Math.round((module.temperature + 0.05 * chip.chance.gauss()) * 100) / 100,
  }),

  voltages: (chip, _args, module) => readSupplyVoltages(chip, module),

  sweepTrim: (chip, args, module) => ({
    voltages: sweepTrim(chip, oneOf(args, 'which', ['VDDA', 'VDDD']), module),
  }),

  pixelAlive(chip, args, module) {
    const injection = oneOf<Injection>(args, 'injection', ['self', 'coupled', 'uncoupled']);
    const charge = whole(args, 'charge', 1, 100_000);
    const hits = pixelAlive(chip, charge, injection, whole(args, 'injections', 1, 1000), depletionOf(module));
    return { hits: base64(hits) };
  },

  noiseScan: (chip, args, module) => ({
    hits: base64(noiseScan(chip, whole(args, 'triggers', 1, 100_000_000), depletionOf(module))),
  }),

  sCurve(chip, args, module) {
    const charges = {
      from: whole(args, 'from', 0, 60_000),
      to: whole(args, 'to', 1, 60_000),
      step: whole(args, 'step', 1, 1000),
    };
    const scan = sCurveScan(chip, charges, whole(args, 'injections', 1, 1000), depletionOf(module));
    return { threshold: base64(scan.threshold), noise: base64(scan.noise) };
  },

  adjustThreshold: (chip, args, module) => ({
    tried: adjustThreshold(chip, whole(args, 'target', 100, 10_000), depletionOf(module)),
    registers: chip.registers,
  }),

  equalize(chip, args, module) {
    equalize(chip, whole(args, 'target', 100, 10_000), whole(args, 'step', 1, 16), depletionOf(module));
    return { tdac: base64(chip.tdac) };
  },

  injectionDelay(chip) {
    const efficiency = Array.from({ length: 64 }, (_, delay) => {
      const inTime = 1 / (1 + Math.exp((Math.abs(delay - chip.injectionDelay) - 8) * 1.5));
      return Math.round(inTime * 1000) / 1000;
    });
    return { efficiency };
  },

  mask(chip, args) {
    const list = args.pixels;
    if (!Array.isArray(list) || !list.every((at) => Number.isInteger(at) && at >= 0 && at < pixels))
      throw new BadRequest('pixels: a list of pixel numbers is wanted');
    for (const at of list as number[]) chip.masked[at] = 1;
    return { masked: chip.masked.reduce((sum, one) => sum + (one === good ? 0 : 1), 0) };
  },
};

/** The client asked for something that does not exist. */
export class BadRequest extends Error {}

function base64(map: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(map.buffer, map.byteOffset, map.byteLength).toString('base64');
}

function whole(args: Arguments, name: string, least: number, most: number): number {
  const value = args[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BadRequest(`${name}: a whole number from ${least} to ${most} is wanted`);
}

function oneOf<T extends string>(args: Arguments, name: string, words: readonly T[]): T {
  const value = args[name];
  const found = words.find((word) => word === value);
  if (found === undefined) throw new BadRequest(`${name}: one of ${words.join(', ')} is wanted`);
  return found;
}
