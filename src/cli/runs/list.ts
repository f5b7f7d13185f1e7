import { listRuns } from '../../journal/runDirectory.ts';
import { formatDuration } from '../../terminal/numbers.ts';
import { command } from '../command.ts';
import { printTable } from '../printing/table.ts';
import { summariseAll } from './recordedRuns.ts';
import { type RunsArguments, rootOfRuns, withRuns } from './rootOfRuns.ts';

export default command<RunsArguments>({
  usage: 'list',
  summary: 'the runs, the newest first, and which of them can go on',
  build: (parser) => withRuns(parser).example('$0 runs list', 'the newest first'),
  async run(args) {
    const root = await rootOfRuns(args);
    const runs = await summariseAll(await listRuns(root));
    if (args.json) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
    else if (runs.length === 0) process.stdout.write(`No runs in ${root}.\n`);
    else {
      printTable(
        ['run', 'title', 'modules', 'verdict', 'end', 'took', ''],
        runs.map(({ run, title, modules, verdict, end, seconds, canResume }) => [
          run,
          title,
          modules.join(' '),
          verdict ?? '?',
          end,
          seconds === undefined ? '' : formatDuration(seconds),
          canResume ? 'can be resumed' : '',
        ]),
      );
    }
    return 0;
  },
});
