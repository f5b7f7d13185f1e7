import { ivCurve } from './ivCurve.ts';
import { realInstruments } from './openers.ts';
import { runProgram } from './program.ts';
import { sldoViCurves } from './sldoViCurves.ts';

process.exitCode = await runProgram(
  {
    name: 'baton-dirigent',
    about:
      'Measures IV and SLDO curves with the supplies that are handed over, behind the command line of dirigent, for stations without dirigent. Read-out chips are not its business.',
    calibrations: [ivCurve, sldoViCurves],
    open: realInstruments,
  },
  process.argv.slice(2),
  process.env,
);
