import type { JudgedTest } from '../judged.ts';
import type { SensorTest } from '../record.ts';
import type { SensorSite } from '../siteFile.ts';
import { testTypeOf } from '../testTypes.ts';
import type { SensorDatabase, UploadQueue } from './database.ts';
import { RunNumbers } from './runNumbers.ts';
import { uploadOf } from './upload.ts';

export interface QueueOptions {
  database: Pick<SensorDatabase, 'testType'>;
  queue: UploadQueue;
  /** Goes into ALGORITHM_VERSION: the criteria and the program. */
  version: string;
  site?: SensorSite | undefined;
  /** The database's tests of the same sensors: their run numbers are taken. */
  known?: readonly SensorTest[] | undefined;
}

export interface Queued {
  judged: JudgedTest;
  /** The entry of the queue; absent if the test was not queued. */
  id?: string;
  /** The same upload was queued or sent before. */
  already?: boolean;
  /** Why it was not queued. */
  problems?: readonly string[];
}

/** Queues tests for upload, each by its test type's own definition, with its file attached. One that cannot stops no other. */
export async function queueSensorTests(
  tests: readonly JudgedTest[],
  options: QueueOptions,
): Promise<Queued[]> {
  const definitions = new Map<string, ReturnType<SensorDatabase['testType']>>();
  const numbers = new RunNumbers(options.known ?? []);
  const results: Queued[] = [];
  for (const judged of tests) {
    const { testType, testTypeCode } = judged.test;
    const code = testTypeOf(testType)?.code ?? testTypeCode ?? testType;
    const asked = definitions.get(code) ?? options.database.testType(code);
    definitions.set(code, asked);
    const definition = await asked;
    if (!definition) {
      results.push({ judged, problems: [`the database has no test type ${code}`] });
      continue;
    }
    const site = options.site ? { site: options.site } : {};
    const numbered = { ...judged, test: { ...judged.test, runNumber: numbers.next(judged.test) } };
    const upload = uploadOf(numbered, definition, { version: options.version, ...site });
    if ('refused' in upload) results.push({ judged, problems: upload.refused });
    else results.push({ judged, ...(await options.queue.queue(upload)) });
  }
  return results;
}
