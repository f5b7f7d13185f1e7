import { resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { counted } from '../../base/quantityText.ts';
import { judge } from '../../sensors/judged.ts';
import { byBatch } from '../../sensors/report/report.ts';
import { stabilityReport } from '../../sensors/report/stabilityReport.ts';
import { command } from '../command.ts';
import { openOnDesktop } from '../printing/openFile.ts';
import {
  criteriaOf,
  importNamed,
  type SensorArguments,
  tellUnread,
  withSensorCriteria,
  withSensorFiles,
} from './input.ts';

interface StabilityArguments extends SensorArguments {
  out: string;
  open: boolean;
}

export default command<StabilityArguments>({
  usage: 'stability <paths..>',
  summary: 'the stability tests: raw and compensated current, air',
  build: (parser) =>
    withSensorCriteria(withSensorFiles(parser))
      .option('out', { type: 'string', default: 'stability-report.html', describe: 'the page to write' })
      .option('open', { type: 'boolean', default: true, describe: 'show it in the browser' })
      .example('$0 sensors stability data/', 'with the histogram of humidity against current'),
  async run(args) {
    const imported = await importNamed(args);
    const criteria = criteriaOf(args);
    const tests = imported.tests
      .filter((test) => test.testType === 'stability')
      .map((test) => judge(test, criteria));
    const out = resolve(args.out);
    await writeFileAtomically(out, stabilityReport(byBatch(tests), { ...imported, criteria }), 0o644);
    tellUnread(imported);
    const summary = { report: out, tests: tests.length };
    process.stdout.write(
      args.json ? `${JSON.stringify(summary)}\n` : `${counted(tests.length, 'stability test')}: ${out}\n`,
    );
    if (args.open && !args.json) openOnDesktop(out);
    return 0;
  },
});
