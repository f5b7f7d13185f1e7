import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  report: lazily(
    'charts with control limits, yield, HV time; with --today the shift hand-over',
    () => import('./stationReport.ts'),
  ),
};

export default command({
  usage: 'station <action>',
  summary: 'the health of this station over its last runs',
  subcommands,
  build: (parser) => parser.example('$0 station report --today', 'the page for the shift hand-over'),
  async run() {
    throw new BatonError({
      code: 'E1001',
      what: 'Name what to do with the station.',
      remedy: `One of ${Object.keys(subcommands).join(', ')}; see \`baton station --help\`.`,
    });
  },
});
