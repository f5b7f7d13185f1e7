import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError } from '../../base/errors.ts';
import { counted } from '../../base/quantityText.ts';
import { getComponent, listComponents } from '../../itkdb/commands/components.ts';
import type { Component } from '../../itkdb/model.ts';
import { command } from '../command.ts';
import {
  type Connection,
  type DatabaseArguments,
  tell,
  withConnection,
  withDatabase,
} from '../database/connection.ts';
import { csvLine } from '../printing/csv.ts';

interface InventoryArguments extends DatabaseArguments {
  institution?: string;
  project: string;
  componentType?: string;
  stage?: string;
  tests: boolean;
  out?: string;
}

export default command<InventoryArguments>({
  usage: 'inventory',
  summary: 'list the components at an institution, as CSV with their properties',
  build: (parser) =>
    withDatabase(parser)
      .option('institution', { type: 'string', describe: 'code of the institution where they are' })
      .option('project', { type: 'string', default: 'P', describe: 'P pixels, S strips' })
      .option('component-type', { type: 'string', describe: 'such as MODULE' })
      .option('stage', { type: 'string', describe: 'only at this stage' })
      .option('tests', {
        type: 'boolean',
        default: false,
        describe: 'count passed and failed test runs too; asks for each component',
      })
      .option('out', { type: 'string', describe: 'file to write; default: the terminal' })
      .example('$0 itkdb inventory --institution BONN --component-type MODULE', 'every module in Bonn'),
  run: (args) =>
    withConnection(args, { purpose: 'look' }, async ({ client, definitions }) => {
      const { institution, project, componentType, stage } = args;
      await refuseUnknown(args, definitions);
      const found: Component[] = [];
      for await (const component of listComponents(client, {
        project,
        ...(institution ? { currentLocation: institution } : {}),
        ...(componentType ? { componentType } : {}),
        ...(stage ? { currentStage: stage } : {}),
      }))
        found.push(args.tests ? await getComponent(client, component.code) : component);
      const text = args.json
        ? `${JSON.stringify(
            found.map(({ raw: _answer, ...component }) => component),
            null,
            2,
          )}\n`
        : csvOf(found, args.tests);
      if (args.out === undefined) process.stdout.write(text);
      else {
        await writeFileAtomically(args.out, text, 0o644);
        tell(`${counted(found.length, 'component')} in ${args.out}`);
      }
      return 0;
    }),
});

/** A name that nobody knows would look like a place without components. */
async function refuseUnknown(
  { institution, project, componentType, stage }: InventoryArguments,
  definitions: Connection['definitions'],
): Promise<void> {
  const places = (await definitions.institutions()).value;
  if (institution && !places.some(({ code }) => code === institution))
    throw unknown(`institution ${institution}`, places);
  const types = (await definitions.componentTypes(project)).value;
  const type = types.find(({ code }) => code === componentType);
  if (componentType && !type) throw unknown(`component type ${componentType} in project ${project}`, types);
  if (stage && type && !type.stages.some(({ code }) => code === stage))
    throw unknown(`stage ${stage} of ${componentType}`, type.stages);
}

function unknown(what: string, known: readonly { code: string }[]): BatonError {
  return new BatonError({
    code: 'E8026',
    what: `The database has no ${what}.`,
    remedy: `Known: ${known.map(({ code }) => code).join(', ') || 'none'}.`,
  });
}

function csvOf(components: readonly Component[], tests: boolean): string {
  const codes = [...new Set(components.flatMap(({ properties }) => Object.keys(properties)))].sort();
  const header = [
    'serialNumber',
    'componentType',
    'type',
    'subproject',
    'institution',
    'location',
    'stage',
    ...codes,
  ];
  const counted = tests ? ['passed', 'failed'] : [];
  const rows = components.map((component) => {
    const runs = component.tests.flatMap((test) => test.runs);
    return [
      component.serialNumber ?? component.code,
      component.componentType,
      component.type,
      component.subproject,
      component.institution,
      component.currentLocation,
      component.currentStage ?? '',
      ...codes.map((code) => component.properties[code] ?? ''),
      ...(tests
        ? [runs.filter(({ passed }) => passed).length, runs.filter(({ passed }) => !passed).length]
        : []),
    ];
  });
  return [[...header, ...counted], ...rows].map((cells) => csvLine(cells.map(cellOf))).join('');
}

function cellOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
