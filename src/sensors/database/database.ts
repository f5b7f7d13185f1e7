import type { TestRun } from './testRun.ts';
import type { SensorUpload, TestTypeDefinition } from './upload.ts';

/** A sensor as the database knows it. */
export interface SensorComponent {
  serialNumber: string;
  /** The 32-digit code. */
  code: string;
  /** The maker's name of it: `VPX90002-W00161`. */
  alternativeIdentifier?: string | undefined;
  /** The sensor type: `ATLAS18LS`. */
  type?: string | undefined;
}

/** What sensor tests ask of the database; the command line hands it in. */
export interface SensorDatabase {
  /** The sensors of the project and component type. */
  components(): Promise<readonly SensorComponent[]>;
  /** The test runs of these sensors, of these test types. */
  testRuns(of: { components: readonly string[]; testTypes: readonly string[] }): AsyncIterable<TestRun>;
  /** A test type's own definition; undefined if the database has none of that code. */
  testType(code: string): Promise<TestTypeDefinition | undefined>;
}

/** Where uploads wait until the database has them. */
export interface UploadQueue {
  /** Queues it; `already` if the same upload is queued or was sent before. */
  queue(upload: SensorUpload): Promise<{ id: string; already: boolean }>;
}
