import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { shift } from './shift.ts';

const args = yargs(hideBin(process.argv))
  .scriptName('npm run shift --')
  .usage(
    '$0 [options]\n\nA long day on the simulated station: one module after another, some bad, some tripped, the network away half of the time.',
  )
  .option('modules', { type: 'number', default: 50, describe: 'how many' })
  .option('seed', { type: 'number', default: 1, describe: 'decides everything; the same one repeats it' })
  .option('time-scale', { type: 'number', default: 500, describe: 'seconds of the station in each' })
  .strict()
  .parseSync();

const { modules, seed, timeScale } = args;
process.stdout.write(`${modules} modules, seed ${seed}, time scale ${timeScale}\n`);
const { runs, violations, testRuns, waited, memoryRatio } = await shift({
  ...{ modules, seed, timeScale },
  onRun: ({ module, exitCode, record, memoryMB }) =>
    process.stdout.write(
      `${module.number}/${modules}  ${record.verdict.padEnd(5)} exit code ${exitCode}  ${module.sequence}${module.fault ? `, ${module.fault}` : ''}, network ${module.network}, ${memoryMB.toFixed(0)} MB\n`,
    ),
});
for (const what of violations) process.stdout.write(`VIOLATED  ${what}\n`);
const hours = runs.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
process.stdout.write(
  [
    `${runs.length} runs, ${hours.toFixed(1)} station hours, seed ${seed}: ${violations.length} violations`,
    `${testRuns} test runs in the database, each once; ${waited} waited for the network`,
    `memory of the last runners against the first: ${memoryRatio.toFixed(2)}`,
    '',
  ].join('\n'),
);
process.exitCode = violations.length === 0 && memoryRatio < 1.2 ? 0 : 1;
