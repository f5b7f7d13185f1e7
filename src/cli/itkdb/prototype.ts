import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError } from '../../base/errors.ts';
import { prototypeOf } from '../../itkdb/definitions/prototype.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, tell, withConnection, withDatabase } from '../database/connection.ts';

interface PrototypeArguments extends DatabaseArguments {
  project: string;
  componentType: string;
  testType?: string[];
  overwrite: boolean;
  out: string;
}

export default command<PrototypeArguments>({
  usage: 'prototype',
  summary: 'write a test run document to fill in, for each test type',
  build: (parser) =>
    withDatabase(parser)
      .option('project', { type: 'string', demandOption: true, describe: 'P pixels, S strips' })
      .option('component-type', { type: 'string', demandOption: true, describe: 'such as MODULE' })
      .option('test-type', { type: 'string', array: true, describe: 'only these' })
      .option('overwrite', {
        type: 'boolean',
        default: false,
        describe: 'also files that somebody has filled in',
      })
      .option('out', { type: 'string', default: '.', describe: 'folder for the files' })
      .example('$0 itkdb prototype --project P --component-type MODULE', 'prototype_<TEST>.json for each')
      .epilogue('`baton upload FILE` sends one that was filled in; samples that are left over are refused.'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ definitions }) => {
      const { value: types } = await definitions.testTypes(args.project, args.componentType);
      const wanted = types.filter(({ code }) => !args.testType || args.testType.includes(code));
      const unknown = (args.testType ?? []).filter((name) => !types.some(({ code }) => code === name));
      if (unknown.length > 0 || wanted.length === 0)
        throw new BatonError({
          code: 'E8026',
          what: `${args.componentType} has no test type ${unknown.join(', ')}.`.replace(' .', '.'),
          remedy: `It has: ${types.map(({ code }) => code).join(', ') || 'none'}.`,
        });
      const files: string[] = [];
      for (const type of wanted) {
        const path = join(args.out, `prototype_${type.code.replace(/[^\w.-]+/g, '_')}.json`);
        const text = `${JSON.stringify(prototypeOf(type), null, 2)}\n`;
        const there = await readFile(path, 'utf8').catch(() => undefined);
        // Somebody may have filled it in.
        if (there !== undefined && there !== text && !args.overwrite) {
          tell(`${path} is there already and is left as it is (--overwrite)`);
          continue;
        }
        await writeFileAtomically(path, text, 0o644);
        files.push(path);
      }
      print(args.json, files, () => files.map((path) => `${path}\n`).join(''));
      return files.length === wanted.length ? 0 : 1;
    }),
});
