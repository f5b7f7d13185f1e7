import { BatonError } from '../../base/errors.ts';
import { getTestRuns, listTestRuns } from '../../itkdb/commands/testRuns.ts';
import {
  type Cuts,
  compareTestRuns,
  type FieldDifference,
  type TestRunContent,
} from '../../itkdb/testRuns/compareTestRuns.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, withConnection, withDatabase } from '../database/connection.ts';
import { readDocument } from '../database/documentFile.ts';
import { differenceTable } from '../printing/differenceTable.ts';

interface CompareArguments extends DatabaseArguments {
  component: string;
  testType: string;
  file?: string;
  cut?: string[];
  last: number;
}

export default command<CompareArguments>({
  usage: 'compare <component> <test-type>',
  summary: 'compare a result with earlier ones of the same component, field by field',
  build: (parser) =>
    withDatabase(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'serial number' })
      .positional('test-type', { type: 'string', demandOption: true, describe: 'such as IV_MEASURE' })
      .option('file', {
        type: 'string',
        describe: 'the new result as a document; default: the latest test run',
      })
      .option('last', { type: 'number', default: 3, describe: 'how many earlier ones' })
      .option('cut', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'CODE=MIN..MAX for a result; either side may be empty',
      })
      .example('$0 itkdb compare 20UPGM22110039 IV_MEASURE', 'the latest with those before it')
      .example(
        '$0 itkdb compare 20UPGM22110039 WIREBOND_PULL_TEST --cut PULL_STRENGTH=7..',
        'and against a cut',
      )
      .epilogue('Exit code 1: a cut is not kept.'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client }) => {
      const ids: string[] = [];
      for await (const run of listTestRuns(client, { component: args.component, testType: args.testType }))
        if (run.state === 'ready') ids.push(run.id);
      const runs = (await getTestRuns(client, ids)).sort((a, b) => (a.date < b.date ? -1 : 1));
      const given = args.file === undefined ? undefined : await contentOfFile(args.file);
      const newer: TestRunContent | undefined = given ?? runs.pop();
      if (!newer || runs.length === 0)
        throw new BatonError({
          code: 'E8026',
          what: `There is nothing to compare: ${args.component} has ${ids.length} test runs ${args.testType}.`,
          remedy: 'Give a new result with --file, or look with `baton itkdb get`.',
        });
      const cuts = readCuts(args.cut ?? []);
      const comparisons = runs.slice(-Math.max(1, args.last)).map((older) => ({
        with: older.id,
        runNumber: older.runNumber,
        fields: compareTestRuns(older, newer, cuts),
      }));
      print(args.json, comparisons, () =>
        comparisons
          .map(
            ({ with: id, runNumber, fields }) => `against ${runNumber} (${id})\n${differenceTable(fields)}`,
          )
          .join('\n'),
      );
      return comparisons.some(({ fields }) => fields.some(missesCut)) ? 1 : 0;
    }),
});

function missesCut({ cut }: FieldDifference): boolean {
  return cut !== undefined && !cut.kept;
}

async function contentOfFile(path: string): Promise<TestRunContent> {
  const document = await readDocument(path);
  return {
    passed: document.passed === true,
    problems: document.problems === true,
    properties: (document.properties ?? {}) as TestRunContent['properties'],
    results: (document.results ?? {}) as TestRunContent['results'],
  };
}

function readCuts(texts: readonly string[]): Cuts {
  return Object.fromEntries(
    texts.map((text) => {
      const match = /^(\w+)=(-?[\d.eE+-]*)\.\.(-?[\d.eE+-]*)$/.exec(text);
      const [min, max] = [match?.[2], match?.[3]].map((part) => (part ? Number(part) : undefined));
      if (!match || Number.isNaN(min) || Number.isNaN(max))
        throw new BatonError({
          code: 'E1001',
          what: `--cut ${text} is not understood.`,
          remedy: 'As in PULL_STRENGTH=7.. or BOND_PEEL=0..10.',
        });
      return [match[1]!, { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }];
    }),
  );
}
