import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between the start of the machine and that of the process [proc(5), starttime]. */
  started: number;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startTicks(process.pid) ?? 0 };
}

/** Whether it still runs, or is stopped. One that has ended and was not yet collected by its parent does not. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return startTicks(pid) === started;
}

/** Whether somebody has stopped it (SIGSTOP): it lives, and does nothing. */
export function isStopped(identity: ProcessIdentity): boolean {
  return isAlive(identity) && statFields(identity.pid)?.[0] === 'T';
}

/** Resolves with whether it has ended within that time. */
export async function endsWithin(process: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (isAlive(process)) {
    if (performance.now() >= deadline) return false;
    await sleep(2);
  }
  return true;
}

/** To exactly this process. One that has ended meanwhile needs no signal. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isAlive(identity)) signalPid(identity.pid, signal);
}

/** To a process or, with a negative number, to a process group. One that has ended meanwhile needs no signal. */
export function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The living processes of a group, its leader among them. */
export function groupMembers(group: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    const [state, , pgrp] = statFields(pid) ?? [];
    return Number(pgrp) === group && !/^[ZX]$/.test(state!) ? [pid] : [];
  });
}

/** Whether a process group has members, ended ones that nobody collected yet among them. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Changes whenever the machine starts: process numbers and ticks of another boot mean nothing. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Undefined when there is no such process, or it has ended. */
function startTicks(pid: number): number | undefined {
  const fields = statFields(pid);
  if (!fields || /^[ZX]$/.test(fields[0]!)) return undefined;
  return Number(fields[19]);
}

/** From the third on, the state. The second is the program's name in parentheses, which may hold anything. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readProc(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The words of its command line; undefined when there is no such process, or it has ended. */
export function commandLineOf(pid: number): readonly string[] | undefined {
  const words = readProc(pid, 'cmdline')?.split('\0').slice(0, -1);
  return words && words.length > 0 ? words : undefined;
}

/** Undefined when there is no such process, or it is another user's. */
export function workingDirectoryOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // ENOENT, or ESRCH when it ends while it is read: there is no such process.
    return undefined;
  }
}
