import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Problem } from '../../base/errors.ts';
import { isFault, physical, readResource } from '../../station/resource.ts';
import type { Station } from '../../station/station.ts';
import type { Finding } from '../printing/findings.ts';

const run = promisify(execFile);

/** What is known of a port without opening it: it may be in use. */
interface PortFacts {
  /** As instruments.json names it. */
  path: string;
  /** Of the instruments behind it. */
  instruments: readonly string[];
  /** The device that it leads to; absent where there is none. */
  device?: string;
  mayOpen: boolean;
  /** The group that may open it, and whether this user is in it: by the system's list, and in this session. */
  group?: { name: string; listed: boolean; inSession: boolean };
}

/** Every serial port of the station: is it there, and may this user open it. */
export async function serialPorts(station: Station): Promise<Finding> {
  const named = portsOf(station);
  const paths = [...new Set(named.map(({ path }) => path))];
  const facts = await Promise.all(
    paths.map((path) => {
      const behind = named.filter((one) => one.path === path);
      return look(
        path,
        behind.map(({ instrument }) => instrument),
      );
    }),
  );
  const user = userInfo().username;
  const problems = facts.flatMap((port) => portProblems(port, user));
  const usb = facts.some(({ device }) => /\/tty(USB|ACM)\d+$/.test(device ?? ''));
  if (usb && (await runs('ModemManager'))) problems.push(modemManager);
  const notes = facts.map(
    ({ path, device, instruments }) =>
      `${instruments.join(', ')}: ${path}${device === undefined || device === path ? '' : ` → ${device}`}`,
  );
  return { about: 'serial ports', problems, notes: facts.length > 0 ? notes : ['the station has none'] };
}

/** The ports that this machine has, for somebody who is about to write instruments.json. */
export async function portsHere(): Promise<Finding> {
  const folder = '/dev/serial/by-id';
  const names = await readdir(folder).catch(() => []);
  const facts = await Promise.all(names.map((name) => look(join(folder, name), [])));
  const user = userInfo().username;
  return {
    about: 'serial ports',
    problems: facts.flatMap((port) => portProblems(port, user)),
    notes:
      names.length > 0
        ? [
            'on this machine, as instruments.json should name them:',
            ...facts.map(({ path }) => `ASRL${path}::INSTR`),
          ]
        : [`none on this machine: nothing in ${folder}`],
    aside: true,
  };
}

function portsOf({ instruments }: Station): { path: string; instrument: string }[] {
  return [...instruments.values()].flatMap(({ name, resource: text }) => {
    const resource = readResource(text);
    const connection = isFault(resource) ? undefined : physical(resource);
    return connection?.kind === 'serial' ? [{ path: connection.path, instrument: name }] : [];
  });
}

/** What is wrong with one port, for this user. */
export function portProblems(port: PortFacts, user: string): Problem[] {
  const { path, device, mayOpen, group } = port;
  const whose = port.instruments.length > 0 ? ` of ${port.instruments.join(', ')}` : '';
  if (device === undefined)
    return [
      {
        code: 'E1022',
        what: `the serial port ${path}${whose} is not there.`,
        remedy: 'Plug it in and switch the instrument on; `ls -l /dev/serial/by-id` shows what is there.',
      },
    ];
  const problems: Problem[] = [];
  if (!mayOpen)
    problems.push({
      code: 'E1023',
      what: `${user} may not open the serial port ${device}${whose}.`,
      remedy: permissionRemedy(group, user, device),
    });
  if (/^\/dev\/tty(USB|ACM)\d+$/.test(path))
    problems.push({
      code: 'E1024',
      severity: 'warning',
      what: `${path}${whose} is a name that goes to another instrument when cables are moved or the machine starts anew.`,
      remedy: 'Name the port by what is plugged in: ls -l /dev/serial/by-id.',
    });
  return problems;
}

function permissionRemedy(group: PortFacts['group'], user: string, device: string): string {
  if (group?.inSession) return `The group ${group.name} may not read and write it either: ls -l ${device}.`;
  if (group?.listed)
    return `${user} is in the group ${group.name}, but not since this log-in: log out everywhere and in again.`;
  if (group && group.name !== 'root')
    return `sudo usermod -aG ${group.name} ${user}, then log out everywhere and in again.`;
  return 'A udev rule gives the port to a group; docs/installing.md has one.';
}

async function look(path: string, instruments: readonly string[]): Promise<PortFacts> {
  const device = await realpath(path).catch(() => undefined);
  if (device === undefined) return { path, instruments, mayOpen: false };
  const mayOpen = await access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  const group = mayOpen ? undefined : await groupOf(device);
  return { path, instruments, device, mayOpen, ...(group ? { group } : {}) };
}

async function groupOf(device: string): Promise<PortFacts['group']> {
  const { gid } = await stat(device);
  // Also of a directory service, which /etc/group does not have.
  const line = await run('getent', ['group', String(gid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const [name = '', , , members = ''] = line.split(':');
  if (name === '') return undefined;
  return {
    name,
    listed: members.split(',').includes(userInfo().username),
    inSession: process.getgroups?.().includes(gid) ?? false,
  };
}

/** It sends modem commands to every new port, right into the first exchange with an instrument. */
const modemManager: Problem = {
  code: 'E1025',
  severity: 'warning',
  what: 'ModemManager runs: it talks to serial ports that are plugged in, to see if they are modems.',
  remedy:
    'sudo systemctl disable --now ModemManager, or a udev rule with ENV{ID_MM_DEVICE_IGNORE}="1" for the instruments (docs/installing.md).',
};

async function runs(program: string): Promise<boolean> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const names = await Promise.all(
    processes.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
  );
  return names.some((name) => name.trim() === program);
}
