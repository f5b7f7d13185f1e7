import { isRefusal } from '../../itkdb/client/faults.ts';
import { getComponent } from '../../itkdb/commands/components.ts';
import { getTestRun, getTestRuns } from '../../itkdb/commands/testRuns.ts';
import type { Component, TestRun } from '../../itkdb/model.ts';
import { command } from '../command.ts';
import {
  type Connection,
  type DatabaseArguments,
  print,
  withConnection,
  withDatabase,
} from '../database/connection.ts';
import { tableText } from '../printing/table.ts';

interface GetArguments extends DatabaseArguments {
  name: string;
}

export default command<GetArguments>({
  usage: 'get <name>',
  summary: 'show a component with its test runs, or one test run',
  build: (parser) =>
    withDatabase(parser)
      .positional('name', {
        type: 'string',
        demandOption: true,
        describe: 'serial number, code or id of a component, or id of a test run',
      })
      .example('$0 itkdb get 20UPGM22110039', 'where it is, its stage, and every test run with its title'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client }) => {
      const found = await componentOrTestRun(client, args.name);
      if ('results' in found) print(args.json, found, () => testRunText(found));
      else {
        const runs = await getTestRuns(
          client,
          found.tests.flatMap(({ runs: list }) => list.map(({ id }) => id)),
        );
        const { raw: _answer, ...component } = found;
        print(args.json, { ...component, testRuns: runs }, () => componentText(found, runs));
      }
      return 0;
    }),
});

async function componentOrTestRun(client: Connection['client'], name: string): Promise<Component | TestRun> {
  try {
    return await getComponent(client, name);
  } catch (error) {
    if (!isRefusal(error, 'componentDoesNotExist') || !/^[0-9a-f]{24}$/.test(name)) throw error;
    const run = await getTestRun(client, name);
    if (!run) throw error;
    return run;
  }
}

function componentText(component: Component, runs: readonly TestRun[]): string {
  const lines = [
    `${component.serialNumber ?? component.code}  ${component.componentType} ${component.type}, ${component.subproject}`,
    `  at ${component.currentLocation}${component.institution === component.currentLocation ? '' : ` (of ${component.institution})`}, stage ${component.currentStage ?? 'none'}${component.state === 'ready' ? '' : `, ${component.state}`}`,
    ...Object.entries(component.properties).map(([code, value]) => `  ${code} = ${JSON.stringify(value)}`),
    ...component.parents.map(
      ({ componentType, serialNumber }) => `  part of ${componentType} ${serialNumber}`,
    ),
    ...component.children
      .filter(({ serialNumber }) => serialNumber)
      .map(({ componentType, serialNumber }) => `  has ${componentType} ${serialNumber}`),
    ...component.comments.map(({ comment, dateTime }) => `  ${dateTime.slice(0, 16)} ${comment}`),
    ...component.attachments.map(
      ({ title, filename }) => `  attached: ${title}${filename ? ` (${filename})` : ''}`,
    ),
    '',
  ];
  if (runs.length === 0) return `${lines.join('\n')}  no test runs\n`;
  const rows = [...runs]
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map((run) => [
      `  ${run.testType}`,
      run.passed ? 'passed' : 'failed',
      run.problems ? 'problems' : '',
      run.component.stage ?? '',
      run.date.slice(0, 16),
      run.comments[0] ?? '',
      run.runNumber,
    ]);
  return `${lines.join('\n')}${tableText(['  test', 'verdict', '', 'stage', 'date', 'comment', 'run number'], rows)}`;
}

function testRunText(run: TestRun): string {
  const shown = (value: unknown) => {
    const text = JSON.stringify(value);
    return text.length > 100 ? `${text.slice(0, 100)}…` : text;
  };
  return [
    `${run.testType}  ${run.passed ? 'passed' : 'failed'}${run.problems ? ', with problems' : ''}  ${run.state}`,
    `  of ${run.component.serialNumber ?? run.component.code} at ${run.component.stage ?? '?'}, ${run.institution}, ${run.date}`,
    `  run number ${run.runNumber}`,
    ...run.comments.map((comment) => `  ${comment}`),
    ...Object.entries(run.properties).map(([code, value]) => `  ${code} = ${shown(value)}`),
    ...Object.entries(run.results).map(([code, value]) => `  ${code} = ${shown(value)}`),
    ...run.attachments.map(({ title, filename }) => `  attached: ${title} (${filename})`),
    '',
  ].join('\n');
}
