import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  report: lazily(
    'charts with control limits, yield, HV time; with --today the shift hand-over',
    () => import('./station/report.ts'),
  ),
};

export default command({
  usage: 'station <action>',
  summary: 'the health of this station over its last runs',
  subcommands,
  build: (parser) => parser.example('$0 station report --today', 'for those who take over the shift'),
  async run() {
    throw new BatonError({
      code: 'E1001',
      what: 'Name what to do with the station.',
      remedy: '`baton station report` writes a page on how it has been.',
    });
  },
});
