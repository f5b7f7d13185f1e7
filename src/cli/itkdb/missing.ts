import { BatonError } from '../../base/errors.ts';
import { getComponent } from '../../itkdb/commands/components.ts';
import { missingTests } from '../../itkdb/missingTests.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, withConnection, withDatabase } from '../database/connection.ts';

interface MissingArguments extends DatabaseArguments {
  component: string;
  stage?: string;
}

export default command<MissingArguments>({
  usage: 'missing <component>',
  summary: 'which tests a component still needs at its stage',
  build: (parser) =>
    withDatabase(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'serial number' })
      .option('stage', { type: 'string', describe: 'default: the one at which it is' })
      .example('$0 itkdb missing 20UPGM22110039', 'before the module goes on')
      .epilogue('Exit code 0: nothing is missing. 1: something is.'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client, definitions }) => {
      const component = await getComponent(client, args.component);
      const type = await definitions.componentType(component.project, component.componentType);
      const stage = args.stage ?? component.currentStage;
      // Not to know what is wanted is not the same as to miss nothing.
      if (!type?.stages.some(({ code }) => code === stage))
        throw new BatonError({
          code: 'E8026',
          what: `The database does not describe stage ${stage ?? '(none)'} of ${component.componentType}.`,
          remedy: `Its stages: ${type?.stages.map(({ code }) => code).join(', ') || 'none are known'}.`,
        });
      const missing = missingTests(component, type, stage);
      print(args.json, { component: component.serialNumber, stage, missing }, () =>
        missing.length === 0
          ? `Nothing is missing at ${stage}.\n`
          : `At ${stage}:\n${missing.map(({ testType, why }) => `  ${testType}: ${why}\n`).join('')}`,
      );
      return missing.length === 0 ? 0 : 1;
    }),
});
