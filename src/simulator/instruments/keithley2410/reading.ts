import { exponential, type Read, readWord, scpiError } from '../../scpi/values.ts';

/** What stands for a value that was not measured, and for one beyond the range [2400 manual, :FORMat:ELEMents]. */
export const notMeasured = 9.91e37;
export const overflow = 9.9e37;

/** Bits of the status element [2400 manual, :FORMat:ELEMents]. */
export const statusBit = {
  overflow: 1 << 0,
  filter: 1 << 1,
  front: 1 << 2,
  compliance: 1 << 3,
  measuresVoltage: 1 << 11,
  measuresCurrent: 1 << 12,
  measuresResistance: 1 << 13,
  sourcesVoltage: 1 << 14,
  sourcesCurrent: 1 << 15,
  rangeCompliance: 1 << 16,
};

/** One reading, its elements by their short names. */
export interface Sample {
  VOLT: number;
  CURR: number;
  RES: number;
  TIME: number;
  STAT: number;
}

type Element = keyof Sample;
const words = ['VOLTage', 'CURRent', 'RESistance', 'TIME', 'STATus'];
export const allElements: readonly Element[] = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'];

/** However they are named, elements come in the order of the manual. */
export function readElements(args: readonly string[]): Read<Element[]> {
  const chosen: string[] = [];
  for (const argument of args) {
    const word = readWord(argument, words);
    if ('error' in word) return word;
    chosen.push(word.value);
  }
  if (chosen.length === 0) return { error: scpiError.missingParameter };
  return { value: allElements.filter((element) => chosen.includes(element)) };
}

export function printSample(sample: Sample, elements: readonly Element[]): string {
  return elements.map((element) => exponential(sample[element], 6)).join(',');
}
