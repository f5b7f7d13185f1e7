import { formatProblem, isBatonError } from '../base/errors.ts';
import { writeRunReport } from './writeRunReport.ts';

// The process that builds a run's report, apart from the runner: it may take long, and the runner must not.
const [directory] = process.argv.slice(2);
try {
  if (directory === undefined) throw new Error('name the run directory');
  process.stdout.write(`${await writeRunReport(directory)}\n`);
} catch (error) {
  const text = isBatonError(error) ? error.problems.map(formatProblem).join('\n') : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 3;
}
