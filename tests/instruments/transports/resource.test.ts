import { describe, expect, test } from 'vitest';
import { parseResource } from '../../../src/instruments/transports/resource.ts';

describe('a resource is read', () => {
  test.each([
    ['ASRL/dev/ttyUSB0::INSTR', { kind: 'serial', path: '/dev/ttyUSB0' }],
    [
      'ASRL/dev/serial/by-id/usb-Prolific_2303-if00-port0::INSTR',
      { kind: 'serial', path: '/dev/serial/by-id/usb-Prolific_2303-if00-port0' },
    ],
    ['TCPIP::192.168.0.22::9221::SOCKET', { kind: 'tcp', host: '192.168.0.22', port: 9221 }],
    ['TCPIP0::supply.lab::5025::SOCKET', { kind: 'tcp', host: 'supply.lab', port: 5025 }],
    ['TCPIP::[::1]::5025::SOCKET', { kind: 'tcp', host: '::1', port: 5025 }],
    [
      'GPIB::24::INSTR@TCPIP::10.0.0.5::1234::SOCKET',
      { kind: 'gpib', address: 24, adapter: { kind: 'tcp', host: '10.0.0.5', port: 1234 } },
    ],
    [
      'GPIB0::9::2::INSTR@ASRL/dev/ttyUSB3::INSTR',
      { kind: 'gpib', address: 9, secondary: 2, adapter: { kind: 'serial', path: '/dev/ttyUSB3' } },
    ],
  ])('%s', (text, resource) => {
    expect(parseResource(text)).toEqual(resource);
  });
});

describe('a resource is refused, with what would be right', () => {
  test.each([
    ['TCPIP::192.168.0.22::INSTR', /VXI-11.*::SOCKET/s],
    ['TCPIP::192.168.0.22::inst0::INSTR', /VXI-11/],
    ['ASRL4::INSTR', /device file.*icicle/s],
    ['TCPIP::host::70000::SOCKET', /70000 is no port/],
    ['GPIB::24::INSTR', /adapter.*GPIB::24::INSTR@TCPIP/s],
    ['GPIB::31::INSTR@TCPIP::host::1234::SOCKET', /0 to 30/],
    ['GPIB::3::INSTR@GPIB::4::INSTR@TCPIP::host::1234::SOCKET', /not itself on GPIB/],
    ['USB0::0x05E6::0x2450::INSTR', /none of the known forms/],
    ['', /none of the known forms/],
  ])('%s', (text, error) => {
    expect(() => parseResource(text)).toThrow(/E3001/);
    expect(() => parseResource(text)).toThrow(error);
  });
});
