import { BatonError } from '../../base/errors.ts';
import type { Criteria } from '../../sensors/analyses/criteria.ts';
import { alreadyThere } from '../../sensors/database/compare.ts';
import { type JudgedTest, judge } from '../../sensors/judged.ts';
import { askDatabase, type SensorServices } from './database.ts';
import {
  criteriaOf,
  importNamed,
  isOfWafer,
  type SensorArguments,
  type SensorInput,
  siteOf,
  wafersOf,
} from './input.ts';

export interface ComparedArguments extends SensorArguments {
  batch?: string | undefined;
  wafers?: string | undefined;
  /** Undefined: if it can be had. */
  database?: boolean | undefined;
}

export interface Compared extends Omit<SensorInput, 'tests'> {
  tests: JudgedTest[];
  criteria: Criteria;
  remarks: string[];
}

/**
 * The files' tests beside the database's tests of the same batches. A file's test that the database has is shown as
 * the database's. Without a path the database's tests of the batch alone; without a database the files' tests alone,
 * with a remark.
 */
export async function comparedTests(args: ComparedArguments, services: SensorServices): Promise<Compared> {
  const criteria = criteriaOf(args);
  const wafers = wafersOf(args.wafers);
  const batch = args.batch?.toUpperCase();
  const local: SensorInput =
    args.paths.length > 0 ? await importNamed(args) : { tests: [], unreadable: [], duplicates: [] };
  if (args.paths.length === 0 && batch === undefined)
    throw new BatonError({
      code: 'E9310',
      what: 'There is nothing to compare: neither a path nor a batch is named.',
      remedy: 'Name files or folders, or --batch VPX90002 for the tests of the database.',
    });
  const batches = batch === undefined ? local.tests.flatMap((test) => test.batch ?? []) : [batch];
  const { known, database, remarks } = await databaseSide(args, batches, services);
  const there = alreadyThere(database);
  const tests = [
    ...local.tests.map((test) => known?.complete(test) ?? test).filter((test) => !there(test)?.same),
    ...database.map((test) => known?.complete(test) ?? test),
  ].filter((test) => isOfWafer(test, wafers) && (batch === undefined || test.batch === batch));
  return {
    ...local,
    tests: tests.map((test) => judge(test, criteria)),
    criteria,
    remarks,
  };
}

async function databaseSide(args: ComparedArguments, batches: readonly string[], services: SensorServices) {
  if (args.database === false) return { known: undefined, database: [], remarks: [] };
  try {
    const mayAsk = args.database === true || args.paths.length === 0;
    const side = await askDatabase(await services.database(siteOf(args), { mayAsk }), batches);
    return { known: side.known, database: side.tests, remarks: [] };
  } catch (error) {
    // Files are compared without it, unless it was asked for.
    if (args.database === true || args.paths.length === 0 || !(error instanceof BatonError)) throw error;
    return {
      known: undefined,
      database: [],
      remarks: [
        `Files alone, without the database's tests: ${error.problems.map(({ what }) => what).join(' ')}`,
      ],
    };
  }
}
