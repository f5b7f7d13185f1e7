import { BatonError } from '../../../base/errors.ts';
import { formatDuration } from '../../../terminal/numbers.ts';
import type { ResumeProposal } from './resumeRun.ts';

/** What is kept, what is run again, and what has changed: enough to say yes or no. */
export function resumeSummary({ run, record, sequence, plan, changes, notes }: ResumeProposal): string[] {
  const { kept, repeated } = sequence.resumed!;
  const called = (number: number) =>
    `${number} ${sequence.steps.find((step) => step.number === number)?.calibration}`;
  return [
    `${record.title}, ${run.id}`,
    ...[...kept].map(([step, { adopt }]) => `  kept   ${called(step)}${adopt ? ': it had finished' : ''}`),
    ...repeated.map(({ step, why }) => `  again  ${called(step)}: ${why}`),
    ...notes.map((note) => `  note   ${note}`),
    ...changes.map((change) => `  now    ${change}`),
    `  ${plan.steps.length} step${plan.steps.length === 1 ? '' : 's'} to run, about ${formatDuration(plan.estimate)}`,
  ];
}

/** What somebody reads off a module that is mounted. @throws E4406 it is not the one of the run */
export function demandLabel(
  label: string,
  { name, serialNumber }: { name: string; serialNumber: string },
): void {
  if (label.toUpperCase() === serialNumber.toUpperCase() || label === name) return;
  throw new BatonError({
    code: 'E4406',
    what: `${label} is not ${serialNumber}, of which this run is.`,
    remedy: `Mount ${serialNumber}, or start a run of the module that is mounted.`,
  });
}
