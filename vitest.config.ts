import { defineConfig } from 'vitest/config';

// Each start of Node reads the certificates that a machine names here, which takes twice as long as all the rest of it;
// and no test asks anybody outside.
delete process.env.NODE_EXTRA_CA_CERTS;

const all = ['tests/**/*.test.{ts,tsx}'];

/** Files that change something of the process they are in, for a while at least: its environment, clock, folder, output. */
const apart = [
  'tests/guardian/*.test.ts',
  'tests/{cli/{askOperator,check,commandLine},interlocks/stationWatch,sensors/database}.test.ts',
  'tests/itkdb/{badAnswers,commandLine,retryAfter,uploadRun}.test.ts',
  'tests/sequence/{calibrating/calibrationProcess,dirigent/dirigentHelp}.test.ts',
  'tests/terminal/{frame,keyboard}.test.ts',
  // Each has a browser.
  'tests/{reports/runReport,sensors/report}.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', './tests/summary.ts'],
    globalSetup: ['tests/aroundAll.ts'],
    setupFiles: ['tests/patterns.ts'],
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
    expect: { poll: { timeout: 15_000 } },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      // Of the others one goes on where another was, with what that has imported.
      {
        extends: true,
        test: {
          name: 'together',
          include: all,
          exclude: apart,
          isolate: false,
          setupFiles: ['tests/leavesAsFound.ts'],
        },
      },
    ],
  },
});
