import { formatProblem } from '../base/errors.ts';
import { verdictWords as words } from '../base/verdict.ts';
import type { RunRecord, StepRecord } from '../journal/record.ts';

/** The colours that it needs; picocolors has them. */
interface VerdictColours {
  bold(text: string): string;
  green(text: string): string;
  red(text: string): string;
  dim(text: string): string;
}

/** What a run came to: one line a step, one a module, and the verdict in words as well as in colour. */
export function verdictBlock(record: RunRecord, c: VerdictColours): string {
  const colour = record.verdict === 'PASS' ? c.green : c.red;
  const lines = ['', ...record.steps.map((step) => `  ${stepLine(step)}`), ''];
  for (const module of record.modules)
    lines.push(
      `  ${module.name.padEnd(16)} ${module.verdict === 'PASS' ? c.green(module.verdict) : c.red(words[module.verdict])}`,
    );
  lines.push('', colour(c.bold(`  ${words[record.verdict]}${endWords(record)}`)));
  if (record.exitCode === 5)
    lines.push(
      c.red(c.bold('  A PERSON IS NEEDED: the module may still be under voltage. Go to the supply.')),
    );
  const problems = [...record.steps.flatMap((step) => step.problems.slice(0, 1)), ...record.problems];
  for (const problem of problems) lines.push(`  ${formatProblem(problem).replaceAll('\n', '\n  ')}`);
  return `${lines.join('\n')}\n`;
}

function stepLine(step: StepRecord): string {
  const reason = step.reason ? `  (${step.reason})` : '';
  return `${String(step.step).padStart(2)}  ${step.calibration.padEnd(20)} ${stepWords(step)}${reason}`;
}

/** What was judged of a step that is not completed does not count, and so is not shown as if it did. */
function stepWords({ state, results }: StepRecord): string {
  if (state === 'failed') return words.ERROR;
  if (state !== 'completed') return state;
  return results.map(({ verdict }) => words[verdict]).join(' ') || words.NONE;
}

function endWords(record: RunRecord): string {
  switch (record.end) {
    case 'stopped':
      return ', stopped by the operator; the station is safe';
    case 'tripped':
      return ', tripped; the station is safe';
    case 'unsafe':
      return ', and the station could not be made safe';
    default:
      return '';
  }
}
