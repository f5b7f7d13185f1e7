import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  report: lazily(
    'compare tests in one HTML page: table, plots, histograms',
    () => import('./sensors/report.ts'),
  ),
  stability: lazily(
    'the stability tests: raw and compensated current, air',
    () => import('./sensors/stability.ts'),
  ),
  list: lazily('list tests, or those that answer a question', () => import('./sensors/list.ts')),
  components: lazily('list the wafers', () => import('./sensors/components.ts')),
  upload: lazily('review tests and queue them for the database', () => import('./sensors/upload.ts')),
  direct: lazily('queue tests of types that nobody analyses', () => import('./sensors/direct.ts')),
  convert: lazily('write tests in the standard format', () => import('./sensors/convert.ts')),
  config: lazily('show project, component type and test types', () => import('./sensors/config.ts')),
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
