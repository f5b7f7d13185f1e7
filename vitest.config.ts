import { defineConfig } from 'vitest/config';

// Each start of Node reads the certificates that a machine names here, which takes twice as long as all the rest of it;
// and no test asks anybody outside.
delete process.env.NODE_EXTRA_CA_CERTS;

/** Files that change nothing of the process they are in: one goes on where another was, with what that has imported. */
const shared = [
  'tests/{calibrations,instruments,journal,measurements,plots,scripts,simulator,station,wirebond}/**/*.test.ts',
  'tests/sensors/!(database).test.ts',
  'tests/sequence/**/!(calibrationProcess|dirigentHelp).test.ts',
  'tests/terminal/!(*Stories|frame|keyboard).test.{ts,tsx}',
];

export default defineConfig({
  test: {
    reporters: ['default', './tests/summary.ts'],
    globalSetup: ['tests/buildOnce.ts'],
    // The death signal of a child belongs to the thread that spawned it, so tests run in processes, not threads.
    pool: 'forks',
    // On a shared machine in CI a whole-program test may find it busy: it is tried again there, and never at home.
    retry: process.env.CI ? 2 : 0,
    testTimeout: process.env.CI ? 60_000 : 20_000,
    // Runs of the built program wait more than they compute: four files at once keep two cores busy, and none of them is
    // judged by the clock of a busy machine.
    maxWorkers: 4,
    maxConcurrency: 3,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'together', include: shared, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['tests/**/*.test.{ts,tsx}'], exclude: shared } },
    ],
  },
});
