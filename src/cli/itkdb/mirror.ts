import { mirrorDefinitions } from '../../itkdb/definitions/mirror.ts';
import { localPlaces } from '../../itkdb/places.ts';
import { openStore } from '../../itkdb/server/store.ts';
import { command } from '../command.ts';
import {
  type DatabaseArguments,
  print,
  runsOf,
  tell,
  withConnection,
  withDatabase,
} from '../database/connection.ts';

interface MirrorArguments extends DatabaseArguments {
  project: string[];
  componentType?: string[];
}

export default command<MirrorArguments>({
  usage: 'mirror',
  summary:
    'copy the definitions of the production database into the local one, and keep them for work offline',
  build: (parser) =>
    withDatabase(parser)
      .option('project', { type: 'string', array: true, default: ['P'], describe: 'P pixels, S strips' })
      .option('component-type', { type: 'string', array: true, describe: 'only these; default: all' })
      .example('$0 itkdb mirror --project P --component-type MODULE', 'what module testing needs'),
  run: (args) =>
    withConnection(args, {}, async ({ client, definitions }) => {
      const store = await openStore(localPlaces(await runsOf(args)).database);
      try {
        const { project: projects, componentType: componentTypes } = args;
        const mirrored = await mirrorDefinitions(
          client,
          store,
          { projects, ...(componentTypes ? { componentTypes } : {}) },
          ({ what, count }) => tell(`${what}: ${count}`),
        );
        for (const project of projects)
          for (const { code } of (await definitions.componentTypes(project)).value)
            if (!componentTypes || componentTypes.includes(code)) await definitions.refresh(project, code);
        print(
          args.json,
          mirrored,
          () =>
            `${mirrored.institutions} institutions, ${mirrored.componentTypes} component types, ${mirrored.testTypes} test types of ${client.name}.\n`,
        );
        return 0;
      } finally {
        store.close();
      }
    }),
});
