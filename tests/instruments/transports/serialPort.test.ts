import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keithley2410 } from '../../../src/instruments/drivers/keithley2410.ts';
import { openSupply } from '../../../src/instruments/open.ts';
import { Lines } from '../../../src/instruments/transports/line.ts';
import { anInstrument, quickTiming } from '../exchange.ts';
import { FakeKeithley } from '../fakeSupplies.ts';

const socat = hasSocat();
if (!socat) {
  if (process.env.CI === 'true') throw new Error('CI must have socat: apt-get install socat');
  console.warn('\n*** socat is not installed: the tests on real pseudo-terminals DO NOT RUN ***\n');
}

let folder: string;
let hv: FakeKeithley;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-serial-'));
  hv = await new FakeKeithley().start();
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await hv.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(socat)('a serial port', () => {
  test('on a pseudo-terminal of ours serves a whole driver, and the mark of a simulated instrument holds', async () => {
    const path = await pseudoTerminal();
    const supply = await openSupply(anInstrument('Keithley2410', `ASRL${path}::INSTR`), { lines: quick() });
    expect((await supply.identify()).simulated).toBe(true);
    const channel = supply.channel(1);
    await channel.switchOutput(true);
    await channel.writeSetpoint(-5);
    expect(await channel.measure()).toMatchObject({ voltage: -5 });
    await supply.close();
    expect([hv.on, hv.setpoint]).toEqual([true, -5]);
  });

  test('can be closed and opened again at once, as at a hand-over', async () => {
    const path = await pseudoTerminal();
    for (let i = 0; i < 3; i += 1) {
      const supply = await openSupply(anInstrument('Keithley2410', `ASRL${path}::INSTR`), { lines: quick() });
      expect(await supply.channel(1).readOutput()).toBe(false);
      await supply.close();
    }
  });

  test('that another program holds is refused, with the name of the program', async () => {
    const path = await pseudoTerminal();
    const holder = spawn('flock', [path, '-c', 'echo held; read -r _'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(holder);
    await once(holder.stdout!, 'data');
    await expect(
      openSupply(anInstrument('Keithley2410', `ASRL${path}::INSTR`), { lines: quick() }),
    ).rejects.toThrow(/E3003.*flock \(process \d+\)/s);
    holder.stdin!.end();
    await once(holder, 'exit');
    const supply = await openSupply(anInstrument('Keithley2410', `ASRL${path}::INSTR`), { lines: quick() });
    await supply.close();
  });

  test('that vanishes and comes back is opened again', async () => {
    const path = await pseudoTerminal();
    const supply = await openSupply(anInstrument('Keithley2410', `ASRL${path}::INSTR`), { lines: quick() });
    const before = children.pop()!;
    before.kill('SIGKILL');
    await once(before, 'exit');
    rmSync(path, { force: true });
    const waiting = supply.channel(1).readOutput();
    await pseudoTerminal();
    expect(await waiting).toBe(false);
    await supply.close();
  });
});

test('a serial port that does not exist is refused, with what is plugged in', async () => {
  await expect(
    openSupply(anInstrument('Keithley2410', `ASRL${folder}/nothing::INSTR`), { lines: quick() }),
  ).rejects.toThrow(/E3002.*nothing does not exist.*(plugged in|Plugged in)/s);
});

test('a plain file is no serial port', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  await expect(
    openSupply(anInstrument(keithley2410.class, `ASRL${path}::INSTR`), { lines: quick() }),
  ).rejects.toThrow(/E3002/);
});

function quick(): Lines {
  return new Lines({ ...quickTiming, replyMs: 500 });
}

/** A pseudo-terminal with the instrument behind it, at a fixed path. */
async function pseudoTerminal(): Promise<string> {
  const path = join(folder, 'ttyUSB0');
  // Without wait-slave: it stays the same one from client to client, as a real port does.
  const child = spawn('socat', [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${hv.port}`], {
    stdio: 'inherit',
  });
  children.push(child);
  await expect.poll(() => exists(path), { timeout: 5_000, interval: 10 }).toBe(true);
  return path;
}

function exists(path: string): boolean {
  try {
    return realpathSync(path).startsWith('/dev/pts/');
  } catch {
    return false;
  }
}

function hasSocat(): boolean {
  try {
    execFileSync('socat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
