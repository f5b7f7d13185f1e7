import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CalibrationProcess,
  type CalibrationStart,
} from '../../../src/sequence/calibrating/calibrationProcess.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'baton-calibration-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const log = (stream = 'stdout') => readFileSync(join(cwd, `${stream}.log`), 'utf8');

function start(argv: readonly string[], more: Partial<CalibrationStart> = {}) {
  return CalibrationProcess.start({
    argv,
    cwd,
    logFiles: [join(cwd, 'stdout.log'), join(cwd, 'stderr.log')],
    keeperFile: join(cwd, 'keeper'),
    onPrompt: async () => 'N',
    ...more,
  });
}

const shell = (script: string, more: Partial<CalibrationStart> = {}) =>
  start(['/bin/sh', '-c', script], more);

/** Resolves when the output has the words. */
function seen(words: string): { onOutput: (chunk: string) => void; wait: Promise<void> } {
  let resolve: () => void = () => undefined;
  const wait = new Promise<void>((done) => {
    resolve = done;
  });
  let text = '';
  return {
    wait,
    onOutput: (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve();
    },
  };
}

describe('the end is told as it was:', () => {
  test.each([
    ['an exit code', 'exit 3', 3],
    ['success', 'true', 0],
    ['a program that is not there', 'exec nowhere-at-all', 127],
    ['one that may not be executed', 'exec /etc/passwd', 126],
    ['a signal, as 128 + n', 'kill -SEGV $$', 139],
    ['SIGKILL', 'kill -KILL $$', 137],
  ])('%s', async (_what, script, code) => {
    const { exitCode } = await (await shell(script)).ended;
    expect(exitCode).toBe(code);
  });

  test('a program that is not there, started without a shell', async () => {
    expect((await (await start([join(cwd, 'nowhere')])).ended).exitCode).toBe(127);
  });
});

