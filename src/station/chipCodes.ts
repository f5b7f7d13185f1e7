import { isObject } from './json.ts';

/** eFuse code by chip. */
export type ChipCodes = Readonly<Record<string, number>>;

/**
 * The codes that the text of modules.json has for a module. A chip with none, or with 0, was not read yet, and neither was
 * one that has its code in common with another: no two chips have, and dirigent's own examples give all the same. A code
 * that is no number, decimal or hexadecimal, can be compared with nothing. A text that is no JSON has none.
 */
export function codesInModulesJson(text: string, index: string): ChipCodes {
  const root = parsed(text);
  const chipTypes = [root, ...Object.values(at(root, 'OpticalGroup'))].flatMap((one) =>
    Object.values(at(at(one, 'Hybrid'), index)),
  );
  const codes = chipTypes.flatMap((chips) =>
    Object.keys(isObject(chips) ? chips : {}).flatMap((id) => {
      const code = numberOf(at(chips, id).eFuseCode);
      return /^\d+$/.test(id) && code ? [[id, code] as const] : [];
    }),
  );
  const isShared = (code: number) => codes.filter(([, other]) => other === code).length > 1;
  return Object.fromEntries(codes.filter(([, code]) => !isShared(code)));
}

/** A chip that is not the one that was expected. */
export interface OtherChip {
  chip: string;
  expected: number;
  read: number;
}

/** The chips whose codes are known on both sides and differ. */
export function otherChips(expected: ChipCodes, read: ChipCodes): OtherChip[] {
  return Object.entries(expected).flatMap(([chip, code]) => {
    const found = read[chip];
    return found === undefined || found === code ? [] : [{ chip, expected: code, read: found }];
  });
}

function numberOf(code: unknown): number | undefined {
  if (typeof code === 'number') return code;
  if (typeof code !== 'string') return undefined;
  if (/^\s*\d+\s*$/.test(code)) return Number(code);
  return /^\s*(0x)?[\da-f]+\s*$/i.test(code) ? Number.parseInt(code, 16) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function at(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : {};
}
