import pc from 'picocolors';
import { BatonError, formatProblem, type Problem } from '../../base/errors.ts';

/** What came of a look at one thing. */
export interface Finding {
  about: string;
  problems: readonly Problem[];
  /** What is worth knowing although nothing is wrong. */
  notes?: readonly string[];
  /** Nothing was judged: it tells what is not known, or not covered. */
  aside?: boolean;
}

/** Looks, and makes a finding of the problems that the look ends with. */
export async function findingOf(
  about: string,
  look: () => Promise<Omit<Finding, 'about'>>,
): Promise<Finding> {
  try {
    return { about, ...(await look()) };
  } catch (error) {
    return { about, problems: problemsOf(error) };
  }
}

/** @throws what is no `BatonError` */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof BatonError) return error.problems;
  throw error;
}

/** A problem that is told and stops nothing. */
export function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' };
}

/** Prints the findings; answers whether all is well. */
export function showFindings(findings: readonly Finding[], json: boolean): boolean {
  const ok = !findings.some(isWrong);
  if (json) process.stdout.write(`${JSON.stringify({ ok, findings }, null, 2)}\n`);
  else for (const finding of findings) process.stdout.write(`${lines(finding).join('\n')}\n`);
  return ok;
}

function isWrong({ problems }: Finding): boolean {
  return problems.some(({ severity }) => severity !== 'warning');
}

function lines(finding: Finding): string[] {
  const { about, problems, notes = [] } = finding;
  return [
    `${mark(finding)}  ${pc.bold(about)}`,
    ...notes.map((note) => `      ${note}`),
    ...problems.map((problem) => `      ${formatProblem(problem).replaceAll('\n', '\n      ')}`),
  ];
}

function mark(finding: Finding): string {
  if (isWrong(finding)) return pc.red('NO');
  if (finding.problems.length > 0) return pc.yellow('ok, but');
  return finding.aside ? pc.dim('--') : pc.green('ok');
}
