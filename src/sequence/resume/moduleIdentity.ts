/** eFuse code by chip. */
export type ChipCodes = Readonly<Record<string, number>>;

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
  const known = Object.keys(chips).filter((chip) => read[chip] !== undefined);
  const same = known.every((chip) => read[chip] === chips[chip]);
  if (known.length > 0 && same) return 'the eFuse codes of its chips';
  if (known.length > 0 && certain) return undefined;
  return person;
}

/** The codes among the measurements of a module: `chip12_eFuseCode`. */
export function chipCodes(measurements: readonly { name: string; value?: number | undefined }[]): ChipCodes {
  return Object.fromEntries(
    measurements.flatMap(({ name, value }) => {
      const chip = /^chip(\d+)_eFuseCode$/.exec(name)?.[1];
      return chip === undefined || value === undefined ? [] : [[chip, value]];
    }),
  );
}
