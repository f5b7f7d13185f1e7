import { resourceNotUnderstood } from '../faults.ts';

/** Where an instrument is reached, read from its VISA-like resource. */
export type Resource = SerialResource | TcpResource | GpibResource;

export interface SerialResource {
  kind: 'serial';
  /** Of the device: `/dev/ttyUSB0`, `/dev/serial/by-id/…`. */
  path: string;
}

export interface TcpResource {
  kind: 'tcp';
  host: string;
  port: number;
}

/** An instrument on the bus behind a Prologix-style adapter. */
export interface GpibResource {
  kind: 'gpib';
  /** 0 to 30. */
  address: number;
  /** 0 to 30, where the instrument has one. */
  secondary?: number;
  adapter: SerialResource | TcpResource;
}

/**
 * Reads `ASRL/dev/ttyUSB0::INSTR`, `TCPIP::host::port::SOCKET` and, for an instrument behind a GPIB adapter,
 * `GPIB::24::INSTR@` followed by the adapter's own resource. Throws E3001 with what would be right.
 */
export function parseResource(text: string): Resource {
  const gpib = /^GPIB\d*::(\d+)(?:::(\d+))?::INSTR(?:@(.+))?$/i.exec(text);
  if (gpib) return gpibResource(text, gpib[1]!, gpib[2], gpib[3]);

  const serial = /^ASRL(.*)::INSTR$/i.exec(text);
  if (serial) {
    const path = serial[1]!;
    if (path.startsWith('/')) return { kind: 'serial', path };
    throw resourceNotUnderstood(
      text,
      'a serial port is named by its device file',
      'Write for example ASRL/dev/serial/by-id/NAME::INSTR. (ASRL1::INSTR and the like belong to the simulation of icicle.)',
    );
  }

  const socket = /^TCPIP\d*::(.+)::(\d+)::SOCKET$/i.exec(text);
  if (socket) {
    const port = Number(socket[2]);
    if (port >= 1 && port <= 65_535)
      return { kind: 'tcp', host: socket[1]!.replace(/^\[(.*)\]$/, '$1'), port };
    throw resourceNotUnderstood(text, `${port} is no port`, 'Ports go from 1 to 65535.');
  }
  if (/^TCPIP\d*::.+::INSTR$/i.test(text))
    throw resourceNotUnderstood(
      text,
      'this is the VXI-11 or HiSLIP form, which Baton does not speak',
      "Use the instrument's raw socket: TCPIP::HOST::PORT::SOCKET (TTi 9221, Keysight and Rohde & Schwarz 5025).",
    );

  throw resourceNotUnderstood(
    text,
    'it has none of the known forms',
    'Use ASRL/dev/serial/by-id/NAME::INSTR, TCPIP::HOST::PORT::SOCKET or GPIB::ADDRESS::INSTR@ with the resource of the adapter.',
  );
}

function gpibResource(
  text: string,
  primary: string,
  secondary: string | undefined,
  adapter: string | undefined,
): GpibResource {
  if (adapter === undefined)
    throw resourceNotUnderstood(
      text,
      'a GPIB address alone does not say through which adapter it is reached',
      'Add the adapter: GPIB::24::INSTR@TCPIP::HOST::1234::SOCKET or GPIB::24::INSTR@ASRL/dev/ttyUSB0::INSTR.',
    );
  const addresses = [primary, secondary].filter((address) => address !== undefined).map(Number);
  if (addresses.some((address) => address > 30))
    throw resourceNotUnderstood(text, 'GPIB addresses go from 0 to 30', 'Correct the address.');
  const reached = parseResource(adapter);
  if (reached.kind === 'gpib')
    throw resourceNotUnderstood(text, 'an adapter is not itself on GPIB', 'Name its serial port or socket.');
  return {
    kind: 'gpib',
    address: addresses[0]!,
    ...(addresses[1] === undefined ? {} : { secondary: addresses[1] }),
    adapter: reached,
  };
}

/** The physical connection: instruments with the same one share a port and a queue. */
export function physical(resource: Resource): SerialResource | TcpResource {
  return resource.kind === 'gpib' ? resource.adapter : resource;
}
