import { BatonError } from '../base/errors.ts';
import { KnownSensors, testsOfBatch, waferOf } from '../sensors/database/compare.ts';
import type { SensorComponent, SensorDatabase, UploadQueue } from '../sensors/database/database.ts';
import type { SensorTest } from '../sensors/record.ts';
import type { SensorSite } from '../sensors/siteFile.ts';

/** What the sensor commands use of the database. Nothing local needs it. */
export interface SensorServices {
  database(site: SensorSite): Promise<SensorDatabase>;
  queue(): Promise<UploadQueue>;
}

/** Refuses with E9307: this installation has no client of the database. */
export const noServices: SensorServices = {
  database: () => Promise.reject(notAvailable()),
  queue: () => Promise.reject(notAvailable()),
};

export const services: SensorServices = noServices;

function notAvailable(): BatonError {
  return new BatonError({
    code: 'E9307',
    what: 'The production database is not available in this installation.',
    remedy: 'Work on files alone: leave --database out and name a path.',
  });
}

/** The database's side of a comparison. */
export interface DatabaseSide {
  components: readonly SensorComponent[];
  known: KnownSensors;
  /** Its tests of the batches. */
  tests: SensorTest[];
}

export async function askDatabase(
  database: SensorDatabase,
  batches: readonly string[],
): Promise<DatabaseSide> {
  const components = await database.components();
  const tests: SensorTest[] = [];
  for (const batch of new Set(batches)) tests.push(...(await testsOfBatch(database, components, batch)));
  return { components, known: new KnownSensors(components), tests };
}

/** Every batch that the database's sensors are of. */
export function batchesOf(components: readonly SensorComponent[]): string[] {
  return [...new Set(components.flatMap((component) => waferOf(component).batch ?? []))];
}
