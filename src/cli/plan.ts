import { formatProblem, isBatonError, type Problem } from '../base/errors.ts';
import type { SequenceScript } from '../scripts/script.ts';
import type { DirigentKnowledge } from '../sequence/dirigent/dirigentHelp.ts';
import { poweringGroup } from '../station/poweringGroup.ts';
import type { Station } from '../station/station.ts';
import { command } from './command.ts';
import { type ModuleArguments, withModule, withSubstitutions } from './options.ts';
import { plainPlan, printPlan } from './printing/plan.ts';
import { sequenceOf, sequenceOn } from './running/sequenceFile.ts';
import { installedDirigent } from './station/installedDirigent.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';

interface PlanArguments extends ModuleArguments {
  sequence: string;
  set?: string[];
}

export default command<PlanArguments>({
  usage: 'plan <sequence>',
  summary: 'print everything that a sequence will do to the hardware; touches nothing',
  build: (parser) =>
    withSubstitutions(withModule(parser))
      .positional('sequence', {
        type: 'string',
        demandOption: true,
        describe: 'name of a sequence, path of a script, or the code of a traveller',
      })
      .example('$0 plan electrical-qc', 'power actions, command lines and time, in order'),
  async run(args) {
    const { config, station: which, json } = args;
    const { script, problems, module } = await sequenceOf(args);
    const { station, warnings } = await stationOf({ config, station: which });
    const group = poweringGroup(station, module);
    const dirigent = await dirigentIfThere(station, which, script);
    const around = { station, twin: isTwin(which), group, dirigent: dirigent.knowledge };
    const sequence = sequenceOn(around, script);
    const plan = sequence.plan();
    const all = [...warnings, ...problems, ...sequence.warnings, ...dirigent.warnings];
    if (json) process.stdout.write(`${JSON.stringify({ ...plainPlan(plan), warnings: all }, null, 2)}\n`);
    else {
      for (const warning of all) process.stderr.write(`${formatProblem(warning)}\n`);
      printPlan(plan);
    }
    return 0;
  },
});

/** A plan can be made where dirigent is not installed; what is sent is then what the catalogue expects. */
async function dirigentIfThere(
  station: Station,
  which: string | undefined,
  { calibrations }: SequenceScript,
): Promise<{ knowledge?: DirigentKnowledge; warnings: readonly Problem[] }> {
  try {
    const names = calibrations.map(({ id }) => id);
    return { knowledge: await installedDirigent(station, which, names), warnings: [] };
  } catch (error) {
    if (!isBatonError(error)) throw error;
    return { warnings: error.problems.map((problem) => ({ ...problem, severity: 'warning' })) };
  }
}
