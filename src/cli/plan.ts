import pc from 'picocolors';
import { formatProblem, isBatonError, type Problem } from '../base/errors.ts';
import type { SequenceScript } from '../scripts/script.ts';
import { describeAction } from '../sequence/describeAction.ts';
import type { DirigentKnowledge } from '../sequence/dirigentHelp.ts';
import type { Plan } from '../sequence/plan.ts';
import type { CalibrationStep, ChecksStep } from '../sequence/step.ts';
import { poweringGroup } from '../station/poweringGroup.ts';
import type { Station } from '../station/station.ts';
import { formatDuration } from '../terminal/numbers.ts';
import { command } from './command.ts';
import { type StationArguments, withStation, withSubstitutions } from './options.ts';
import { sequenceOf, sequenceOn } from './running/sequenceFile.ts';
import { installedDirigent } from './station/installedDirigent.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';

interface PlanArguments extends StationArguments {
  sequence: string;
  set?: string[];
}

export default command<PlanArguments>({
  usage: 'plan <sequence>',
  summary: 'print everything that a sequence will do to the hardware; touches nothing',
  build: (parser) =>
    withSubstitutions(withStation(parser))
      .positional('sequence', {
        type: 'string',
        demandOption: true,
        describe: 'name of a sequence, path of a script, or the code of a traveller',
      })
      .example('$0 plan electrical-qc', 'power actions, command lines and time, in order') as never,
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
      print(plan);
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

/** The plan without what is code: it is data, and reads back as the same. */
function plainPlan({ title, steps, actions, estimate }: Plan) {
  return {
    title,
    estimate,
    steps: steps.map(({ number, category, ...step }) => {
      const { entry, checks, ...plain } = step as Partial<CalibrationStep & ChecksStep>;
      return { step: number, category: category.name, ...plain };
    }),
    actions,
  };
}

function print(plan: Plan): void {
  const out = process.stdout;
  out.write(
    `${pc.bold(plan.title)}: ${plan.steps.length} steps, ${plan.actions.length} actions, about ${formatDuration(plan.estimate)}\n`,
  );
  let step: number | undefined;
  for (const [i, action] of plan.actions.entries()) {
    if (action.step !== step) {
      step = action.step;
      const planned = plan.steps.find(({ number }) => number === step);
      out.write(
        planned
          ? `\n${pc.bold(`step ${step}  ${planned.calibration}`)}  (${planned.category.name}, about ${formatDuration(planned.estimate)})\n`
          : '\nend\n',
      );
    }
    const condition = action.when ? pc.dim('  if the breakdown allows the bias') : '';
    out.write(`${String(i + 1).padStart(4)}  ${describeAction(action)}${condition}\n`);
    if (action.do === 'calibrate') out.write(`      ${pc.dim(shown(action.argv))}\n`);
  }
}

/** As it could be typed; it is never given to a shell. */
function shown(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
