import type { Problem } from '../base/errors.ts';
import type { CalibrationContext } from './calibration.ts';

/** What the handed supplies lack, that a measurement cannot do without (E9106). */
export function supplyProblems(context: CalibrationContext): Problem[] {
  const problems: Problem[] = [];
  for (const { index, channels } of context.handed.modules)
    for (const role of ['hv', 'lv'] as const) {
      const instrument = context.handed.instruments.get(channels[role]?.instrument ?? '');
      if (!instrument) continue;
      if (!(instrument.defaultCurrent! > 0))
        problems.push({
          code: 'E9106',
          what: `Module ${index}: ${instrument.name} has no positive default_current, so there is no ${role === 'hv' ? 'compliance' : 'current limit'}.`,
          remedy: 'Give default_current in instruments.json, in amperes.',
        });
      if (role === 'lv' && !(instrument.defaultVoltage! > 0))
        problems.push({
          code: 'E9106',
          what: `Module ${index}: ${instrument.name} has no positive default_voltage.`,
          remedy: 'Give default_voltage in instruments.json, in volts.',
        });
      if (!(instrument.defaultStepSize > 0 && instrument.defaultDelay >= 0))
        problems.push({
          code: 'E9106',
          what: `Module ${index}: ${instrument.name} ramps in steps of ${instrument.defaultStepSize} V every ${instrument.defaultDelay} s.`,
          remedy: 'Give a positive default_step_size and a default_delay.',
        });
    }
  return problems;
}
