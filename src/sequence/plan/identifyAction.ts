import { type BatonError, throwAll } from '../../base/errors.ts';
import type { Identify } from '../../calibrations/action.ts';
import { numberedFolder, type Resumption } from '../resume/kept.ts';
import { type CalibrationContext, inRun } from './calibrationContext.ts';
import { resolveStep, sensorLimit } from './resolveSteps.ts';

/** `get_module_info` that overwrites nothing, in a folder of its own. */
export function identifyAction(context: CalibrationContext, resumed: Resumption): Omit<Identify, 'ahead'> {
  const calibration = 'get_module_info';
  const args = ['-r', '0', '-e', '0'];
  const keeps = context.dirigent?.follow(calibration, args).problems.length === 0;
  const problems: BatonError[] = [];
  const { argv, estimate, timeLimit, folder } = resolveStep(
    {
      station: context.station,
      group: context.group,
      runDirectory: '',
      ...(context.dirigent ? { dirigent: context.dirigent } : {}),
    },
    { command: calibration, args: keeps ? args : [] },
    0,
    sensorLimit(context.station, context.group),
    { steps: [], problems, warnings: [] },
  );
  throwAll(problems);
  const own = numberedFolder('module_confirmed', resumed);
  const words = argv.map((word) => (word === folder ? inRun(context, own) : word));
  return { do: 'identify', calibration, argv: words, folder: own, estimate, timeLimit };
}
