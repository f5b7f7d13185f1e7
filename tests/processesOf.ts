import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends every process that was started for a folder of tests, however far apart from the test it runs: runners, guardians,
 * calibrations, simulated stations, writers of reports. They are known by the folder in their environment, where it stands
 * under this name. When this is done nobody writes there any more, and the folder can go.
 */
export async function endProcessesOf(directory: string, name = 'XDG_RUNTIME_DIR'): Promise<void> {
  const mark = `${name}=${directory}`;
  // What one of them started while we looked is found at the next look.
  for (let looksInVain = 0; looksInVain < 2; await sleep(5)) {
    const left = processesWith(mark);
    looksInVain = left.length > 0 ? 0 : looksInVain + 1;
    for (const pid of left) kill(pid);
  }
}

function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark) && !isWorker(name))
    .map(Number);
}

/** Of vitest, which ends it itself. */
function isWorker(pid: string): boolean {
  return wordsIn(`/proc/${pid}/cmdline`).some((word) => word.includes('/vitest/dist/workers/'));
}

function environmentOf(pid: string): string[] {
  return wordsIn(`/proc/${pid}/environ`);
}

/** Of somebody else's process, or of one that has ended, none. */
function wordsIn(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
