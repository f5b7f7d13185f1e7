import { type CsvError, parse } from 'csv-parse/sync';
import { BatonError, type Problem } from '../../base/errors.ts';
import type { Registration } from '../commands/components.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Json } from '../json.ts';
import type { ComponentType, Institution } from '../model.ts';
import { checkSerialNumber } from '../serialNumber.ts';
import { readTyped } from './values.ts';

/** One line of the CSV, ready to be registered. */
export interface RegistrationRow {
  /** Line in the file, counted from 1. */
  line: number;
  registration: Registration;
  /** Undefined: it stays where registering puts it. */
  stage: string | undefined;
  /** Properties whose value no other component has: by them a row without serial number is found again. */
  uniqueProperties: readonly string[];
}

/** What every row has, where the file has no column for it. */
export type RowDefaults = Partial<Record<(typeof plainColumns)[number], string>>;

const plainColumns = [
  'institution',
  'project',
  'componentType',
  'type',
  'subproject',
  'stage',
  'serialNumber',
  'comment',
] as const;

/**
 * Reads and checks every row of a CSV before the first is registered. The header names the columns: those above and
 * codes of properties. Comma, semicolon and tab all separate. All problems are collected.
 */
export async function readRegistrationRows(
  text: string,
  file: string,
  definitions: Definitions,
  defaults: RowDefaults = {},
): Promise<{ rows: RegistrationRow[]; problems: Problem[] }> {
  const { value: institutions } = await definitions.institutions();
  const types = new Map<string, ComponentType[]>();
  const rows: RegistrationRow[] = [];
  const problems: Problem[] = [];
  for (const { cells, line } of readCells(text, file)) {
    const project = cells.project || defaults.project || 'P';
    if (!types.has(project)) types.set(project, (await definitions.componentTypes(project)).value);
    const checked = checkRow(cells, line, file, { ...defaults, project }, institutions, types.get(project)!);
    problems.push(...checked.problems);
    if (checked.row) rows.push(checked.row);
  }
  problems.push(...repeats(rows, file));
  if (rows.length === 0 && problems.length === 0)
    problems.push({
      code: 'E8080',
      what: 'There is no row to register.',
      where: { file },
      remedy: 'Add one.',
    });
  return { rows, problems };
}

