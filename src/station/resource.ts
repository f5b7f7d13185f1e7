/** Where an instrument is reached, read from its VISA-like resource. */
export type Resource = SerialResource | TcpResource | GpibResource;

interface SerialResource {
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

/** Why a resource cannot be used, and what would be right. */
interface ResourceFault {
  fault: string;
  remedy: string;
}

/**
 * Reads `ASRL/dev/ttyUSB0::INSTR`, `TCPIP::host::port::SOCKET` and, for an instrument behind a GPIB adapter,
 * `GPIB::24::INSTR@` followed by the adapter's own resource: what Baton itself can open.
 */
export function readResource(text: string): Resource | ResourceFault {
  if (!isHarmless(text))
    return { fault: 'it holds a space, a quote or a character that no resource has', remedy: forms };

  const gpib = /^GPIB\d*::(\d+)(?:::(\d+))?::INSTR(?:@(.+))?$/i.exec(text);
  if (gpib) return readGpib(gpib[1]!, gpib[2], gpib[3]);

  const serial = /^ASRL(.*)::INSTR$/i.exec(text);
  if (serial) {
    const path = serial[1]!;
    if (/^\/[^/]/.test(path)) return { kind: 'serial', path };
    return {
      fault: 'a serial port is named by its device file',
      remedy:
        "Write for example ASRL/dev/serial/by-id/NAME::INSTR. (ASRL1::INSTR and the like belong to icicle's simulation.)",
    };
  }

  const socket = /^TCPIP\d*::(\[[0-9a-f:]+\]|[^:]+)::(\d+)::SOCKET$/i.exec(text);
  if (socket) {
    const port = Number(socket[2]);
    if (port >= 1 && port <= 65_535)
      return { kind: 'tcp', host: socket[1]!.replace(/^\[(.*)\]$/, '$1'), port };
    return { fault: `${port} is no port`, remedy: 'Ports go from 1 to 65535.' };
  }
  if (/^TCPIP\d*::.+::INSTR$/i.test(text))
    return {
      fault: 'this is the VXI-11 or HiSLIP form, which Baton does not speak',
      remedy:
        "Use the instrument's raw socket: TCPIP::HOST::PORT::SOCKET (TTi 9221, Keysight and Rohde & Schwarz 5025).",
    };
  return { fault: 'it has none of the known forms', remedy: forms };
}

const forms =
  'Use ASRL/dev/serial/by-id/NAME::INSTR, TCPIP::HOST::PORT::SOCKET or GPIB::ADDRESS::INSTR@ with the resource of the adapter.';

function readGpib(primary: string, secondary?: string, adapter?: string): Resource | ResourceFault {
  if (adapter === undefined)
    return {
      fault: 'a GPIB address alone does not say through which adapter it is reached',
      remedy:
        'Add the adapter: GPIB::24::INSTR@TCPIP::HOST::1234::SOCKET or GPIB::24::INSTR@ASRL/dev/ttyUSB0::INSTR.',
    };
  const addresses = [primary, secondary].filter((address) => address !== undefined).map(Number);
  if (addresses.some((address) => address > 30))
    return { fault: 'GPIB addresses go from 0 to 30', remedy: 'Correct the address.' };
  const reached = readResource(adapter);
  if (isFault(reached)) return reached;
  if (reached.kind === 'gpib')
    return { fault: 'an adapter is not itself on GPIB', remedy: 'Name its serial port or socket.' };
  const [address, second] = addresses;
  return {
    kind: 'gpib',
    address: address!,
    ...(second === undefined ? {} : { secondary: second }),
    adapter: reached,
  };
}

export function isFault(result: Resource | ResourceFault): result is ResourceFault {
  return 'fault' in result;
}

/** Whether a resource that only a calibration opens is at least a resource: its own VISA knows more forms than Baton. */
export function looksLikeResource(text: string): boolean {
  return isHarmless(text) && /^[A-Z]+\d*(::|\/).*::(INSTR|SOCKET|RAW|INTFC)$|^ASRL\d+::INSTR$/i.test(text);
}

/** icicle writes texts into Python source: nothing that could end a text there. */
function isHarmless(text: string): boolean {
  return !/[\s'"`\\\p{Cc}]/u.test(text);
}

/** The physical connection: instruments with the same one share a port. */
export function physical(resource: Resource): SerialResource | TcpResource {
  return resource.kind === 'gpib' ? resource.adapter : resource;
}

/** Whether the resource leads out of this machine or to a real port: nothing simulated lives there. */
export function leadsToHardware(resource: Resource): boolean {
  const connection = physical(resource);
  if (connection.kind === 'tcp') return !/^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(connection.host);
  return /^\/dev\/(?!pts\/)/.test(connection.path);
}

/** Two resources that mean the same instrument have the same key. */
export function resourceKey(text: string): string {
  const resource = readResource(text);
  if (isFault(resource)) return text.toUpperCase();
  const connection = physical(resource);
  const port =
    connection.kind === 'serial' ? connection.path : `${connection.host.toLowerCase()} ${connection.port}`;
  return resource.kind === 'gpib' ? `${port} gpib ${resource.address} ${resource.secondary ?? ''}` : port;
}
