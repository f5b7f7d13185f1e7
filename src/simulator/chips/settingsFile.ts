import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { Chip, Registers } from './chip.ts';

/**
 * What a read-out software keeps of each chip in files of its own, and programs again: registers, trims, masks. A station
 * that is started again for the same run finds the chips as they were left.
 */
export interface SettingsFile {
  path: string;
  /** What stands there is programmed into the chips that are made; else it is written over. */
  restore: boolean;
}

interface Settings {
  registers: Registers;
  /** One byte a pixel, deflated, in base64. */
  tdac: string;
  masked: string;
}

interface Content {
  /** Settings are of one module, and that is made from its seed. */
  seed: number;
  modules: Record<string, Record<string, Settings>>;
}

/** Programs a chip as it was left; one of which nothing is known stays as it was made. */
export function restorer(
  { path, restore }: SettingsFile,
  seed: number,
): (module: string, chip: Chip) => void {
  const content = restore ? read(path) : undefined;
  return (module, chip) => {
    const known = content?.seed === seed ? content.modules[module]?.[chip.id] : undefined;
    if (!known) return;
    chip.registers = known.registers;
    chip.tdac = unpacked(known.tdac);
    chip.masked = unpacked(known.masked);
  };
}

export async function writeSettings(
  path: string,
  seed: number,
  chips: Iterable<readonly [module: string, chip: Chip]>,
): Promise<void> {
  const content: Content = { seed, modules: {} };
  for (const [module, { id, registers, tdac, masked }] of chips) {
    content.modules[module] ??= {};
    content.modules[module][id] = {
      registers: { ...registers },
      tdac: await packed(tdac),
      masked: await packed(masked),
    };
  }
  await writeFileAtomically(path, `${JSON.stringify(content)}\n`);
}

function read(path: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    // No calibration of the chips came to its end.
    return undefined;
  }
}

async function packed(bytes: Uint8Array): Promise<string> {
  return (await promisify(deflate)(bytes.slice())).toString('base64');
}

function unpacked(text: string): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(text, 'base64')));
}
