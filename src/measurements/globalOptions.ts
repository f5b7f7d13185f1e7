import type { OptionTable } from './clickOptions.ts';

/** The options before the calibration's name, as far as they are publicly known. [dirigent.docs.cern.ch] */
export const globalOptions = {
  config: { short: '-C', long: '--config', type: 'FILE', help: 'dirigent.toml to load.' },
  module_json: { long: '--module-json', type: 'FILE', help: 'modules.json.' },
  ipaddress: { long: '--ipaddress', type: 'TEXT', help: 'Address of the read-out board.' },
  instruments_dict: {
    long: '--instruments-dict',
    type: 'TEXT',
    help: 'Instruments as JSON (or a file that holds it).',
  },
  channels_dict: {
    long: '--channels-dict',
    type: 'TEXT',
    help: 'Channels of the modules as JSON (or a file that holds it).',
  },
  directory: {
    long: '--directory',
    type: 'DIRECTORY',
    help: 'Folder for the results.',
    default: '.',
  },
  verbosity: { long: '--verbosity', type: 'INTEGER', help: '2 for debugging mode.', default: 1 },
  // What these three do in dirigent is not public; they are accepted so that a station's flags can stay.
  p: { short: '-p', type: 'flag', help: 'Accepted, without effect.' },
  l: { short: '-l', type: 'flag', help: 'Accepted, without effect.' },
  m: { short: '-m', type: 'flag', help: 'Accepted, without effect.' },
  no_monitoring: { long: '--no-monitoring', type: 'flag', help: 'Accepted, without effect.' },
  version: { long: '--version', type: 'flag', help: 'Show the version and exit.' },
} as const satisfies OptionTable;
