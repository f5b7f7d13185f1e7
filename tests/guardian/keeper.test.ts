import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Pace } from '../../src/base/time.ts';
import { endCalibration } from '../../src/guardian/ending.ts';
import { KeptCalibration, readKeeperFile } from '../../src/guardian/keptCalibration.ts';
import { CalibrationProcess } from '../../src/sequence/calibrating/calibrationProcess.ts';
import { checkKeeper, underKeeper } from '../../src/sequence/calibrating/keeper.ts';
import { eventually, isAlive } from '../runUnderTest.ts';

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

interface Kept {
  argv: string[];
  keeperFile: string;
  /** R: ready, then one I a SIGINT, and D when it was down. */
  said(): string;
}

function kept({ wrapper = '', ms = 150, deaf = false } = {}): Kept {
  last += 1;
  const file = join(directory, `said-${last}`);
  const command = [process.execPath, child, file, String(ms), ...(deaf ? ['deaf'] : [])];
  return {
    argv: wrapper ? [...wrapped(wrapper), ...command] : command,
    keeperFile: join(directory, `keeper-${last}`),
    said: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
}

async function start({ argv, keeperFile, said }: Kept): Promise<CalibrationProcess> {
  const calibration = await CalibrationProcess.start({
    argv,
    cwd: directory,
    logFiles: [`${keeperFile}.stdout`, `${keeperFile}.stderr`],
    keeperFile,
    onPrompt: () => Promise.resolve('N'),
  });
  await eventually(
    () => said() === 'R',
    () => 'the calibration to be ready',
  );
  return calibration;
}

/** Starts them under a runner of their own and waits until all of them are ready. */
async function underRunner(all: readonly Kept[]): Promise<number> {
  const commands = await Promise.all(
    all.map(async ({ argv, keeperFile }) =>
      (await underKeeper(argv, keeperFile)).map((word) => (word === String(process.pid) ? 'RUNNER' : word)),
    ),
  );
  const runner = spawn(process.execPath, [
    join(import.meta.dirname, 'keptRunner.mjs'),
    JSON.stringify(commands),
  ]);
  await once(runner.stdout, 'data');
  await eventually(
    () => all.every(({ said }) => said() === 'R'),
    () => 'all of them to be ready',
  );
  return runner.pid!;
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
      process.kill(await underRunner(all), 'SIGKILL');
      await allDown(all);
      outcomes.push(...all.map(({ said }) => said()));
    }
    expect(outcomes).toEqual(Array(50).fill('RID'));
  });

  test('when its runner asks it and is SIGKILLed, and the guardian asks it too', async () => {
    const all = Array.from({ length: 8 }, (_, n) => kept({ wrapper: shells[n % 3]! }));
    const runner = await underRunner(all);
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
  const { argv, keeperFile, said } = kept();
  const [file, ...args] = (await underKeeper(argv, keeperFile)).map((word) =>
    word === String(process.pid) ? '1' : word,
  );
  const [exitCode] = (await once(spawn(file!, args), 'exit')) as [number];
  expect(exitCode).toBe(125);
  expect(said()).toBe('');
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
