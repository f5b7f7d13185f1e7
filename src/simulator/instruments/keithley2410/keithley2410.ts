import { type CommandTable, ScpiInterpreter } from '../../scpi/interpreter.ts';
import { Settings } from '../../scpi/settings.ts';
import { readBoolean } from '../../scpi/values.ts';
import {
  commandText,
  type SimulatedInstrument,
  type Surroundings,
  textReply,
} from '../simulatedInstrument.ts';
import { Measuring } from './measuring.ts';
import { Source } from './source.ts';
import { Status } from './status.ts';
import { Sweep } from './sweep.ts';
import { Trace } from './trace.ts';

/** The instrument's own errors [2400 Series User's Manual, table B-1]. */
const errorTexts = {
  803: 'Not permitted with OUTPUT off',
  824: 'Cannot exceed compliance range',
  [-213]: 'Init ignored',
} as const;

/**
 * Keithley 2410 SourceMeter, 1100 V: the SCPI of the 2400 Series User's Manual, sections 17 and 18. Replies end in a
 * line feed. What it does not know gives −113 and no reply, as in the instrument.
 */
export function keithley2410(around: Surroundings): SimulatedInstrument {
  const line = around.hv(1);
  const settings = new Settings();
  const source = new Source(line, settings);
  const sweep = new Sweep(settings);
  const trace = new Trace();
  const status = new Status(
    () => source.limiting,
    () => interpreter.nextError(),
    () => interpreter.clear(),
  );
  const measuring = new Measuring({ source, line, sweep, trace, status }, settings, around);

  const interpreter: ScpiInterpreter = new ScpiInterpreter({
    identity: () =>
      `KEITHLEY INSTRUMENTS INC.,MODEL 2410,${around.serial},C34 Sep 21 2016 15:30:00/A02  /K/L`,
    errorTexts,
    reset: () => {
      source.switchOutput(false);
      settings.reset();
      source.reset();
      sweep.reset();
      trace.reset();
      measuring.reset();
    },
    clear: () => status.clear(),
    statusByte: () => status.summary,
    commands: {
      ...settings.commands,
      ...source.commands,
      ...measuring.commands,
      ...outputCommands(source),
      ...sweep.commands,
      ...trace.commands,
      ...status.commands,
      ...accepted(),
    },
  });
  return {
    framing: 'line',
    execute: (command) => {
      measuring.busy = 0;
      return textReply(interpreter.execute(commandText(command)), '\n', measuring.busy);
    },
  };
}

function outputCommands(source: Source): CommandTable {
  return {
    ':OUTPut[n][:STATe]': ([argument]) => {
      const read = readBoolean(argument);
      if ('error' in read) return read.error;
      source.switchOutput(read.value);
      return undefined;
    },
    ':OUTPut[n][:STATe]?': () => (source.on ? '1' : '0'),
  };
}

/** Taken without an effect on what can be measured here. */
function accepted(): CommandTable {
  const nothing = () => undefined;
  const headers = [
    ':SYSTem:LOCal',
    ':SYSTem:REMote',
    ':SYSTem:PRESet',
    ':SYSTem:BEEPer[:IMMediate]',
    ':SYSTem:KEY',
    ':SYSTem:RCMode',
    ':DISPlay:CNDisplay',
    ':DISPlay[:WINDow[n]]:TEXT:STATe',
    ':DISPlay[:WINDow[n]]:TEXT[:DATA]',
    ':DISPlay:WINDow[n]:ATTRibutes',
    ':DISPlay:DIGits',
    ':INITiate:CONTinuous',
    ':ABORt',
    ':ARM[:SEQuence[n]][:LAYer[n]]:SOURce',
    ':TRIGger:CLEar',
    'DCL',
  ];
  return Object.fromEntries(headers.map((header) => [header, nothing]));
}
