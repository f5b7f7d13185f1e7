#!/usr/bin/env node
import { batonVersion } from '../base/programs.ts';

// Answered before anything is imported: a version question must not cost a command line parser.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${batonVersion()}\n`);
} else {
  const { main } = await import('./commandLine.ts');
  process.exitCode = await main(process.argv.slice(2));
}
