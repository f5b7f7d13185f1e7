import { getUser } from '../../itkdb/commands/definitions.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, withConnection, withDatabase } from '../database/connection.ts';

export default command<DatabaseArguments>({
  usage: 'whoami',
  summary: 'who is logged in, with which rights, until when',
  build: (parser) =>
    withDatabase(parser).example(
      '$0 itkdb whoami',
      'your role at each institute, and how long the token lasts',
    ),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client, session }) => {
      const token = await session.token();
      const user = await getUser(client, token.userIdentity);
      const { expires } = token;
      print(args.json, { ...user, database: client.name, expires }, () =>
        [
          `${user.name || token.name} (${token.userIdentity}) at ${client.name}`,
          ...user.institutions.map(({ code, name, role }) => `  ${code}  ${name}: ${role}`),
          `  token until ${new Date(expires).toLocaleString()}`,
          '',
        ].join('\n'),
      );
      return 0;
    }),
});
