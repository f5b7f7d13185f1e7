import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  report: lazily(
    'compare tests in one HTML page: table, plots, histograms',
    () => import('./sensorsReport.ts'),
  ),
  stability: lazily(
    'the stability tests: raw and compensated current, air',
    () => import('./sensorsStability.ts'),
  ),
  list: lazily('list tests, or those that answer a question', () => import('./sensorsList.ts')),
  components: lazily('list the wafers', () => import('./sensorsComponents.ts')),
  upload: lazily('review tests and queue them for the database', () => import('./sensorsUpload.ts')),
  direct: lazily('queue tests of types that nobody analyses', () => import('./sensorsDirect.ts')),
  convert: lazily('write tests in the standard format', () => import('./sensorsConvert.ts')),
  config: lazily('show project, component type and test types', () => import('./sensorsConfig.ts')),
};

export default command({
  usage: 'sensors <action>',
  summary: 'sensor QC files: compare, list, review and upload, convert',
  subcommands,
  build: (parser) =>
    parser
      .example('$0 sensors report measurements/', 'one page: the wafers by test, with their plots')
      .example("$0 sensors list data/ --where 'decision!=Pass'", 'what did not pass'),
  async run() {
    throw new BatonError({
      code: 'E1001',
      what: 'Name what to do with sensor files.',
      remedy: `One of ${Object.keys(subcommands).join(', ')}; see \`baton sensors --help\`.`,
    });
  },
});
