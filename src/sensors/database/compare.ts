import { identityKey, sameContent } from '../importing/duplicates.ts';
import { contradictionIn, fromOneWord, identityOf } from '../importing/identity.ts';
import type { SensorTest } from '../record.ts';
import { testTypes } from '../testTypes.ts';
import type { SensorComponent, SensorDatabase } from './database.ts';
import { sensorTestOf } from './testRun.ts';

/** The sensors of the database, to be found by batch and wafer or by serial number. */
export class KnownSensors {
  readonly #bySerial = new Map<string, SensorComponent>();
  readonly #byWafer = new Map<string, SensorComponent>();

  constructor(components: readonly SensorComponent[]) {
    for (const component of components) {
      this.#bySerial.set(component.serialNumber, component);
      const { batch, wafer } = waferOf(component);
      if (batch !== undefined && wafer !== undefined) this.#byWafer.set(`${batch} ${wafer}`, component);
    }
  }

  find(test: SensorTest): SensorComponent | undefined {
    const bySerial = test.serialNumber === undefined ? undefined : this.#bySerial.get(test.serialNumber);
    return bySerial ?? this.#byWafer.get(`${test.batch} ${test.wafer}`);
  }

  /**
   * The test with what the database knows of its sensor. What the file says stays where the database says nothing; a
   * difference of type is noted, one of name leaves open which sensor it is.
   */
  complete(test: SensorTest): SensorTest {
    const found = this.find(test);
    if (!found) return test;
    const warnings = [...test.warnings];
    const { serialNumber, code, type } = found;
    if (test.serialNumber !== undefined && test.serialNumber !== serialNumber)
      warnings.push(`The file says ${test.serialNumber}; the database knows this wafer as ${serialNumber}.`);
    if (test.sensorType !== undefined && type !== undefined && test.sensorType !== type)
      warnings.push(`The file says type ${test.sensorType}; the database says ${type}, which counts.`);
    const wafer = waferOf(found);
    return {
      ...test,
      serialNumber,
      componentCode: code,
      sensorType: type ?? test.sensorType,
      ...(test.batch === undefined ? wafer : {}),
      contradiction: contradictionIn(identityOf(test.header), {
        filename: test.source === 'file' ? test.filename : undefined,
        known: wafer.wafer === undefined ? undefined : { serialNumber, ...wafer },
      }),
      warnings,
    };
  }
}

export function waferOf(component: SensorComponent): { batch?: string; wafer?: number | string } {
  const { batch, wafer } = fromOneWord((component.alternativeIdentifier ?? '').toUpperCase());
  return { ...(batch ? { batch } : {}), ...(wafer === undefined ? {} : { wafer }) };
}

/** The database's tests of the sensors of a batch. */
export async function testsOfBatch(
  database: SensorDatabase,
  components: readonly SensorComponent[],
  batch: string,
): Promise<SensorTest[]> {
  const own = components.filter((component) => waferOf(component).batch === batch);
  const tests: SensorTest[] = [];
  if (own.length === 0) return tests;
  const asked = { components: own.map(({ code }) => code), testTypes: testTypes.map(({ code }) => code) };
  for await (const run of database.testRuns(asked)) {
    // A run that was withdrawn is no result.
    if (run.state === undefined || run.state === 'ready') tests.push(sensorTestOf(run));
  }
  return tests;
}

/** Which of the files' tests the database has: the same moment, and whether it is the same content. */
export function alreadyThere(
  database: readonly SensorTest[],
): (test: SensorTest) => { id: string; same: boolean } | undefined {
  const byKey = new Map<string, SensorTest[]>();
  for (const test of database) {
    const key = identityKey(test);
    byKey.set(key, [...(byKey.get(key) ?? []), test]);
  }
  return (test) => {
    const alike = byKey.get(identityKey(test)) ?? [];
    const same = alike.find((other) => sameContent(test, other));
    const [first] = alike;
    return same ? { id: same.file, same: true } : first && { id: first.file, same: false };
  };
}
