import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { printTable } from '../../src/cli/printing/table.ts';
import { campaign } from './campaign.ts';
import { faults } from './catalogue.ts';
import { phases } from './phase.ts';
import type { Outcome } from './strike.ts';
import { legend, rows } from './table.ts';
import { writeTable } from './writeTable.ts';

const args = yargs(hideBin(process.argv))
  .scriptName('npm run faults --')
  .usage(
    '$0 [options]\n\nDoes to runs on the simulated station all that can go wrong, and judges what is left.',
  )
  .option('runs', { type: 'number', default: faults.length * phases.length, describe: 'how many runs' })
  .option('seed', { type: 'number', default: 1, describe: 'decides every run; the same one repeats them' })
  .option('jobs', { type: 'number', default: 3, describe: 'how many at once' })
  .option('time-scale', { type: 'number', default: 100, describe: 'seconds of the station in each' })
  .option('fault', { type: 'string', describe: 'only those whose name has this in it' })
  .option('phase', { choices: phases, describe: 'only in this phase' })
  .option('just', { type: 'number', describe: 'only the run of this number' })
  .option('write-docs', { type: 'boolean', default: false, describe: 'put the table into docs/safety.md' })
  .strict()
  .parseSync();

const { runs, seed, jobs, timeScale, fault, phase, just } = args;
const keepIn = mkdtempSync(join(tmpdir(), 'baton-faults-'));
const started = performance.now();
const total = just === undefined ? runs : 1;
process.stdout.write(`${total} runs, ${jobs} at once, seed ${seed}, time scale ${timeScale}\n`);
let done = 0;
const outcomes = await campaign({
  ...{ runs, seed, jobs, timeScale, keepIn },
  ...(just === undefined ? {} : { just }),
  only: { ...(fault === undefined ? {} : { fault }), ...(phase === undefined ? {} : { phase }) },
  onOutcome: (outcome) => {
    done += 1;
    tell(outcome, `${done}/${total}`);
  },
});
const [header, ...cells] = rows(outcomes, timeScale);
const violations = outcomes.reduce((sum, one) => sum + one.violations.length, 0);
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
const summary = `${outcomes.length} runs, ${violations} violations, seed ${seed}, time scale ${timeScale}, ${minutes} min`;
process.stdout.write(`\n${legend}\n\n`);
printTable(header!, cells);
process.stdout.write(`\n${summary}\n`);
if (violations === 0) rmdirSync(keepIn);
if (args.writeDocs) await writeTable(header!, cells, summary);
process.exitCode = violations === 0 ? 0 : 1;

function tell({ blow, hitIn, violations: found, safeMs, exitCode, directory }: Outcome, count: string): void {
  const { number, fault: what, aim } = blow;
  const safe = safeMs === undefined ? '' : `, 0 V after ${safeMs} ms`;
  process.stdout.write(
    `${count}  ${found.length === 0 ? 'ok' : 'VIOLATED'}  ${what.name}, ${aim.phase}: exit code ${exitCode ?? 'none'}${safe}\n`,
  );
  for (const one of found) process.stdout.write(`      ${one}\n`);
  if (directory === undefined) return;
  const only = [
    ...(fault === undefined ? [] : [`--fault '${fault}'`]),
    ...(phase === undefined ? [] : [`--phase '${phase}'`]),
  ];
  const repeat = [
    'npm run faults --',
    `--seed ${seed}`,
    ...only,
    `--just ${number}`,
    `--time-scale ${timeScale}`,
  ];
  process.stdout.write(
    `      hit in ${hitIn ?? 'no phase'}; kept in ${directory}\n      again: ${repeat.join(' ')}\n`,
  );
}
