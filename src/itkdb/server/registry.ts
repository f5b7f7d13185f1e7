import type { LocalCommands } from './command.ts';
import { assemblyCommands } from './commands/assembly.ts';
import { attachmentCommands } from './commands/attachments.ts';
import { componentReads } from './commands/components.ts';
import { componentWrites } from './commands/componentWrites.ts';
import { definitionCommands } from './commands/definitions.ts';
import { registrationCommands } from './commands/registration.ts';
import { shipmentCommands } from './commands/shipments.ts';
import { testRunCommands } from './commands/testRuns.ts';
import { userCommands } from './commands/users.ts';

/** Every command of the local database, by its name in the URL. */
export const localCommands: LocalCommands = {
  ...assemblyCommands,
  ...attachmentCommands,
  ...componentReads,
  ...componentWrites,
  ...definitionCommands,
  ...registrationCommands,
  ...shipmentCommands,
  ...testRunCommands,
  ...userCommands,
};
