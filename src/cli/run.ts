import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { formatProblem } from '../base/errors.ts';
import { plainText } from '../base/plainText.ts';
import { counted } from '../base/quantityText.ts';
import { loadCriteria } from '../calibrations/criteria.ts';
import { detachedWords, startDetachedRun } from '../sequence/attach/detachedRun.ts';
import type { LoadedStation } from '../station/load.ts';
import { poweringGroup } from '../station/poweringGroup.ts';
import { formatDuration } from '../terminal/numbers.ts';
import { askTerminal } from './asking/ask.ts';
import { askAtTerminal, isInteractive } from './asking/question.ts';
import { command } from './command.ts';
import { type ModuleArguments, withModule, withSubstitutions } from './options.ts';
import { attachTo } from './running/attachTo.ts';
import { carryOutRun } from './running/carryOutRun.ts';
import { isUnknownSerial, offerModule } from './running/offerModule.ts';
import { checkPermission } from './running/permission.ts';
import { runOnScreen } from './running/runOnScreen.ts';
import { sequenceOf, sequenceOn } from './running/sequenceFile.ts';
import { rendererOf, type ShowingArguments, shownHere, showsScreen } from './running/shownHere.ts';
import { type SimulationArguments, withSimulation } from './running/simulationOptions.ts';
import { installedDirigent } from './station/installedDirigent.ts';
import { demandOwnFiles, isShipped } from './station/shippedFiles.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';

interface RunArguments extends ModuleArguments, SimulationArguments, ShowingArguments {
  sequence: string;
  set?: string[];
  directory?: string;
  title?: string;
  operator: string;
  upload: boolean;
  yes: boolean;
  detach: boolean;
}

export default command<RunArguments>({
  usage: 'run <sequence>',
  summary: 'run a named sequence on a station',
  build: (parser) =>
    withSimulation(withSubstitutions(withModule(parser)))
      .positional('sequence', {
        type: 'string',
        demandOption: true,
        describe: 'name of a sequence, path of a script, or the scanned code of a traveller',
      })
      .option('directory', {
        type: 'string',
        describe: 'where run directories go (default: runs_directory of station.json)',
      })
      .option('title', { type: 'string', describe: 'title in the database (default: the sequence’s own)' })
      .option('operator', {
        type: 'string',
        default: userInfo().username,
        coerce: plainText,
        describe: 'who runs it',
      })
      .option('upload', {
        type: 'boolean',
        default: true,
        describe: 'queue the results for the database (--no-upload: do not)',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'start without asking' })
      .option('detach', {
        type: 'boolean',
        default: false,
        describe: 'run in a process of its own and only look at it: closing the terminal changes nothing',
      })
      // Of a detached runner: it says where it runs, and then nothing.
      .option('announce', { type: 'boolean', default: false, hidden: true })
      .option('renderer', {
        choices: ['auto', 'plain', 'json'],
        default: 'auto',
        describe: 'how it is shown; auto: a screen on a terminal, lines elsewhere',
      })
      .example('$0 run electrical-qc --station simulated --yes', 'everything without hardware')
      .example('$0 run electrical-qc --module 20UPGM22110001', 'the module with this serial number')
      .example('$0 run electrical-qc --detach', 'goes on when this terminal is closed; baton attach')
      .example('$0 run sldo --renderer json | jq .event', 'the journal as it is written'),
  run,
});

async function run(args: RunArguments) {
  const { script, problems, set, module, fromTraveller } = await sequenceOf(args);
  const { station, warnings } = await stationWith(module, args);
  if (!isTwin(args.station)) demandOwnFiles(station.directory, 'no real run is made by them');
  // Who plays with a simulated twin needs no leave.
  const rules = isTwin(args.station) ? undefined : station.operators;
  const user = userInfo().username;
  // As it was named: a file of the same name elsewhere is another sequence.
  checkPermission(rules, { user, sequence: args.sequence, set, traveller: fromTraveller });
  const group = poweringGroup(station, module);
  const title = args.title ?? script.title;
  // Everything that is wrong without touching anything is said here, before a folder or a port is opened.
  const names = script.calibrations.map(({ id }) => id);
  const dirigent = await installedDirigent(station, args.station, names);
  const criteria = await loadCriteria(join(args.config, 'criteria'));
  const sequence = sequenceOn({ station, twin: isTwin(args.station), group, dirigent }, script, title);
  const plan = sequence.plan();
  for (const warning of [...warnings, ...problems, ...sequence.warnings])
    process.stderr.write(`${formatProblem(warning)}\n`);

  if (!args.yes && isInteractive()) {
    const modules = group.modules.map(({ name }) => name).join(', ');
    const question = `${title} on ${modules}: ${counted(plan.steps.length, 'step')}, about ${formatDuration(plan.estimate)}. Start? [y/N] `;
    const answer = await askAtTerminal(question, { withinMs: 10 * 60_000 });
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      process.stderr.write('Not started; nothing was touched.\n');
      return 2;
    }
  }
  const onScreen = showsScreen(args, station.renderer);
  if (args.detach || onScreen) {
    const detached = await startDetachedRun(detachedWords(process.argv.slice(2)));
    if (onScreen) return runOnScreen(detached, { language: station.language });
    return attachTo(detached, rendererOf(args, station.renderer));
  }
  return carryOutRun({
    script,
    title,
    station,
    dirigent,
    criteria,
    ...(module === undefined ? {} : { module }),
    config: args.config,
    runsDirectory: args.directory === undefined ? station.runsDirectory : resolve(args.directory),
    operator: args.operator,
    upload: args.upload,
    ...shownHere(args, station.renderer),
    ...(isTwin(args.station) ? { simulation: args } : {}),
  });
}

/** The station of the files, with an entry for a module that was scanned for the first time, if somebody wants it. */
async function stationWith(module: string | undefined, args: RunArguments): Promise<LoadedStation> {
  const loaded = await stationOf(args);
  const asker = args.yes || isShipped(loaded.station.directory) ? undefined : askTerminal();
  if (!asker || !isUnknownSerial(loaded.station, module)) return loaded;
  return (await offerModule(loaded.station, module, asker)) ?? loaded;
}