describe('output', () => {
  test('of each stream goes to its log as it comes, and error lines are counted', async () => {
    const script = 'echo out; echo "2026-11-20 12:00:00 ERROR x - bad" >&2; printf "without an end"';
    const end = await (await shell(script)).ended;
    expect(log()).toBe('out\nwithout an end');
    expect(log('stderr')).toBe('2026-11-20 12:00:00 ERROR x - bad\n');
    expect(end).toMatchObject({ exitCode: 0, errorCount: 1 });
  });

  test('is not held in memory, however much it is', async () => {
    const megabytes = 300;
    const warned: string[] = [];
    const onWarning = (warning: Error) => warned.push(warning.message);
    process.on('warning', onWarning);
    const before = process.memoryUsage().rss;
    let most = 0;
    const running = await shell(`head -c ${megabytes}000000 /dev/zero | tr '\\0' 'x'`, {
      onOutput: () => {
        most = Math.max(most, process.memoryUsage.rss());
      },
    });
    expect((await running.ended).exitCode).toBe(0);
    process.off('warning', onWarning);
    expect(statSync(join(cwd, 'stdout.log')).size).toBe(megabytes * 1e6);
    expect(most - before).toBeLessThan(200e6);
    expect(warned).toEqual([]);
  });

  test('of Python comes at once: nothing is kept back in a buffer', async () => {
    const first = seen('unbuffered 1');
    const running = await shell('echo "unbuffered $PYTHONUNBUFFERED"; read line', first);
    await first.wait;
    running.signal('SIGTERM');
    await running.ended;
  });

  test.each([
    ['de_DE.UTF-8', 'de_DE.UTF-8'],
    ['', ''],
    [undefined, 'none'],
  ])('is in the language that the calibration would have had alone: LC_ALL %j', async (given, seen) => {
    vi.stubEnv('LC_ALL', given);
    await (await shell(`echo "\${LC_ALL-none} \${BATON_LC_ALL-none} $PYTHONUNBUFFERED"`)).ended;
    vi.unstubAllEnvs();
    expect(log()).toBe(`${seen} none 1\n`);
  });

  test('that a grandchild holds open does not hold the step', async () => {
    const running = await shell('sleep 30 & echo "$!" > straggler; exit 0');
    const { exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    process.kill(Number(readFileSync(join(cwd, 'straggler'), 'utf8')), 'SIGKILL');
  });

  test('of one that goes on when it has ended is read as long as somebody of its group prints', async () => {
    const heard: string[] = [];
    const running = await shell('(sleep 0.4; echo late) & exit 0', { onOutput: (text) => heard.push(text) });
    expect((await running.ended).exitCode).toBe(0);
    expect(heard.join('')).toBe('late\n');
  });

  test('comes chunk by chunk while it runs, and nothing of it twice', async () => {
    const lines = Array.from({ length: 20 }, (_, n) => `line ${n} ✓\n`).join('');
    let heard = '';
    const running = await shell(
      'n=0; while [ $n -lt 20 ]; do echo "line $n ✓"; sleep 0.02; n=$((n+1)); done',
      {
        onOutput: (text) => {
          heard += text;
        },
      },
    );
    await running.ended;
    expect(heard).toBe(lines);
    expect(log()).toBe(lines);
  });
});

describe('questions', () => {
  test('a hidden prompt is asked, and the answer goes to the calibration', async () => {
    const asked: string[] = [];
    const running = await shell(
      'printf "[Attention] Problem: HV is on\\n >>>> "; read answer; echo "got $answer"',
      {
        onPrompt: async (text) => {
          asked.push(text);
          return 'Y';
        },
      },
    );
    await running.ended;
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('HV is on');
    expect(log()).toContain('got Y');
  });

  test('each of several is asked once', async () => {
    const answers = ['first', 'second'];
    const running = await shell('for n in 1 2; do printf "go on? [y/N]: "; read a; echo "got $a"; done', {
      onPrompt: async () => answers.shift() ?? 'too many',
    });
    await running.ended;
    expect(log()).toContain('got first');
    expect(log()).toContain('got second');
    expect(log()).not.toContain('too many');
  });

  test('in an [Attention] block without known words is asked when it falls silent', async () => {
    const running = await shell('printf "[Attention] new words\\nwhat now"; read answer; echo "got $answer"');
    await running.ended;
    expect(log()).toContain('got N');
  });

  test('one that is open does not hold up what is printed meanwhile', async () => {
    const running = await shell('printf "go on? (y/n)"; sleep 1; head -c 300000 /dev/zero; exit 0', {
      onPrompt: () => new Promise(() => undefined),
    });
    expect((await running.ended).exitCode).toBe(0);
    expect(statSync(join(cwd, 'stdout.log')).size).toBeGreaterThan(300_000);
  });

  test('one that nobody answers does not outlive the calibration', async () => {
    let told: AbortSignal | undefined;
    const running = await shell('printf "go on? (y/n)"; read answer', {
      onPrompt: (_text, ended) => {
        told = ended;
        return new Promise(() => undefined);
      },
    });
    await expect.poll(() => told, { timeout: 30_000 }).toBeDefined();
    running.signal('SIGINT');
    await running.ended;
    expect(told?.aborted).toBe(true);
  });

  test('stdin is the calibration’s own: it is no terminal and never ends by itself', async () => {
    const running = await shell('[ -t 0 ] && exit 9; printf "name >>>>"; read a && echo "got $a"', {
      onPrompt: async () => 'x',
    });
    expect((await running.ended).exitCode).toBe(0);
  });
});

describe('signals', () => {
  test('it gets one SIGINT in its life, however often that is asked for', async () => {
    const ready = seen('ready');
    const running = await shell(
      'n=0; trap "n=$((n+1)); echo int >> ints" INT; echo ready; i=0; while [ $i -lt 20 ]; do sleep 0.05; i=$((i+1)); done; exit 7',
      ready,
    );
    await ready.wait;
    for (let k = 0; k < 5; k++) running.signal('SIGINT');
    await running.ended;
    expect(readFileSync(join(cwd, 'ints'), 'utf8').trim().split('\n')).toEqual(['int']);
  });

  test('the whole of its group is ended by SIGKILL', async () => {
    const ready = seen('ready');
    const running = await shell('(sleep 60; echo late > late) & echo "$!" > child; echo ready; wait', ready);
    await ready.wait;
    running.signalGroup('SIGKILL');
    await running.ended;
    const child = Number(readFileSync(join(cwd, 'child'), 'utf8'));
    await expect.poll(() => alive(child)).toBe(false);
    expect(existsSync(join(cwd, 'late'))).toBe(false);
  });

  test('to one that has ended are no error', async () => {
    const running = await shell('true');
    await running.ended;
    expect(running.isOver).toBe(true);
    expect(() => running.signal('SIGINT')).not.toThrow();
    expect(() => running.signalGroup('SIGKILL')).not.toThrow();
  });
});

/** A zombie is dead. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
