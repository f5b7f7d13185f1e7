import { addComponentComment, getComponent } from '../../itkdb/commands/components.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, withConnection, withDatabase } from '../database/connection.ts';

interface CommentArguments extends DatabaseArguments {
  component: string;
  text: string[];
}

export default command<CommentArguments>({
  usage: 'comment <component> <text..>',
  summary: 'comment on a component',
  build: (parser) =>
    withDatabase(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'serial number' })
      .positional('text', { type: 'string', array: true, demandOption: true, describe: 'what to say' })
      .example('$0 itkdb comment 20UPGM22110039 "scratch beside pad 12"', 'everybody can read it'),
  run: (args) =>
    withConnection(args, {}, async ({ client }) => {
      const { code } = await addComponentComment(client, args.component, args.text.join(' '));
      const { comments, serialNumber } = await getComponent(client, code);
      print(args.json, { component: serialNumber, comments }, () =>
        comments.map(({ dateTime, comment }) => `${dateTime.slice(0, 16)} ${comment}\n`).join(''),
      );
      return 0;
    }),
});
