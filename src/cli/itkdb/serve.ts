import { once } from 'node:events';
import { notTheProductionDatabase } from '../../itkdb/client/locality.ts';
import { localPlaces } from '../../itkdb/places.ts';
import { serveLocalDatabase } from '../../itkdb/server/serve.ts';
import { command } from '../command.ts';
import { aboutStation, tell } from '../database/connection.ts';
import { type ConfigArguments, withConfig } from '../options.ts';

interface ServeArguments extends ConfigArguments {
  port: number;
  file?: string;
  tokenLifetime: number;
}

export default command<ServeArguments>({
  usage: 'serve',
  summary: 'start the local database on loopback, for training and tests; Ctrl-C ends it',
  build: (parser) =>
    withConfig(parser)
      .option('port', { type: 'number', default: 0, describe: '0: one that is free' })
      .option('file', { type: 'string', describe: 'SQLite file; default: the one beside the runs' })
      .option('token-lifetime', {
        type: 'number',
        default: 7200,
        describe: 'seconds; a short one shows renewal',
      })
      .example('$0 itkdb serve', 'prints what to set so that other programs ask it')
      .example('$0 itkdb serve --token-lifetime 30', 'how does a program cope with tokens that end?'),
  async run(args) {
    const { runsDirectory, modules } = await aboutStation(args.config);
    const file = args.file ?? localPlaces(runsDirectory).database;
    const database = await serveLocalDatabase({
      file,
      modules,
      port: args.port,
      tokenLifetime: args.tokenLifetime,
    });
    // Listened for before its address is told: whoever reads that may end it at once.
    const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
    tell(notTheProductionDatabase);
    // Its codes are no secret: whoever is on this machine may play with it.
    const { code1, code2 } = database.accessCodes();
    if (args.json)
      process.stdout.write(`${JSON.stringify({ url: database.url, file, production: false })}\n`);
    else
      process.stdout.write(
        [
          `${database.url}  keeps ${file}`,
          `export ITKDB_API_URL=${database.url} ITKDB_AUTH_URL=${database.settings.authUrl}`,
          `export ITKDB_ACCESS_SCOPE='${database.settings.scope}' ITKDB_ACCESS_AUDIENCE=${database.settings.audience}`,
          `export ITKDB_ACCESS_CODE1=${code1.reveal()} ITKDB_ACCESS_CODE2=${code2.reveal()}`,
          '',
        ].join('\n'),
      );
    await ended;
    await database.close();
    return 0;
  },
});
