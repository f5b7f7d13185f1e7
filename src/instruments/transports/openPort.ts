import { physical, type Resource } from '../../station/resource.ts';
import type { Port, PortEvents, SerialSettings } from './port.ts';

/** Opens the port of a resource. Throws E3002 (cannot be opened) or E3003 (busy). */
export async function openPort(
  resource: Resource,
  serial: SerialSettings,
  label: string,
  openMs: number,
  events: PortEvents,
): Promise<Port> {
  const reached = physical(resource);
  if (reached.kind === 'tcp') {
    const { openTcpPort } = await import('./tcpPort.ts');
    return openTcpPort(reached, label, openMs, events);
  }
  const { openSerialPort } = await import('./serialPort.ts');
  return openSerialPort(reached.path, serial, label, events);
}
