import { listMyComponents } from '../../itkdb/commands/components.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, withConnection, withDatabase } from '../database/connection.ts';
import { printComponents } from './componentTable.ts';

interface MineArguments extends DatabaseArguments {
  project?: string;
}

export default command<MineArguments>({
  usage: 'mine',
  summary: 'list the components that you registered',
  build: (parser) =>
    withDatabase(parser)
      .option('project', { type: 'string', describe: 'only of this project, such as P' })
      .example('$0 itkdb mine --project P', 'with where each is, and its stage'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client }) => {
      await printComponents(
        listMyComponents(client, args.project ? { project: args.project } : {}),
        args.json,
      );
      return 0;
    }),
});
