import { BatonError } from '../../base/errors.ts';
import type { CalibrationContext } from '../../measurements/calibration.ts';
import { calibration } from '../../measurements/calibration.ts';
import { program, withModules } from './moduleUnderTest.ts';
import { byChip, writeSummary } from './results.ts';
import { recordKey, runTests, writeChip } from './runTests.ts';
import { parseTestList, parseTuning, type Test } from './tests.ts';

export const calibrateModule = calibration({
  name: 'calibrate_module',
  summary: 'Tune the thresholds of the module.',
  about:
    'Tunes every chip to a target threshold, with pixel alive and a threshold scan before and a threshold scan after. Needs LV and bias on.',
  roles: [],
  options: {
    tuning: {
      short: '-t',
      long: '--tuning',
      type: 'TEXT',
      help: 'Target threshold in electrons, or a JSON list of targets or tests.',
    },
  },
  async run(context, { tuning }) {
    if (tuning === undefined) throw missing('-t', 'calibrate_module -t 1000');
    const tests = parseTuning(tuning);
    await tune(context, 'calibrate_module', tests, { tests: tests.map(({ name }) => name) });
  },
});

export const customSequence = calibration({
  name: 'custom_sequence',
  summary: 'Run a list of tests.',
  about: 'Runs the tests of a list in their order. Needs LV and bias on.',
  roles: [],
  options: {
    test_list: {
      short: '-s',
      long: '--test-list',
      type: 'TEXT',
      help: 'JSON list of tests: names, or objects with a name and settings.',
    },
  },
  async run(context, { test_list }) {
    if (test_list === undefined) throw missing('-s', `custom_sequence -s '["PixelAlive"]'`);
    const tests = parseTestList(test_list);
    await tune(context, 'custom_sequence', tests, { tests: tests.map(({ name }) => name) });
  },
});

async function tune(
  context: CalibrationContext,
  name: string,
  tests: readonly Test[],
  settings: object,
): Promise<void> {
  const started = new Date();
  await withModules(context, async (modules, modulesJson) => {
    await program(context, modules, modulesJson);
    const records = await runTests(context, modules, tests);
    const written = new Map<string, object>();
    for (const { index, chips } of modules)
      for (const { id } of chips) {
        const record = records.get(recordKey(index, id));
        if (!record) continue;
        const numbers = await writeChip(context, index, id, record);
        written.set(recordKey(index, id), { ...numbers, tests: record.tests });
      }
    await writeSummary(context, name, started, {
      settings,
      modules: byChip(modules, (module, chip) => written.get(recordKey(module, chip))),
    });
  });
}

function missing(option: string, example: string): BatonError {
  return new BatonError({
    code: 'E9555',
    what: `The tuning list is missing: ${option} was not given.`,
    remedy: `Give it, as in: ${example}`,
  });
}