function readCells(text: string, file: string): { cells: Record<string, string>; line: number }[] {
  try {
    const records = parse(text, {
      bom: true,
      columns: (header: string[]) => columnsOf(header, file),
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (error instanceof BatonError) throw error;
    const { message, lines } = error as CsvError & { lines?: number };
    throw new BatonError(
      {
        code: 'E8080',
        what: `The table cannot be read: ${message}.`,
        where: { file, ...(lines === undefined ? {} : { line: lines }) },
        remedy: 'Each row needs as many cells as the header has names. Nothing was registered.',
      },
      { cause: error },
    );
  }
}

/** @throws E8080 one stands twice, so that a row says two things of the same. */
function columnsOf(header: readonly string[], file: string): string[] {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new BatonError({
    code: 'E8080',
    what: `The column "${twice}" stands in the header twice.`,
    where: { file, line: 1 },
    remedy: 'Take one of them out. Nothing was registered.',
  });
}

/** Whichever of the three is most frequent in the header. */
function delimiterOf(text: string): string {
  const header = text.split(/\r?\n/, 1)[0]!;
  const count = (mark: string) => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function checkRow(
  cells: Readonly<Record<string, string>>,
  line: number,
  file: string,
  defaults: RowDefaults,
  institutions: readonly Institution[],
  types: readonly ComponentType[],
): { row?: RegistrationRow; problems: Problem[] } {
  const problems: Problem[] = [];
  const add = (what: string, remedy: string, code = 'E8080') =>
    problems.push({ code, what, where: { file, line }, remedy });
  const cell = (name: (typeof plainColumns)[number]) => cells[name] || defaults[name] || '';
  const project = cell('project');

  const institution = institutions.find(({ code }) => code === cell('institution'));
  if (!institution) add(`Institution "${cell('institution')}" is not known.`, 'Use its code, such as CERN.');
  const definition = types.find(({ code }) => code === cell('componentType'));
  if (!definition) {
    add(
      `Component type "${cell('componentType')}" is not one of project ${project}.`,
      'Use its code, such as MODULE.',
    );
    return { problems };
  }
  const entitled = institution?.componentTypes.some(
    (entry) => entry.project === project && entry.types.some(({ code }) => code === definition.code),
  );
  if (institution && !entitled)
    add(`${institution.code} may not register ${definition.code}.`, 'Ask the component manager.', 'E8004');
  const type = definition.types.find(({ code }) => code === cell('type'));
  if (!type)
    add(`Type "${cell('type')}" is not one of ${definition.code}.`, `Known: ${codes(definition.types)}.`);
  const subprojects = type?.subprojects ?? definition.subprojects;
  const subproject = cell('subproject') || (subprojects.length === 1 ? subprojects[0]! : '');
  if (type && !subprojects.includes(subproject))
    add(`Subproject "${subproject}" is not one of ${cell('type')}.`, `Known: ${subprojects.join(', ')}.`);
  const stage = cell('stage') || undefined;
  if (stage && !definition.stages.some(({ code }) => code === stage))
    add(`Stage "${stage}" is not one of ${definition.code}.`, `Known: ${codes(definition.stages)}.`);

  const serialNumber = cell('serialNumber').toUpperCase();
  const identifier = type?.serialNumberIdentifier || definition.serialNumberIdentifier;
  if (serialNumber)
    for (const problem of checkSerialNumber(serialNumber, { subproject, identifier }))
      problems.push({ ...problem, where: { file, line } });
  else if (definition.serialNumberRequired) add('The serial number is missing.', 'Fill it in.', 'E8030');
  else if (!definition.properties.some(({ code, unique }) => unique && cells[code]))
    add(
      'Nothing tells this component from another one, so after a break it could be registered twice.',
      `Fill in ${['the serial number', ...definition.properties.filter(({ unique }) => unique).map(({ code }) => code)].join(' or ')}, or register it in the dialogue.`,
      'E8082',
    );

  const properties: Record<string, Json> = {};
  for (const [column, text] of Object.entries(cells)) {
    if ((plainColumns as readonly string[]).includes(column)) continue;
    const field = definition.properties.find(({ code }) => code === column);
    if (!field) {
      if (text !== '')
        add(`"${column}" is no property of ${definition.code}.`, 'Rename or remove the column.', 'E8023');
      continue;
    }
    if (text === '') continue;
    const typed = readTyped(text, field);
    if ('problem' in typed) problems.push({ ...typed.problem, where: { file, line } });
    else properties[column] = typed.value;
  }
  for (const { code, name, required } of definition.properties)
    if (required && !cells[code]) add(`${code} (${name}) is missing.`, 'It is required.', 'E8040');

  if (problems.some(({ severity }) => severity !== 'warning')) return { problems };
  const comment = cell('comment');
  return {
    problems,
    row: {
      line,
      stage,
      uniqueProperties: definition.properties
        .filter(({ unique, code }) => unique && code in properties)
        .map(({ code }) => code),
      registration: {
        project,
        subproject,
        institution: institution!.code,
        componentType: definition.code,
        type: type!.code,
        properties,
        ...(serialNumber ? { serialNumber } : {}),
        ...(comment ? { comments: [comment] } : {}),
      },
    },
  };
}

function codes(list: readonly { code: string }[]): string {
  return list.map(({ code }) => code).join(', ');
}

/** Two rows of the same serial number, or of the same value where it must be unique. */
function repeats(rows: readonly RegistrationRow[], file: string): Problem[] {
  const seen = new Map<string, number>();
  const problems: Problem[] = [];
  for (const { line, registration, uniqueProperties } of rows) {
    const { serialNumber, componentType, properties } = registration;
    const keys = [
      ...(serialNumber ? [`serial number ${serialNumber}`] : []),
      ...uniqueProperties.map((code) => `${componentType}.${code} ${JSON.stringify(properties[code])}`),
    ];
    for (const key of keys) {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, line);
      else
        problems.push({
          code: 'E8025',
          what: `${key} stands in line ${first} already.`,
          where: { file, line },
          remedy: 'Each component stands in the table once.',
        });
    }
  }
  return problems;
}
