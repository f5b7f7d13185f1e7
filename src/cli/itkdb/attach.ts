import { basename } from 'node:path';
import { refuseSimulated } from '../../itkdb/client/locality.ts';
import { attachToComponent } from '../../itkdb/commands/components.ts';
import { attachToTestRun } from '../../itkdb/commands/testRuns.ts';
import type { Attachment } from '../../itkdb/model.ts';
import { command } from '../command.ts';
import { comesFromSimulation } from '../database/comesFromSimulation.ts';
import { type DatabaseArguments, print, withConnection, withDatabase } from '../database/connection.ts';
import { bytesOf } from '../database/documentFile.ts';

interface AttachArguments extends DatabaseArguments {
  name: string;
  files: string[];
  testRun: boolean;
  title?: string;
  description: string;
}

export default command<AttachArguments>({
  usage: 'attach <name> <files..>',
  summary: 'attach files to a component or a test run',
  build: (parser) =>
    withDatabase(parser)
      .positional('name', {
        type: 'string',
        demandOption: true,
        describe: 'serial number, or id of a test run',
      })
      .positional('files', { type: 'string', array: true, demandOption: true, describe: 'what to attach' })
      .option('test-run', { type: 'boolean', default: false, describe: 'the name is the id of a test run' })
      .option('title', { type: 'string', describe: 'default: the name of the file' })
      .option('description', { type: 'string', default: '', describe: 'what is in it' })
      .example('$0 itkdb attach 20UPGM22110039 photo.jpg --title "front side"', 'to a module')
      .example('$0 itkdb attach 5f3c… raw.csv --test-run', 'to the test run of that id'),
  run: (args) =>
    withConnection(args, {}, async ({ client, settings, transport }) => {
      // All are read before the first is sent: a name that is wrong must not leave half of them there.
      const files = await Promise.all(
        args.files.map(async (path) => ({
          path,
          bytes: await bytesOf(path),
          simulated: await comesFromSimulation(args, path),
        })),
      );
      for (const { path, simulated } of files)
        if (simulated) await refuseSimulated(path, settings, transport);
      const attach = args.testRun ? attachToTestRun : attachToComponent;
      const attached: Attachment[] = [];
      for (const { path, bytes } of files) {
        const name = basename(path);
        const about = { title: args.title ?? name, description: args.description };
        attached.push(
          await attach(client, args.name, about, { name, contentType: 'application/octet-stream', bytes }),
        );
      }
      print(args.json, attached, () =>
        attached.map(({ filename, code }) => `${filename}  ${code}\n`).join(''),
      );
      return 0;
    }),
});
