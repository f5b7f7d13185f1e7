import { userInfo } from 'node:os';
import { BatonError, type ExitCode, formatProblem } from '../../base/errors.ts';
import { plainText } from '../../base/plainText.ts';
import { startDetachedRun } from '../../sequence/attach/detachedRun.ts';
import { askAtTerminal, isInteractive } from '../asking/question.ts';
import { command } from '../command.ts';
import { type ConfigArguments, withConfig } from '../options.ts';
import { plainPlan, printPlan } from '../printing/plan.ts';
import { attachTo } from '../running/attachTo.ts';
import { carryOutRun } from '../running/carryOutRun.ts';
import {
  proposeResume,
  type ResumeProposal,
  resumeWords,
  withConfirmed,
} from '../running/resume/resumeRun.ts';
import { demandLabel, resumeSummary } from '../running/resume/resumeTold.ts';
import { runOnScreen } from '../running/runOnScreen.ts';
import { rendererOf, type ShowingArguments, shownHere, showsScreen } from '../running/shownHere.ts';

interface ResumeArguments extends ConfigArguments, ShowingArguments {
  run?: string;
  station?: string;
  directory?: string;
  module: string[];
  operator: string;
  fault: string[];
  acceptChanges: boolean;
  dryRun: boolean;
  yes: boolean;
  detach: boolean;
}

export default command<ResumeArguments>({
  usage: 'resume [run]',
  summary: 'go on with a run that was interrupted: what it measured is kept',
  build: (parser) =>
    withConfig(parser)
      .positional('run', {
        type: 'string',
        describe: 'id of a run, the beginning of it, or its folder; default: the last one',
      })
      .option('station', { type: 'string', describe: 'name of a station in config/stations, or a folder' })
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('module', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'serial number of the module that is mounted, as its label says; may be repeated',
      })
      .option('operator', {
        type: 'string',
        default: userInfo().username,
        coerce: plainText,
        describe: 'who goes on with it',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'print what is kept and everything that would be done; touches nothing',
      })
      .option('accept-changes', {
        type: 'boolean',
        default: false,
        describe: 'go on although files of the station are not as they were when the run began',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'go on without asking' })
      .option('detach', {
        type: 'boolean',
        default: false,
        describe: 'run in a process of its own and only look at it',
      })
      .option('announce', { type: 'boolean', default: false, hidden: true })
      .option('renderer', {
        choices: ['auto', 'plain', 'json'],
        default: 'auto',
        describe: 'how it is shown; auto: a screen on a terminal, lines elsewhere',
      })
      .option('fault', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'simulated station: something to go wrong from here on; may be repeated',
      })
      .example('$0 runs resume', 'the last run: asks for the serial number, and goes on')
      .example('$0 runs resume --dry-run', 'what is kept, what is run again, and every action'),
  run,
});

async function run(args: ResumeArguments): Promise<ExitCode> {
  const proposal = await proposeResume({
    run: args.run,
    config: args.config,
    station: args.station,
    directory: args.directory,
    modules: args.module,
    operator: args.operator,
    faults: args.fault,
    look: args.dryRun,
  });
  for (const warning of proposal.warnings) process.stderr.write(`${formatProblem(warning)}\n`);
  if (args.dryRun) return show(proposal, args.json);
  // Who started this process has shown it already.
  if (!args.announce) process.stderr.write(`${resumeSummary(proposal).join('\n')}\n`);
  const agreed = await agree(proposal, args);
  if (!agreed) {
    process.stderr.write('Not resumed.\n');
    return 2;
  }
  const { request, run: directory } = agreed;
  const configured = request.station.renderer;
  const onScreen = showsScreen(args, configured);
  if (args.detach || onScreen) {
    const detached = await startDetachedRun(resumeWords(agreed, args));
    if (onScreen) return runOnScreen(detached, { language: request.station.language });
    return attachTo(directory, rendererOf(args, configured));
  }
  return carryOutRun({ ...request, ...shownHere(args, configured) });
}

/**
 * Undefined: it was not wanted.
 *
 * @throws E4406 it is another module; E4407 nobody says which one it is; E5007 the station has changed
 */
async function agree(
  proposal: ResumeProposal,
  { yes, acceptChanges, operator }: ResumeArguments,
): Promise<ResumeProposal | undefined> {
  const ask = !yes && isInteractive();
  const { changes, run, unconfirmed } = proposal;
  if (changes.length > 0 && !acceptChanges && !ask)
    throw new BatonError({
      code: 'E5007',
      what: `since ${run.id} began, the station has changed: ${changes.join('; ')}.`,
      remedy:
        'Put it back as it was, or resume with --accept-changes: what was measured before is kept all the same.',
    });
  if (unconfirmed.length > 0 && !ask)
    throw new BatonError(
      unconfirmed.map(({ name, serialNumber = name }) => ({
        code: 'E4407',
        what: `whether ${serialNumber} is still the module that is mounted cannot be read from its chips, and nobody says so.`,
        remedy: `Look at its label, and resume with --module ${serialNumber}.`,
      })),
    );
  if (!ask) return proposal;
  const modules = proposal.request.resumed!.expected.filter(({ confirmedBy }) => confirmedBy === undefined);
  const scanned = await scan(proposal, new Set(modules.map(({ module }) => module)));
  if (!scanned) return undefined;
  const question = changes.length > 0 && !acceptChanges ? 'Go on with the station as it is now?' : 'Go on?';
  if (modules.length > 0 && changes.length === 0) return withConfirmed(proposal, operator, scanned);
  const answer = await askAtTerminal(`${question} [y/N] `, { withinMs: patienceMs });
  return /^y(es)?$/i.test(answer?.trim() ?? '') ? withConfirmed(proposal, operator, scanned) : undefined;
}

/** Long enough to go and look at a label, ms. */
const patienceMs = 10 * 60_000;

/** Each module by its label: scanning it is what says yes. */
async function scan({ record }: ResumeProposal, asked: ReadonlySet<string>) {
  const modules = record.modules.filter(({ index }) => asked.has(index));
  for (const { name, serialNumber = name } of modules) {
    const text = `Scan or type the serial number of ${name} (${serialNumber}) to go on; Enter: do not: `;
    const answer = (await askAtTerminal(text, { withinMs: patienceMs }))?.trim() ?? '';
    if (answer === '') return undefined;
    demandLabel(answer, { name, serialNumber });
  }
  return modules;
}

function show({ run, plan, changes, notes, warnings, sequence }: ResumeProposal, json: boolean): ExitCode {
  const { kept, repeated } = sequence.resumed!;
  if (json) {
    const printed = {
      run: run.id,
      kept: [...kept].map(([step, { folder, adopt = false }]) => ({ step, folder, adopted: adopt })),
      repeated,
      changes,
      notes,
      plan: plainPlan(plan),
      warnings,
    };
    process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
    return 0;
  }
  for (const { step, why } of repeated) process.stdout.write(`again  step ${step}: ${why}\n`);
  for (const change of changes) process.stdout.write(`now    ${change}\n`);
  for (const note of notes) process.stdout.write(`note   ${note}\n`);
  printPlan(plan);
  return 0;
}
