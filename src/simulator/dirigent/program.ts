import { batonVersion } from '../../base/programs.ts';

// Asked before every run, and answered before anything else is imported.
if (process.argv.length === 3 && process.argv[2] === '--version')
  process.stdout.write(`dirigent, version ${batonVersion()}\n`);
else await import('./dirigent.ts');
