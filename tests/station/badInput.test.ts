import { expect, test } from 'vitest';
import { assemble, brief, channelsJson, modulesJson, supplies, type Texts, texts } from './stationTexts.ts';

/** The whole file with one text replaced by another: what a slip of the hand does. */
function slip(name: keyof Texts, from: string, to: string): Texts {
  const before = texts()[name]!;
  expect(before, `${name} holds ${from}`).toContain(from);
  return texts({ [name]: before.replace(from, to) });
}

const keithley = '"class": "Keithley2410"';

test.each<[what: string, given: Texts, expected: string[]]>([
  // Not JSON.
  ['an empty file', texts({ 'instruments.json': ' \n' }), ['E2002 instruments.json:1:1']],
  [
    'a file cut off in an object',
    texts({ 'channels.json': '{\n  "channels": {\n    "0": {' }),
    ['E2002 channels.json:3:11'],
  ],
  ['a file cut off in a text', texts({ 'channels.json': '{\n  "chan' }), ['E2002 channels.json:2:3']],
  ['a comment', slip('station.json', '"id"', '// ours\n  "id"'), ['E2002 station.json:3:3']],
  [
    'a trailing comma',
    slip('channels.json', '"channel": 1 }', '"channel": 1, }'),
    ['E2002 channels.json:5:51'],
  ],
  ['a missing comma', slip('station.json', '"example-1",', '"example-1"'), ['E2002 station.json:4:3']],
  ['a number with a comma', slip('instruments.json', '3.7', '3,7'), ['E2002 instruments.json:9:28']],
  [
    'two places that are not JSON, both reported',
    texts({ 'station.json': '{\n  \'id\': 1,\n  "site": hall\n}' }),
    ['E2002 station.json:2:3', 'E2002 station.json:3:11'],
  ],
  [
    'a no-break space from a web page',
    texts({ 'station.json': '{ "id":\u00a0"x" }' }),
    ['E2002 station.json:1:8'],
  ],
  ['text that is program code', texts({ 'channels.json': 'process.exit(0)' }), ['E2002 channels.json:1:1']],
  [
    'a key that stands twice',
    slip('instruments.json', '"ab_1": {', '"hv_1": {'),
    ['E2003 instruments.json:21:5', 'E2105 channels.json:7:29', 'E2102 channels.json:6:29'],
  ],

  // Not of the shape.
  [
    'a misspelt key of the station',
    slip('station.json', '"renderer"', '"rendrer"'),
    ['E2004 station.json:9:3'],
  ],
  [
    'a misspelt key of an instrument',
    slip('instruments.json', '"default_step_size"', '"default_stepsize"'),
    ['E2004 instruments.json:17:7'],
  ],
  [
    'a misspelt role',
    slip('channels.json', '"lv":', '"lw":'),
    ['E2004 channels.json:5:7', 'E2108 instruments.json:4:5 warning'],
  ],
  [
    'a time scale at the top',
    slip('station.json', '"renderer": "auto"', '"time_scale": 10'),
    ['E2004 station.json:9:3'],
  ],
  ['a missing class', slip('instruments.json', '"class": "AdcBoard",', ''), ['E2005 instruments.json:21:13']],
  ['a missing station id', slip('station.json', '"id": "example-1",', ''), ['E2005 station.json:1:1']],
  [
    'a missing channel',
    slip('channels.json', '"hv_1", "channel": 1', '"hv_1"'),
    ['E2005 channels.json:6:13'],
  ],
  ['a voltage as text', slip('instruments.json', '-60', '"-60"'), ['E2006 instruments.json:15:26']],
  ['an infinite current', slip('instruments.json', '10e-6', '1e999'), ['E2006 instruments.json:16:26']],
  [
    'a channel 0',
    slip('channels.json', '"hv_1", "channel": 1', '"hv_1", "channel": 0'),
    ['E2006 channels.json:6:48'],
  ],
  [
    'a list of channels for a supply',
    slip('channels.json', '"hv_1", "channel": 1', '"hv_1", "channel": [1]'),
    ['E2006 channels.json:6:48'],
  ],
  ['an unknown renderer', slip('station.json', '"auto"', '"fancy"'), ['E2006 station.json:9:15']],
  [
    'a command that is a shell line',
    slip('station.json', '["dirigent"]', '"dirigent -v"'),
    ['E2006 station.json:5:28'],
  ],
  [
    'a flag that dirigent does not have',
    slip('station.json', '"flags": []', '"flags": ["-x"]'),
    ['E2006 station.json:5:79'],
  ],
  [
    'a time scale of 0',
    slip('station.json', '"renderer": "auto"', '"simulated": { "time_scale": 0 }'),
    [
      'E2006 station.json:9:32',
      'E2116 instruments.json:6:19',
      'E2116 instruments.json:13:19',
      'E2116 instruments.json:23:19',
    ],
  ],
  ['a positive limit', slip('station.json', '-350', '350'), ['E2006 station.json:7:72']],
  [
    'an instrument name with a colon',
    slip('instruments.json', '"ab_1": {', '"ab:1": {'),
    ['E2006 instruments.json:21:5', 'E2108 instruments.json:21:5 warning', 'E2105 channels.json:7:29'],
  ],
  [
    'a list instead of a file',
    texts({ 'modules.json': '[]' }),
    ['E2006 modules.json:1:1', 'E2010 modules.json:1:1', 'E2106 channels.json:4:5'],
  ],
  [
    'a list of channels',
    texts({ 'channels.json': '[]' }),
    [
      'E2006 channels.json:1:1',
      'E2107 modules.json:5:7 warning',
      'E2108 instruments.json:4:5 warning',
      'E2108 instruments.json:11:5 warning',
      'E2108 instruments.json:21:5 warning',
    ],
  ],
  [
    'both dialects at once',
    slip('instruments.json', '"instruments": {', '"instrument_dict": {}, "instruments": {'),
    ['E2006 instruments.json:3:22', 'E2010 instruments.json:3:3'],
  ],
  [
    'channels in two files that differ',
    slip('instruments.json', '"instruments": {', '"channels": {}, "instruments": {'),
    ['E2010 instruments.json:3:3'],
  ],
  ['no channels anywhere', texts({ 'channels.json': undefined }), ['E2001 instruments.json:1:1']],
  [
    'two chip types in one module',
    slip('modules.json', '"RD53Bv2": {', '"RD53A": {}, "RD53Bv2": {'),
    ['E2006 modules.json:4:10', 'E2005 modules.json:5:16'],
  ],
  [
    'a module name that is a path',
    slip('modules.json', 'Q2X2-0001', '../x'),
    ['E2006 modules.json:6:34', 'E2117 modules.json:5:7 warning'],
  ],

  // What icicle would run as code.
  [
    'a text that ends a Python text',
    slip('instruments.json', '"sim": false,', `"sim": false, "label": "x'); import os",`),
    ['E2011 instruments.json:7:30'],
  ],
  [
    'a key that is no name',
    slip('instruments.json', '"sim": false,', '"sim": false, "x=1;y": 1,'),
    ['E2011 instruments.json:7:21'],
  ],

  // Instruments.
  [
    'an unknown class',
    slip('instruments.json', keithley, '"class": "Keithley2400"'),
    ['E2101 instruments.json:12:16'],
  ],
  [
    'an LV supply as hv',
    slip('channels.json', '"hv_1"', '"lv_1"'),
    ['E2108 instruments.json:11:5 warning', 'E2102 channels.json:6:29'],
  ],
  [
    'an hv without a driver',
    slip('instruments.json', keithley, '"class": "CaenDT8033N"'),
    ['E2102 channels.json:6:29'],
  ],
  [
    'a probe card without a driver',
    slip('instruments.json', '"class": "AdcBoard"', '"class": "ETHProbecard"'),
    ['E2103 instruments.json:22:16 warning'],
  ],
  ['a positive bias', slip('instruments.json', '-60', '60'), ['E2110 instruments.json:15:26']],
  ['no bias', slip('instruments.json', '-60', '0'), ['E2110 instruments.json:15:26']],
  [
    'a bias beyond the 3D limit',
    slip('instruments.json', '-60', '-81'),
    ['E2110 instruments.json:15:26', 'E2110 instruments.json:19:24'],
  ],
  [
    'a range that does not cover the bias',
    slip('instruments.json', '-80', '-20'),
    ['E2110 instruments.json:19:24'],
  ],
  [
    'an hv without a bias',
    slip('instruments.json', '"default_voltage": -60,', ''),
    ['E2111 instruments.json:11:5'],
  ],
  [
    'an lv without a current limit',
    slip('instruments.json', ',\n      "default_current": 3.7', ''),
    ['E2111 instruments.json:4:5'],
  ],
  ['a negative compliance', slip('instruments.json', '10e-6', '-10e-6'), ['E2111 instruments.json:16:26']],
  ['an lv whose point was lost', slip('instruments.json', '1.8', '18'), ['E2111 instruments.json:8:26']],
  ['an lv of 0 V', slip('instruments.json', '1.8', '0'), ['E2111 instruments.json:8:26']],
  [
    'a step of 10 V',
    slip('instruments.json', '"default_step_size": 5', '"default_step_size": 10'),
    ['E2006 instruments.json:17:28'],
  ],
  [
    'a step of 0 V',
    slip('instruments.json', '"default_step_size": 5', '"default_step_size": 0'),
    ['E2006 instruments.json:17:28'],
  ],
  [
    'a ramp of 50 V/s',
    slip('instruments.json', '"default_delay": 1', '"default_delay": 0.1'),
    ['E2112 instruments.json:18:24'],
  ],
  [
    'an instrument that icicle simulates',
    slip('instruments.json', '"sim": false', '"sim": true'),
    ['E2113 instruments.json:7:14'],
  ],
  [
    'a malformed resource',
    slip('instruments.json', '::9221::SOCKET', ':9221'),
    ['E2114 instruments.json:6:19'],
  ],
  [
    'a serial port by number',
    slip('instruments.json', 'ASRL/dev/serial/by-id/usb-ETHZ_ADC_board_V2-if00', 'ASRL3'),
    ['E2114 instruments.json:23:19'],
  ],
  [
    'two instruments on one port',
    slip('instruments.json', 'usb-ETHZ_ADC_board_V2-if00', 'usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0'),
    ['E2115 instruments.json:23:19'],
  ],
  [
    'a simulated station with real ports',
    slip('station.json', '"renderer": "auto"', '"simulated": {}'),
    ['E2116 instruments.json:6:19', 'E2116 instruments.json:13:19', 'E2116 instruments.json:23:19'],
  ],
  [
    'a compliance of 10 mA',
    slip('instruments.json', '10e-6', '10e-3'),
    ['E2119 instruments.json:16:26 warning'],
  ],
  ['a module voltage of 6 V', slip('instruments.json', '1.8', '6'), ['E2119 instruments.json:8:26 warning']],
  [
    'a key that is not known',
    slip('instruments.json', '"sim": false,', '"sim": false, "colour": 3,'),
    ['E2012 instruments.json:7:21 warning'],
  ],

  // Channels and modules.
  [
    'a channel that does not exist',
    slip('channels.json', '"hv_1", "channel": 1', '"hv_1", "channel": 2'),
    ['E2104 channels.json:6:48'],
  ],
  [
    'a pin that does not exist',
    slip('channels.json', '"ab_1"', '"ab_1", "channel": [1, 19]'),
    ['E2104 channels.json:7:48'],
  ],
  [
    'an instrument that does not exist',
    slip('channels.json', '"hv_1"', '"hv_2"'),
    ['E2108 instruments.json:11:5 warning', 'E2105 channels.json:6:29'],
  ],
  [
    'a module that modules.json does not have',
    slip('channels.json', '"0": {', '"1": {'),
    ['E2106 channels.json:4:5', 'E2107 modules.json:5:7 warning'],
  ],
  ['no sensor type', slip('station.json', ', "sensor_type": "3D"', ''), ['E2117 modules.json:5:7 warning']],
  [
    'a serial number cut short',
    slip('station.json', '20UPGM22110039', '20UPGM2211003'),
    ['E2118 station.json:8:48 warning'],
  ],
  [
    'two modules of one name',
    texts({
      'instruments.json': supplies,
      'channels.json': channelsJson({ lv: ['lv_1', 1] }, { lv: ['lv_1', 2] }),
      'modules.json': modulesJson('A', 'A'),
    }),
    [
      'E2108 instruments.json:1:17 warning',
      'E2108 instruments.json:1:131 warning',
      'E2108 instruments.json:1:348 warning',
      'E2013 modules.json:1:125',
    ],
  ],
  [
    'one LV channel under two HV channels',
    texts({
      'instruments.json': supplies,
      'modules.json': modulesJson('A', 'B'),
      'station.json':
        '{ "id": "x", "modules": { "A": { "sensor_type": "3D" }, "B": { "sensor_type": "3D" } } }',
      'channels.json': channelsJson(
        { hv: ['hv_1', 1], lv: ['lv_1', 1] },
        { hv: ['hv_2', 1], lv: ['lv_1', 1] },
      ),
    }),
    ['E2108 instruments.json:1:348 warning', 'E2203 channels.json:1:63 warning'],
  ],
])('%s is reported at its place', (_, given, expected) => {
  const { station, problems } = assemble(given);
  expect(problems.map(brief).sort()).toEqual([...expected].sort());
  expect(station === undefined, 'errors, and they alone, stop the station').toBe(
    expected.some((line) => !line.endsWith('warning')),
  );
});

test('modules in series on one LV channel may have the voltage of all of them', () => {
  const together = (volts: string) =>
    assemble(
      texts({
        'instruments.json': supplies.replace('"default_voltage":1.8', `"default_voltage":${volts}`),
        'modules.json': modulesJson('A', 'B', 'C'),
        'channels.json': channelsJson(
          ...Array.from(
            { length: 3 },
            (): Record<string, [string, number]> => ({
              hv: ['hv_1', 1],
              lv: ['lv_1', 1],
            }),
          ),
        ),
      }),
    ).problems.map(({ code }) => code);
  expect(together('12')).not.toContain('E2119');
  expect(together('18')).toContain('E2119');
  expect(together('31')).toContain('E2111');
});
