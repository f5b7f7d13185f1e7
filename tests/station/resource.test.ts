import { expect, test } from 'vitest';
import { isFault, readResource, resourceKey } from '../../src/station/resource.ts';

test.each([
  ['ASRL/dev/ttyUSB0::INSTR', { kind: 'serial', path: '/dev/ttyUSB0' }],
  [
    'asrl/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0::instr',
    { kind: 'serial', path: '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0' },
  ],
  ['TCPIP::192.168.0.22::9221::SOCKET', { kind: 'tcp', host: '192.168.0.22', port: 9221 }],
  ['TCPIP0::lv-supply.lab::5025::SOCKET', { kind: 'tcp', host: 'lv-supply.lab', port: 5025 }],
  ['TCPIP::[::1]::5025::SOCKET', { kind: 'tcp', host: '::1', port: 5025 }],
  [
    'GPIB::24::INSTR@TCPIP::10.0.0.1::1234::SOCKET',
    { kind: 'gpib', address: 24, adapter: { kind: 'tcp', host: '10.0.0.1', port: 1234 } },
  ],
  [
    'GPIB0::24::3::INSTR@ASRL/dev/ttyUSB1::INSTR',
    { kind: 'gpib', address: 24, secondary: 3, adapter: { kind: 'serial', path: '/dev/ttyUSB1' } },
  ],
])('%s is read', (text, expected) => {
  expect(readResource(text)).toEqual(expected);
});

test.each([
  '',
  'ASRL1::INSTR',
  'ASRL/dev/ttyUSB0',
  'ASRL/dev/tty USB0::INSTR',
  'TCPIP::host::0::SOCKET',
  'TCPIP::host::70000::SOCKET',
  'TCPIP::host::inst0::INSTR',
  'GPIB::24::INSTR',
  'GPIB::31::INSTR@ASRL/dev/a::INSTR',
  'GPIB::1::INSTR@GPIB::2::INSTR@ASRL/dev/a::INSTR',
  "ASRL/dev/x'; import os::INSTR",
  'USB0::0x05E6::0x2410::INSTR',
])('%j is refused with a reason', (text) => {
  const result = readResource(text);
  expect(isFault(result) && result.fault.length > 0 && result.remedy.length > 0).toBe(true);
});

test('two spellings of one port have one key, two addresses behind one adapter have two', () => {
  expect(resourceKey('TCPIP::HOST::5025::SOCKET')).toBe(resourceKey('TCPIP0::host::5025::socket'));
  expect(resourceKey('GPIB::1::INSTR@ASRL/dev/a::INSTR')).not.toBe(
    resourceKey('GPIB::2::INSTR@ASRL/dev/a::INSTR'),
  );
});
