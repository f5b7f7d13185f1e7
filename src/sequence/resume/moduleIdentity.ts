import { type ChipCodes, otherChips } from '../../station/chipCodes.ts';

/** By what the module of a resumed run is known to be the one that it began with. */
export interface ExpectedModule {
  /** Index of the module. */
  module: string;
  /** The codes that its chips should have. */
  chips?: ChipCodes;
  /** They were read in this run: other chips are another module. Else they are what modules.json says. */
  certain: boolean;
  /** Who says that it is the same: a person who scanned it, `--module`, the seed of a simulation. */
  confirmedBy?: string;
}

/** Undefined: nobody can say so, or it is not. */
export function confirmedBy(expected: ExpectedModule | undefined, read: ChipCodes): string | undefined {
  const { chips = {}, certain = false, confirmedBy: person } = expected ?? {};
  const isKnown = Object.keys(chips).some((chip) => read[chip] !== undefined);
  if (isKnown && otherChips(chips, read).length === 0) return 'the eFuse codes of its chips';
  return isKnown && certain ? undefined : person;
}
