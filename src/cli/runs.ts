import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  list: lazily('the runs, the newest first, and which of them can go on', () => import('./runs/list.ts')),
  show: lazily('one of them, with every measurement', () => import('./runs/show.ts')),
  resume: lazily(
    'go on with one that was interrupted: what it measured is kept',
    () => import('./runs/resume.ts'),
  ),
  export: lazily(
    'all of them, or some: CSV, JSON, typed columns, Prism’s result records',
    () => import('./runs/export.ts'),
  ),
};

export default command({
  usage: 'runs <action>',
  summary: 'list the runs, show one of them, go on with one that was interrupted, or export them',
  subcommands,
  build: (parser) =>
    parser
      .example('$0 runs list', 'the newest first')
      .example('$0 runs show', 'the last one, with every measurement')
      .example('$0 runs resume', 'the last one goes on where it was interrupted'),
  async run() {
    throw new BatonError({
      code: 'E1001',
      what: 'Name what to do with the runs: list, show, resume or export.',
      remedy: '`baton runs list` shows them.',
    });
  },
});
