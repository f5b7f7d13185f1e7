import type { JsonObject } from '../json.ts';

/** What can go wrong between a client and the database; each happens at the place its name says. */
export type Fault =
  /** The connection is cut before the command is carried out. */
  | 'cut before'
  /** The command is carried out and its answer never sent. */
  | 'cut after'
  /** The command is carried out twice, as when something between repeats a request. */
  | 'twice'
  | 'server error'
  | 'server error after'
  | 'web page'
  | 'half an answer'
  | 'nothing';

/** Asked for each request, in the order in which they come. */
export type FaultSource = (request: { command: string; dtoIn: JsonObject }) => Fault | undefined;
