interface SimulationMarks {
  station?: { simulated?: boolean };
  instruments?: readonly { simulated?: boolean }[];
}

/**
 * Whether anything in a record comes from simulated instruments: the station says so, or one of them did. A record that
 * does not say counts as simulated, for rule 11 has no doubtful cases.
 */
export function isSimulated({ station, instruments }: SimulationMarks): boolean {
  return station?.simulated !== false || (instruments ?? []).some(({ simulated }) => simulated === true);
}
