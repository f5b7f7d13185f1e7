import pc from 'picocolors';
import { counted } from '../../base/quantityText.ts';
import { describeAction } from '../../sequence/plan/describeAction.ts';
import type { Plan } from '../../sequence/plan/plan.ts';
import type { CalibrationStep, ChecksStep } from '../../sequence/step.ts';
import { formatDuration } from '../../terminal/numbers.ts';

/** The plan without what is code: it is data, and reads back as the same. */
export function plainPlan({ title, steps, kept, actions, estimate }: Plan) {
  return {
    title,
    estimate,
    steps: steps.map(({ number, category, ...step }) => {
      const { entry, checks, ...plain } = step as Partial<CalibrationStep & ChecksStep>;
      return { step: number, category: category.name, ...plain };
    }),
    ...(kept.length > 0
      ? { kept: kept.map(({ number, calibration }) => ({ step: number, calibration })) }
      : {}),
    actions,
  };
}

export function printPlan(plan: Plan): void {
  const out = process.stdout;
  out.write(
    `${pc.bold(plan.title)}: ${counted(plan.steps.length, 'step')}, ${counted(plan.actions.length, 'action')}, about ${formatDuration(plan.estimate)}\n`,
  );
  let step: number | undefined;
  for (const [i, action] of plan.actions.entries()) {
    if (action.step !== step) {
      step = action.step;
      out.write(`\n${headingOf(plan, step)}\n`);
    }
    const condition = action.when ? pc.dim(`  ${conditions[action.when]}`) : '';
    out.write(`${String(i + 1).padStart(4)}  ${describeAction(action)}${condition}\n`);
    if (action.do === 'calibrate' || action.do === 'identify')
      out.write(`      ${pc.dim(shown(action.argv))}\n`);
  }
}

const conditions = {
  'bias allowed': 'if the breakdown allows the bias',
  'breakdown found': 'if the curve before this one shows a breakdown',
};

function headingOf({ steps, kept }: Plan, number: number | undefined): string {
  const step = steps.find((one) => one.number === number);
  if (step)
    return `${pc.bold(`step ${number}  ${step.calibration}`)}  (${step.category.name}, about ${formatDuration(step.estimate)})`;
  const before = kept.find((one) => one.number === number);
  return before ? `${pc.bold(`step ${number}  ${before.calibration}`)}  (kept)` : 'end';
}

/** As it could be typed; it is never given to a shell. */
function shown(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
