import { type CommandGroup, lazily } from './command.ts';

const station: CommandGroup = {
  usage: 'station',
  summary: 'the health of this station over its last runs',
  commands: {
    report: lazily(
      'charts with control limits, yield, HV time; with --today the shift hand-over',
      () => import('./stationReport.ts'),
    ),
  },
};
export default station;
