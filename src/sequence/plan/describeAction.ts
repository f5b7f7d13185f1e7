import { formatLimit } from '../../base/quantityText.ts';
import type { Action } from '../../calibrations/action.ts';

/** An action in the words of the field, for the plan that is printed and for the journal. */
export function describeAction(action: Action): string {
  switch (action.do) {
    case 'open':
      return `open and identify ${action.roles.join(', ')}`;
    case 'adopt':
      return 'read what is on; bring down what was left on';
    case 'level':
      return action.role === 'hv'
        ? `HV ${action.at} compliance ${formatLimit(action.current, 'A')}`
        : `LV ${action.at} set to ${action.voltage} V, at most ${formatLimit(action.current, 'A')}`;
    case 'output':
      return `${action.role.toUpperCase()} ${action.at} ${action.on ? 'on' : 'off'}`;
    case 'ramp':
      return `HV ${action.at} ramp ${action.from} V → ${action.to} V, ${action.stepSize} V every ${action.delay} s`;
    case 'handOver':
      return `hand over ${action.roles.join(', ')}`;
    case 'calibrate':
      return `run ${action.calibration}`;
    case 'takeBack':
      return `take back ${action.roles.join(', ')}: identify, read, bring down what is on`;
    case 'readResults':
      return 'read and judge what it left';
    case 'recall':
      return `keep what ${action.calibration} measured (${action.folder})${action.adopt ? ': it had finished' : ''}`;
    case 'identify':
      return 'read the eFuse codes of the chips: is it the same module?';
    case 'check':
      return `check ${action.items.join(', ')} (${action.module})`;
    case 'readBreakdowns':
      return `find the breakdown; decide the bias of ${action.target} V at ${action.at}`;
    case 'setTemperature':
      return `${action.at.join(', ')} to ${action.to} °C ± ${action.tolerance} K, for ${action.validationTime} s, within ${action.timeout} s`;
    case 'warmUp':
      return `${action.at.join(', ')} back to ${action.to} °C, then cooling off`;
  }
}
