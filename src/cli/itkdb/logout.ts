import { command } from '../command.ts';
import { type DatabaseArguments, tell, withConnection, withDatabase } from '../database/connection.ts';
import { environmentHere } from '../database/environmentHere.ts';

export default command<DatabaseArguments>({
  usage: 'logout',
  summary: 'forget the token',
  build: (parser) =>
    withDatabase(parser).example('$0 itkdb logout', 'nothing of the session is left on this machine'),
  run: (args) =>
    withConnection(args, { purpose: 'log in' }, async ({ session }) => {
      await session.logout();
      tell('Logged out: no token is kept on this machine.');
      if ((await environmentHere()).ITK_DB_AUTH)
        tell('ITK_DB_AUTH is still set in this shell: unset ITK_DB_AUTH.');
      return 0;
    }),
});
