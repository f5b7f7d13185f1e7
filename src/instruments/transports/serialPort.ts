import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { portBusy, portNotOpened } from '../faults.ts';
import type { Port, PortEvents, SerialSettings } from './port.ts';

export async function openSerialPort(
  path: string,
  { baudRate, stopBits = 1 }: SerialSettings,
  label: string,
  events: PortEvents,
): Promise<Port> {
  const serial = new SerialPort({
    path,
    baudRate,
    dataBits: 8,
    parity: 'none',
    stopBits,
    autoOpen: false,
    // The kernel's lock keeps every other program out, those of icicle too, until we close or die.
    lock: true,
    // Otherwise each close drops DTR, which resets Arduino boards at every hand-over.
    hupcl: false,
  });
  await opened(serial, path, label);

  let closing = false;
  let why = 'the port disappeared';
  serial.on('data', (bytes: Buffer) => events.data(bytes));
  serial.on('error', (error) => {
    why = error.message;
  });
  serial.on('close', () => {
    if (!closing) events.lost(why);
  });

  return {
    local: await isOwnPseudoTerminal(path),
    // A port that vanishes may hang in its own closing, and then neither says so nor takes or refuses anything.
    write: (bytes) => {
      if (!serial.isOpen) return Promise.reject(new Error(why));
      const written = new Promise<void>((resolve, reject) => {
        serial.write(Buffer.from(bytes), (error) => (error ? reject(error) : resolve()));
      });
      return within(stuckMs, written, () => {
        throw new Error('the port takes no bytes');
      });
    },
    close: () => {
      closing = true;
      if (!serial.isOpen) return Promise.resolve();
      const closed = new Promise<void>((resolve) => serial.close(() => resolve()));
      return within(stuckMs, closed, () => {});
    },
  };
}

const stuckMs = 2_000;

async function within(ms: number, work: Promise<void>, otherwise: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  try {
    if ((await Promise.race([work, late])) === 'late') otherwise();
  } finally {
    clearTimeout(timer);
  }
}

async function opened(serial: SerialPort, path: string, label: string): Promise<void> {
  const error = await new Promise<Error | null>((resolve) => serial.open(resolve));
  if (!error) return;
  if (/lock port|resource busy|EBUSY|temporarily unavailable/i.test(error.message))
    throw portBusy(label, await holders(path), error);
  if (/permission denied|EACCES/i.test(error.message))
    throw portNotOpened(
      label,
      `this user may not open ${path}`,
      'Add the user to the group of the device (usually `sudo usermod -aG dialout $USER`, then log in again).',
      error,
    );
  if (/no such file|ENOENT|ENODEV|ENXIO/i.test(error.message))
    throw portNotOpened(label, `${path} does not exist`, await whatIsThere(), error);
  throw portNotOpened(label, error.message, 'Check the name of the port.', error);
}

async function whatIsThere(): Promise<string> {
  const byId = await readdir('/dev/serial/by-id').catch(() => []);
  return byId.length === 0
    ? 'No USB serial adapter is plugged in. Check cable, hub and power.'
    : `Plugged in now: ${byId.map((name) => `/dev/serial/by-id/${name}`).join(', ')}.`;
}

/** The programs that have the device open, as far as this user may see: `dirigent (process 1234)`. */
async function holders(path: string): Promise<readonly string[]> {
  const device = await realpath(path).catch(() => path);
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(
      descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    if (!targets.includes(device)) continue;
    const program = await readlink(`/proc/${pid}/exe`).catch(() => 'a program');
    found.push(`${program} (process ${pid})`);
  }
  return found;
}

async function isOwnPseudoTerminal(path: string): Promise<boolean> {
  const device = await realpath(path);
  if (!/^\/dev\/pts\/\d+$/.test(device)) return false;
  return (await stat(device)).uid === process.getuid?.();
}
