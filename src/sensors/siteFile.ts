import { readFileSync } from 'node:fs';
import { BatonError, type Problem } from '../base/errors.ts';
import type { SiteColumn } from './importing/columnNaming.ts';
import { quantities, toOurUnit } from './quantities.ts';

/** What a site sets: how the database knows its sensors, and what its own files call things. */
export interface SensorSite {
  /** The database's project. */
  project: string;
  /** The component type: `SENSOR_S_TEST` for dummies, `SENSOR` for real ones. */
  componentType: string;
  columns: readonly (SiteColumn & { code?: string | undefined })[];
}

export const defaultSite: SensorSite = { project: 'S', componentType: 'SENSOR_S_TEST', columns: [] };

/** Reads a site's file. Throws E9306 with every problem. */
export function readSiteFile(file: string): SensorSite {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BatonError(
      {
        code: 'E9306',
        what: `It cannot be read as JSON: ${(error as Error).message}.`,
        where: { file },
        remedy: 'docs/sensors.md shows an example of a site file.',
      },
      { cause: error },
    );
  }
  return checkSite(content, file);
}

export function checkSite(content: unknown, file: string): SensorSite {
  const problems: Problem[] = [];
  const complain = (what: string) =>
    problems.push({
      code: 'E9306',
      what,
      where: { file },
      remedy: 'docs/sensors.md shows an example of a site file.',
    });
  const given = isObject(content) ? content : {};
  if (!isObject(content)) complain('The file holds no JSON object.');
  for (const key of Object.keys(given))
    if (!['project', 'componentType', 'columns'].includes(key)) complain(`"${key}" is no setting.`);
  const text = (key: 'project' | 'componentType'): string => {
    const value = given[key] ?? defaultSite[key];
    if (typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value)) return value;
    complain(`"${key}" must be a code of the database, in capitals.`);
    return defaultSite[key];
  };
  const list = given.columns ?? [];
  if (!Array.isArray(list)) complain('"columns" must be a list.');
  const columns = (Array.isArray(list) ? (list as unknown[]) : []).flatMap((entry, index) => {
    const column = readColumn(entry);
    if (typeof column !== 'string') return [column];
    complain(`columns[${index}]: ${column}`);
    return [];
  });
  const site = { project: text('project'), componentType: text('componentType'), columns };
  if (problems.length > 0) throw new BatonError(problems);
  return site;
}

/** The column, or what is wrong with it. */
function readColumn(entry: unknown): SensorSite['columns'][number] | string {
  if (!isObject(entry)) return 'an object with title, quantity and unit is expected.';
  const { title, quantity, unit, code } = entry;
  if (typeof title !== 'string' || title.trim() === '')
    return '"title" must be the name of the column in the files.';
  const known = quantities.find(({ name }) => name === quantity);
  if (!known) return `"quantity" must be one of ${quantities.map(({ name }) => name).join(', ')}.`;
  if (unit !== undefined && typeof unit !== 'string') return '"unit" must be a text.';
  const toOurs = toOurUnit(known.unit, unit);
  if (!toOurs) return `the unit "${unit}" is not one of ${known.name}.`;
  if (code !== undefined && (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(code)))
    return '"code" must be a code of the database, in capitals.';
  return { title: title.trim(), quantity: known, toOurs, code };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
