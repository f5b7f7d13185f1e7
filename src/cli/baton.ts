#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { batonVersion } from '../base/programs.ts';

// Node would end with 1, which says that a module does not pass.
process.on('uncaughtException', (error) => {
  try {
    writeSync(2, `E1000  Baton met something that it did not expect: ${error.stack ?? error.message}\n`);
  } finally {
    process.exit(3);
  }
});

// Answered before anything is imported: a version question must not cost a command line parser.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${batonVersion()}\n`);
} else if (process.argv[2] === '--complete') {
  // Somebody pressed Tab and waits: no parser, and none of the commands.
  const { printCompletions } = await import('./completion/program.ts');
  await printCompletions(process.argv.slice(3));
} else {
  const { main } = await import('./commandLine.ts');
  process.exitCode = await main(process.argv.slice(2));
  // The guardian of a run that could not be made safe ends what lets go of its pipe and is still there: left to itself,
  // Node lets go first and clears up then, and who called would see a signal instead of the 5.
  if (process.exitCode === 5) process.exit();
}
