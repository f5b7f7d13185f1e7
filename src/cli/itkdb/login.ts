import { keepNothing, tokenStore } from '../../itkdb/client/tokenStore.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, tell, withConnection, withDatabase } from '../database/connection.ts';
import { environmentHere } from '../database/environmentHere.ts';

interface LoginArguments extends DatabaseArguments {
  export: boolean;
}

export default command<LoginArguments>({
  usage: 'login',
  summary: 'log in with the two access codes; the token is kept until it expires',
  build: (parser) =>
    withDatabase(parser)
      .option('export', {
        type: 'boolean',
        default: false,
        describe: 'print the token as a shell assignment instead of keeping it',
      })
      .example('$(baton itkdb login --export)', 'for a shell and the Python scripts: sets ITK_DB_AUTH'),
  run: (args) =>
    withConnection(args, { purpose: 'log in' }, async ({ session, settings }) => {
      const token = await session.login();
      if (args.export) {
        // To a shell and nowhere else: the one place where a token is shown, for it was asked for.
        const value = token.bearer.reveal();
        process.stdout.write(
          process.platform === 'win32' ? `$env:ITK_DB_AUTH = '${value}'\n` : `export ITK_DB_AUTH=${value}\n`,
        );
        await session.forgetKept();
        return 0;
      }
      const kept = (await tokenStore(settings, args.local ? {} : await environmentHere())) !== keepNothing;
      print(
        args.json,
        { name: token.name, userIdentity: token.userIdentity, expires: token.expires, kept },
        () =>
          `Logged in as ${token.name} (${token.userIdentity}) until ${new Date(token.expires).toLocaleTimeString()}.\n`,
      );
      if (!kept)
        tell(
          'The token is not kept: there is no runtime directory of yours alone (XDG_RUNTIME_DIR). Each command asks anew; `login --export` sets it for a shell.',
        );
      return 0;
    }),
});
