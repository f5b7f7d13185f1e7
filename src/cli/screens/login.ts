import type { SimulationArguments } from '../running/simulationOptions.ts';

/** Who sits at which station, as the command line says it. */
export interface Login {
  config: string;
  station: string | undefined;
  /** Where runs go, if not where station.json says. */
  directory: string | undefined;
  /** Login name. */
  user: string;
  operator: string;
  simulation: SimulationArguments;
  /** The same as words of a command line, for other commands. */
  words: readonly string[];
}
