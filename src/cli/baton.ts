#!/usr/bin/env node
import { batonVersion } from '../base/programs.ts';

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
}
