import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { BatonError } from '../../base/errors.ts';
import { type Criteria, readCriteria, shippedCriteria } from '../../sensors/analyses/criteria.ts';
import type { DuplicateTest } from '../../sensors/importing/duplicates.ts';
import { type ImportOptions, importSensorTests } from '../../sensors/importing/importSensorTests.ts';
import type { UnreadableFile } from '../../sensors/importing/readTests.ts';
import { readShorthands } from '../../sensors/importing/shorthands.ts';
import type { SensorTest } from '../../sensors/record.ts';
import { unreadableText } from '../../sensors/report/unreadable.ts';
import { defaultSite, readSiteFile, type SensorSite } from '../../sensors/siteFile.ts';
import type { DatabaseArguments } from '../database/connection.ts';
import { withConfig } from '../options.ts';

/** Which files, and how a site reads them. */
export interface SensorArguments extends DatabaseArguments {
  paths: string[];
  templates?: string | undefined;
  criteria?: string | undefined;
  site?: string | undefined;
  shorthands?: string | undefined;
}

/** How a site calls its columns, and what it uploads to. */
export function withSensorSite(parser: Argv): Argv {
  return withConfig(parser).option('site', {
    type: 'string',
    describe:
      "the site's settings and column names; default: sensors.json of the config folder, if it is there",
  });
}

export function withSensorFiles(parser: Argv): Argv {
  return withSensorSite(parser)
    .positional('paths', {
      type: 'string',
      array: true,
      default: [],
      describe: 'test files, folders of them, or @LIST for a text file of paths',
    })
    .option('templates', { type: 'string', describe: "a folder of format templates; default: Baton's own" })
    .option('shorthands', {
      type: 'string',
      describe: 'a table of the six-digit names of older sensors (semicolons between)',
    });
}

/** What the tests are judged by. */
export function withSensorCriteria(parser: Argv): Argv {
  return parser.option('criteria', {
    type: 'string',
    describe: 'a criteria file instead of the one that ships with Baton',
  });
}

/** How the files are read, as the arguments say it. */
export function importOptions(args: Omit<SensorArguments, 'paths'>): ImportOptions {
  const { templates, shorthands } = args;
  return {
    templates,
    siteColumns: siteOf(args).columns,
    shorthands: shorthands === undefined ? undefined : readShorthands(shorthands),
  };
}

export interface SensorInput {
  tests: SensorTest[];
  unreadable: UnreadableFile[];
  duplicates: DuplicateTest[];
}

/** Imports what the arguments name. Throws E9308 if they name nothing that can be read. */
export async function importNamed(args: SensorArguments): Promise<SensorInput> {
  const imported = await importSensorTests(args.paths, importOptions(args));
  if (imported.tests.length === 0) {
    const [first] = imported.unreadable;
    throw new BatonError({
      code: 'E9308',
      what: first
        ? `No test could be read. ${unreadableText(first)}.`
        : 'No test file (*.dat, *.txt) was found.',
      remedy: 'Name files or folders of sensor tests; --templates names a folder of other formats.',
    });
  }
  return imported;
}

/** Says on the error stream what is not among the tests. */
export function tellUnread({ unreadable, duplicates }: Pick<SensorInput, 'unreadable' | 'duplicates'>): void {
  for (const file of unreadable) process.stderr.write(`not read: ${unreadableText(file)}\n`);
  for (const { test, sameAs } of duplicates)
    process.stderr.write(`twice: ${test.file} is the same as ${sameAs.file}\n`);
}

export function siteOf({ site, config }: Pick<SensorArguments, 'site' | 'config'>): SensorSite {
  if (site !== undefined) return readSiteFile(site);
  const usual = join(config, 'sensors.json');
  return existsSync(usual) ? readSiteFile(usual) : defaultSite;
}

export function criteriaOf({ criteria }: Pick<SensorArguments, 'criteria'>): Criteria {
  if (criteria === undefined) return shippedCriteria;
  try {
    return readCriteria(JSON.parse(readFileSync(criteria, 'utf8')), criteria);
  } catch (error) {
    if (error instanceof BatonError) throw error;
    throw new BatonError(
      {
        code: 'E9304',
        what: `It cannot be read as JSON: ${(error as Error).message}.`,
        where: { file: criteria },
        remedy: 'Start from a copy of config/criteria/sensors-2023-07.json and change the values alone.',
      },
      { cause: error },
    );
  }
}

/** `164,175` as wafers; undefined for all. */
export function wafersOf(text: string | undefined): Set<string> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) =>
    name
      .trim()
      .replace(/^w0*/i, '')
      .replace(/^0+(?=\d)/, ''),
  );
  return new Set(names.filter((name) => name !== ''));
}

export function isOfWafer(test: SensorTest, wafers: Set<string> | undefined): boolean {
  return wafers === undefined || wafers.has(String(test.wafer));
}
