import { BatonError, type ExitCode } from '../../base/errors.ts';
import { batonVersion } from '../../base/programs.ts';
import { counted } from '../../base/quantityText.ts';
import { alreadyThere } from '../../sensors/database/compare.ts';
import { queueSensorTests } from '../../sensors/database/queueSensorTests.ts';
import { judge } from '../../sensors/judged.ts';
import { askAtTerminal, isInteractive } from '../asking/question.ts';
import { command } from '../command.ts';
import { withDatabase } from '../database/connection.ts';
import { siteLine } from './config.ts';
import { askDatabase, type UploadServices, withUploadServices } from './database.ts';
import { importNamed, type SensorArguments, siteOf, tellUnread, withSensorFiles } from './input.ts';
import type { Ask } from './upload.ts';

interface DirectArguments extends SensorArguments {
  yes: boolean;
  decision: 'Pass' | 'Fail';
}

export default command<DirectArguments>({
  usage: 'direct <paths..>',
  summary: 'queue tests of types that nobody analyses',
  build: (parser) =>
    withDatabase(withSensorFiles(parser))
      .option('decision', {
        choices: ['Pass', 'Fail'] as const,
        default: 'Pass' as const,
        describe: 'what the tests are uploaded as: nothing is analysed',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'queue without asking' })
      .example('$0 sensors direct kek/', 'values by the codes of the test type'),
  run: (args) =>
    withUploadServices(args, (services) =>
      runDirect(args, services, isInteractive() ? (prompt) => askAtTerminal(prompt) : undefined),
    ),
});

/** Types that are analysed go through `sensors upload`, where their decision is the analysis's. */
export async function runDirect(
  args: DirectArguments,
  given: UploadServices,
  ask: Ask | undefined,
): Promise<ExitCode> {
  const site = siteOf(args);
  const imported = await importNamed(args);
  tellUnread(imported);
  const database = await given.database(site);
  const side = await askDatabase(
    database,
    imported.tests.flatMap((test) => test.batch ?? []),
  );
  const there = alreadyThere(side.tests);
  const judged = imported.tests.map((test) => judge(side.known.complete(test)));
  const analysed = judged.filter(({ analysis }) => analysis.testType !== 'none');
  const whole = judged.filter(
    ({ analysis, test }) => analysis.testType === 'none' && test.incomplete === undefined,
  );
  const fresh = whole.filter(({ test }) => !there(test)?.same);
  for (const { test } of analysed)
    process.stderr.write(`left: ${test.file}: ${test.testType} goes through "sensors upload"\n`);
  for (const { test } of judged)
    if (test.incomplete) process.stderr.write(`left: ${test.file}: ${test.incomplete}\n`);
  for (const { test } of whole)
    if (there(test)?.same)
      process.stderr.write(`left: ${test.file}: in the database as test run ${there(test)!.id}\n`);
  for (const { test } of fresh)
    process.stdout.write(`${test.filename}: ${test.testTypeCode ?? test.testType}, ${args.decision}\n`);

  if (!args.yes && !ask)
    throw new BatonError({
      code: 'E9311',
      what: 'An upload is confirmed by a person, and nobody sits at this terminal.',
      remedy: 'Start it at a terminal, or add --yes.',
    });
  const question = `Queue ${counted(fresh.length, 'test')} as ${args.decision}, without analysis, into ${siteLine(site)}? [y/N] `;
  if (!args.yes && !/^y(es)?$/i.test((await ask!(question))?.trim() ?? '')) return 130;
  const results = await queueSensorTests(
    fresh.map((one) => ({ ...one, decision: args.decision })),
    { database, queue: given.queue, version: `baton ${batonVersion()}`, site, known: side.tests },
  );
  for (const { judged: one, id, problems } of results)
    process.stdout.write(
      `${one.test.filename}: ${problems ? `not queued: ${problems.join('; ')}` : `queued as ${id}`}\n`,
    );
  return results.some(({ problems }) => problems) ? 3 : 0;
}
