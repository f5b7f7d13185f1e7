import pc from 'picocolors';
import { readRecord } from '../../journal/readRecord.ts';
import type { ResumedRecord, RunRecord } from '../../journal/record.ts';
import { findRun } from '../../journal/runDirectory.ts';
import { formatMeasurement } from '../../terminal/numbers.ts';
import { verdictBlock } from '../../terminal/verdictBlock.ts';
import { command } from '../command.ts';
import { standingOf } from '../running/resume/interruptedRun.ts';
import { type RunsArguments, rootOfRuns, withRuns } from './rootOfRuns.ts';

interface ShowArguments extends RunsArguments {
  run?: string;
}

export default command<ShowArguments>({
  usage: 'show [run]',
  summary: 'one run, with every measurement',
  build: (parser) =>
    withRuns(parser)
      .positional('run', {
        type: 'string',
        describe: 'id of a run, the beginning of it, or its folder; default: the last one',
      })
      .example('$0 runs show', 'the last one'),
  async run(args) {
    const run = await findRun(await rootOfRuns(args), args.run);
    const record = await readRecord(run);
    if (args.json) {
      process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
      return 0;
    }
    process.stdout.write(`${heading(record, run.path)}${steps(record)}${verdictBlock(record, pc)}`);
    if ((await standingOf(run)).can === 'resume')
      process.stdout.write(`\n  It was interrupted, and can go on: \`baton runs resume ${run.id}\`.\n`);
    return 0;
  },
});

function heading(record: RunRecord, path: string): string {
  const simulated = record.station.simulated ? ' (simulated)' : '';
  const lines = [
    `${pc.bold(record.title)}  ${record.run}`,
    path,
    `at ${record.station.id}${simulated}, by ${record.operator}, ${time(record.started)}`,
    ...(record.resumed ?? []).map(resumption),
  ];
  return `${lines.join('\n')}\n`;
}

function resumption({ t, operator, kept, before }: ResumedRecord): string {
  const steps =
    kept.length === 0 ? 'nothing kept' : `kept: ${kept.map(({ step }) => `step ${step}`).join(', ')}`;
  const why = before.problems[0]?.what ?? before.trips[0]?.what ?? before.end ?? 'no end was written';
  return `resumed by ${operator}, ${time(t)} (${steps}); before: ${why}`;
}

function steps({ steps: all, modules }: RunRecord): string {
  return all
    .flatMap(({ step, calibration, results }) =>
      results.map(({ module, measurements, criteria }) => {
        const name = modules.find(({ index }) => index === module)?.name ?? module;
        const judged = criteria ? `by ${criteria.name} of ${criteria.date}` : 'no criteria';
        const values = measurements.map((measurement) => `  ${formatMeasurement(measurement)}\n`);
        return `\n${pc.bold(`step ${step}  ${calibration}`)}  ${name}  ${judged}\n${values.join('')}`;
      }),
    )
    .join('');
}

function time(t: number): string {
  return new Date(t).toISOString();
}
