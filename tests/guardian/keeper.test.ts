import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commandLineOf } from '../../src/base/processes.ts';
import { Pace } from '../../src/base/time.ts';
import { endCalibration } from '../../src/guardian/ending.ts';
import { KeptCalibration, readKeeperFile } from '../../src/guardian/keptCalibration.ts';
import { CalibrationProcess } from '../../src/sequence/calibrating/calibrationProcess.ts';
import {
  checkKeeper,
  type KeptCommand,
  startWord,
  underKeeper,
} from '../../src/sequence/calibrating/keeper.ts';
import { NextCalibration } from '../../src/sequence/calibrating/nextCalibration.ts';
import { WaitingCalibration } from '../../src/sequence/calibrating/waitingCalibration.ts';
import { childrenOf, eventually, isAlive } from '../runUnderTest.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-keeper-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const child = join(import.meta.dirname, 'keptChild.mjs');
const wrapped = (shell: string) => [shell, '-c', '"$@"; exit $?', 'wrapper'];
/** None, or one that stays around the calibration and is in its group. */
const shells = ['', '/bin/bash', '/bin/sh'];
let last = 0;

interface Kept extends KeptCommand {
  /** R: ready, then one I a SIGINT, and D when it was down. */
  said(): string;
}

function kept({ wrapper = '', ms = 150, deaf = false } = {}): Kept {
  last += 1;
  const file = join(directory, `said-${last}`);
  const command = [process.execPath, child, file, String(ms), ...(deaf ? ['deaf'] : [])];
  const keeperFile = join(directory, `keeper-${last}`);
  return {
    argv: wrapper ? [...wrapped(wrapper), ...command] : command,
    cwd: directory,
    logFiles: [`${keeperFile}.stdout`, `${keeperFile}.stderr`],
    keeperFile,
    said: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
}

async function start({ said, ...command }: Kept): Promise<CalibrationProcess> {
  const calibration = await CalibrationProcess.start({ ...command, onPrompt: () => Promise.resolve('N') });
  await eventually(
    () => said() === 'R',
    () => 'the calibration to be ready',
  );
  return calibration;
}

/** Makes them under a runner of their own, which gives them this word; the runner's process number comes back. */
async function underRunner(all: readonly Kept[], word = startWord): Promise<number> {
  const commands = await Promise.all(
    all.map(async (command) =>
      (await underKeeper(command)).map((word) => (word === String(process.pid) ? 'RUNNER' : word)),
    ),
  );
  const runner = spawn(process.execPath, [
    join(import.meta.dirname, 'keptRunner.mjs'),
    JSON.stringify(commands),
    word,
  ]);
  await once(runner.stdout, 'data');
  return runner.pid!;
}

/** Starts them and waits until all of them are ready. */
async function runningUnderRunner(all: readonly Kept[]): Promise<number> {
  const runner = await underRunner(all);
  await eventually(
    () => all.every(({ said }) => said() === 'R'),
    () => 'all of them to be ready',
  );
  return runner;
}

const allDown = (all: readonly Kept[]) =>
  eventually(
    () => all.every(({ keeperFile }) => readKeeperFile(keeperFile)?.exitCode !== undefined),
    () => `all of them to end: ${all.map(({ said }) => said()).join(' ')}`,
  );

describe('a calibration gets exactly one SIGINT', () => {
  test('when its runner is SIGKILLed, 50 times of 50, most of them through a shell', async () => {
    const outcomes: string[] = [];
    for (let batch = 0; batch < 5; batch += 1) {
      const all = Array.from({ length: 10 }, (_, n) => kept({ wrapper: shells[n % 3]! }));
      process.kill(await runningUnderRunner(all), 'SIGKILL');
      await allDown(all);
      outcomes.push(...all.map(({ said }) => said()));
    }
    expect(outcomes).toEqual(Array(50).fill('RID'));
  });

  test('when its runner asks it and is SIGKILLed, and the guardian asks it too', async () => {
    const all = Array.from({ length: 8 }, (_, n) => kept({ wrapper: shells[n % 3]! }));
    const runner = await runningUnderRunner(all);
    const found = all.map(({ keeperFile }) => KeptCalibration.find(keeperFile)!);
    for (const calibration of found) calibration.signal('SIGINT');
    process.kill(runner, 'SIGKILL');
    for (const calibration of found) calibration.signal('SIGINT');
    await allDown(all);
    expect(all.map(({ said }) => said())).toEqual(Array(8).fill('RID'));
    await Promise.all(found.map(({ ended }) => ended));
  });

  test.each(shells)('however often it is asked (through the shell "%s")', async (wrapper) => {
    const one = kept({ wrapper });
    const calibration = await start(one);
    for (let asked = 0; asked < 3; asked += 1) calibration.signal('SIGINT');
    expect((await calibration.ended).exitCode).toBe(130);
    expect(one.said()).toBe('RID');
    expect(readKeeperFile(one.keeperFile)).toEqual({
      pid: calibration.pid,
      exitCode: 130,
      interrupted: true,
    });
  });
});

describe('the ending ladder', () => {
  const budget = { maxVoltage: -10, stepSize: 5, delay: 1 };
  const pace = new Pace(100);

  test.concurrent('lets a stopped calibration go on, so that it hears the SIGINT', async () => {
    const one = kept();
    const calibration = await start(one);
    process.kill(-calibration.pid, 'SIGSTOP');
    expect(await endCalibration(calibration, budget, pace)).toBe('SIGINT');
    expect(one.said()).toBe('RID');
  });

  test.concurrent('ends with SIGKILL for the whole group what minds neither SIGINT nor SIGTERM', async () => {
    const one = kept({ deaf: true, wrapper: '/bin/bash' });
    const calibration = await start(one);
    const started = performance.now();
    expect(await endCalibration(calibration, budget, pace)).toBe('SIGKILL');
    expect(one.said()).toBe('RIT');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(isAlive(calibration.pid)).toBe(false);
  });

  test.concurrent('does nothing to one that has ended', async () => {
    const one = kept();
    const calibration = await start(one);
    calibration.signal('SIGINT');
    await calibration.ended;
    expect(await endCalibration(calibration, budget, pace)).toBe('itself');
    expect(KeptCalibration.find(one.keeperFile)).toBeUndefined();
  });
});

test('what a killed keeper leaves behind is killed with it, for it would hold the ports', async () => {
  const one = kept();
  const calibration = await start(one);
  const [pid] = readFileSync(`/proc/${calibration.pid}/task/${calibration.pid}/children`, 'utf8').split(' ');
  process.kill(calibration.pid, 'SIGKILL');
  expect((await calibration.ended).signal).toBe('SIGKILL');
  await eventually(
    () => !isAlive(Number(pid)),
    () => 'its calibration to end',
  );
});

test('a keeper whose runner has died before starts nothing, and says so by exit code 125', async () => {
  const { said, ...command } = kept();
  const [file, ...args] = (await underKeeper(command)).map((word) =>
    word === String(process.pid) ? '1' : word,
  );
  const [exitCode] = (await once(spawn(file!, args), 'exit')) as [number];
  expect(exitCode).toBe(125);
  expect(said()).toBe('');
});

const allGone = (pids: readonly number[]) =>
  eventually(
    () => !pids.some(isAlive),
    () => 'all of them to end',
  );

describe('a calibration that waits for its word', () => {
  test('becomes the calibration in a folder that was made after it, with what it is given to read', async () => {
    const folder = join(directory, 'made later');
    const [stdout, stderr] = [join(folder, 'stdout.log'), join(folder, 'stderr.log')];
    const waiting = await WaitingCalibration.make({
      argv: ['/bin/sh', '-c', 'read word; pwd; echo "$word" "$PWD" "$OLDPWD" "$LC_ALL" "$MORE" >&2; exit 7'],
      cwd: folder,
      logFiles: [stdout, stderr],
      keeperFile: join(folder, 'keeper'),
      env: { MORE: 'more', LC_ALL: 'C.UTF-8' },
    });
    mkdirSync(folder);
    waiting.start();
    waiting.stdin.write('answer\n');
    expect(await waiting.exited).toEqual({ exitCode: 7 });
    expect(readFileSync(stdout, 'utf8')).toBe(`${folder}\n`);
    expect(readFileSync(stderr, 'utf8')).toBe(`answer ${folder}  C.UTF-8 more\n`);
    expect(readKeeperFile(join(folder, 'keeper'))).toEqual({ pid: waiting.pid, exitCode: 7 });
    expect(waiting.isThere).toBe(false);
  });

  test('says in its log why it could not begin', async () => {
    const { said, ...command } = kept();
    const waiting = await WaitingCalibration.make({ ...command, cwd: join(directory, 'never made') });
    waiting.start();
    expect(await waiting.exited).toEqual({ exitCode: 126 });
    expect(readFileSync(command.logFiles[1], 'utf8')).toContain('never made');
    expect(said()).toBe('');
  });

  test('that is not wanted any more ends and leaves nothing, also when it is stopped', async () => {
    const { said, ...command } = kept();
    const waiting = await WaitingCalibration.make(command);
    process.kill(-waiting.pid, 'SIGSTOP');
    await waiting.dismiss();
    expect(waiting.isThere).toBe(false);
    expect(existsSync(command.keeperFile)).toBe(false);
    expect(said()).toBe('');
  });

  test('starts nothing when its runner is SIGKILLed before it gave the word', async () => {
    const all = Array.from({ length: 10 }, () => kept());
    const runner = await underRunner(all, '');
    const keepers = childrenOf(runner);
    expect(keepers).toHaveLength(10);
    process.kill(runner, 'SIGKILL');
    await allGone(keepers);
    expect(all.filter(({ keeperFile }) => existsSync(keeperFile))).toEqual([]);
    expect(all.map(({ said }) => said())).toEqual(Array(10).fill(''));
  });

  // Where the word and the death of its runner meet, either it never was, or it is known by its file and got its SIGINT.
  test('is found by its file, or starts nothing, when its runner is SIGKILLed while it gives the word', async () => {
    const all = Array.from({ length: 20 }, () => kept());
    const runner = await underRunner(all);
    const keepers = childrenOf(runner);
    process.kill(runner, 'SIGKILL');
    await allGone(keepers);
    const outcomes = all.map(
      ({ keeperFile, said }) => `${readKeeperFile(keeperFile)?.exitCode ?? 'none'} ${said()}`,
    );
    for (const outcome of outcomes) expect(outcome).toMatch(/^(none |125 |130 (RID)?)$/);
  });
});

describe('what comes next is made ready', () => {
  const planned = ({ argv, keeperFile }: Kept) => ({ argv, folder: keeperFile });

  test('and taken by its own words alone; others dismiss it', async () => {
    const next = new NextCalibration();
    const [one, other] = [kept(), kept()];
    next.prepare(planned(one), Promise.resolve(one));
    expect(await next.take(planned(other))).toBeUndefined();
    next.prepare(planned(one), Promise.resolve(one));
    next.prepare(planned(other), Promise.resolve(other));
    const { command, calibration } = (await next.take({ ...planned(other) }))!;
    expect(command).toBe(other);
    expect(commandLineOf(calibration.pid)).toContain(other.keeperFile);
    expect(await next.take(planned(other))).toBeUndefined();
    await calibration.dismiss();
    expect(one.said() + other.said()).toBe('');
  });

  test('and missed by nobody when it was killed meanwhile, or could not be made', async () => {
    const next = new NextCalibration();
    const one = kept();
    next.prepare(planned(one), Promise.reject(new Error('the program is not there')));
    expect(await next.take(planned(one))).toBeUndefined();
    next.prepare(planned(one), Promise.resolve(one));
    const keeper = await eventually(
      () => childrenOf(process.pid).find((pid) => commandLineOf(pid)?.includes(one.keeperFile)),
      () => 'it to be made',
    );
    process.kill(keeper, 'SIGKILL');
    // Until it is collected its runner does not know.
    await eventually(
      () => !existsSync(`/proc/${keeper}`),
      () => 'it to be gone',
    );
    expect(await next.take(planned(one))).toBeUndefined();
    expect(one.said()).toBe('');
  });
});

test('what must be on disk first and is not keeps the calibration from starting, also one that waits', async () => {
  for (const ahead of [false, true]) {
    const { said, ...command } = kept();
    const waiting = ahead ? await WaitingCalibration.make(command) : undefined;
    const after = Promise.reject(new Error('the disk is full'));
    const starting = CalibrationProcess.start(
      { ...command, after, onPrompt: () => Promise.resolve('N') },
      waiting,
    );
    await expect(starting).rejects.toThrow('the disk is full');
    expect(childrenOf(process.pid).filter((pid) => commandLineOf(pid)?.includes(command.keeperFile))).toEqual(
      [],
    );
    expect(said()).toBe('');
  }
});

describe('checkKeeper', () => {
  test('finds nothing wrong on this machine', async () => {
    expect(await checkKeeper()).toEqual([]);
  });

  test('says that setpriv is missing, as a warning: the guardian then ends calibrations alone', async () => {
    const bin = mkdtempSync(join(directory, 'bin-'));
    symlinkSync('/usr/bin/env', join(bin, 'env'));
    expect(await checkKeeper(bin)).toMatchObject([{ code: 'E6508', severity: 'warning', what: /setpriv/ }]);
  });

  test('says that no calibration can be started without an env that gives signals back', async () => {
    const problems = await checkKeeper(mkdtempSync(join(directory, 'bin-')));
    expect(problems.filter(({ severity }) => severity !== 'warning')).toMatchObject([
      { code: 'E6508', what: /default-signal/ },
    ]);
  });
});
