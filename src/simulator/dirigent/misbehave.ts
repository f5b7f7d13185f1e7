import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as timer } from 'node:timers/promises';
import { Pace } from '../../base/time.ts';
import type { Seconds } from '../../base/units.ts';
import { openBench } from '../../measurements/bench.ts';
import type { Calibration, CalibrationContext } from '../../measurements/calibration.ts';
import { modulesByChannel } from '../../measurements/handed.ts';
import type { StopRequest } from '../../measurements/stopSignals.ts';
import { throwIfStopped } from '../../measurements/waiting.ts';
import { breakdownShapes, type Fault, type Moment } from './misbehaviour.ts';

/** The same calibration, with faults. */
export function misbehaving(
  calibration: Calibration,
  faults: readonly Fault[],
  stop: StopRequest,
): Calibration {
  if (faults.length === 0) return calibration;
  return {
    ...calibration,
    async run(context, options) {
      const waiting = [...faults];
      const before = new Set(filesIn(context.directory));
      const written = () => filesIn(context.directory).filter((name) => !before.has(name));
      const tell = ({ kind }: Fault) => context.log.warning(`Simulated fault: ${kind}`);
      const happen = async (now: (at: Moment) => boolean, signal: AbortSignal | undefined) => {
        for (const fault of waiting.filter(({ at }) => now(at))) {
          tell(fault);
          // It stops measuring there; what becomes of its files is decided when it is down.
          if (leavesTooLittle(fault) && fault.at !== 'down') throw new GivesUp(fault);
          waiting.splice(waiting.indexOf(fault), 1);
          await act(fault, context, stop, signal, written());
        }
      };
      const pace = new FaultyPace(context.pace.scale, (wait, signal) => happen((at) => at === wait, signal));
      try {
        await happen((at) => at === 'start', context.stop);
        await calibration.run({ ...context, pace }, options);
      } catch (error) {
        if (!(error instanceof GivesUp)) throw error;
        waiting.splice(waiting.indexOf(error.because), 1);
        await act(error.because, context, stop, context.stop, written());
      }
      // One that was due at a wait that never came is due now.
      for (const fault of waiting) {
        tell(fault);
        await act(fault, context, stop, context.stop, written());
      }
    },
  };
}

function leavesTooLittle({ kind }: Fault): boolean {
  return kind === 'no-artefact' || kind === 'half-artefact';
}

class GivesUp extends Error {
  readonly because: Fault;

  constructor(because: Fault) {
    super('the calibration gave up');
    this.because = because;
  }
}

/** Something happens at a certain wait. */
class FaultyPace extends Pace {
  readonly #atWait: (wait: number | 'down', signal: AbortSignal | undefined) => Promise<void>;
  #waits = 0;

  constructor(
    scale: number,
    atWait: (wait: number | 'down', signal: AbortSignal | undefined) => Promise<void>,
  ) {
    super(scale);
    this.#atWait = atWait;
  }

  override async sleep(seconds: Seconds, signal?: AbortSignal): Promise<void> {
    // The way down waits without a signal.
    if (signal) this.#waits += 1;
    await this.#atWait(signal ? this.#waits : 'down', signal);
    await super.sleep(seconds, signal);
  }
}

async function act(
  { kind, value }: Fault,
  context: CalibrationContext,
  stop: StopRequest,
  signal: AbortSignal | undefined,
  written: readonly string[] = [],
): Promise<void> {
  const path = (name: string) => join(context.directory, name);
  switch (kind) {
    case 'hang':
      return forever(signal);
    case 'crash':
      process.stderr.write(
        'Traceback (most recent call last):\n  File "module_testing/dirigent/__main__.py", line 212, in run\nRuntimeError: simulated crash\n',
      );
      throw new Error('simulated crash');
    case 'segfault':
      process.kill(process.pid, 'SIGSEGV');
      return forever(undefined);
    case 'ignore-sigint':
      stop.release();
      process.on('SIGINT', () => undefined);
      return;
    case 'prompt': {
      const answer = await ask(
        '[Attention]  Bad Status encountered during runtime\nOperation: lv_off\nProblem: HV is on\nProposed Solution: hv_off\n[Y] to continue with the proposed solution, [N] to quit.\n >>>> ',
        signal,
      );
      if (!/^y/i.test(answer)) throw new Error('BadStatusForOperationError: refused by the operator');
      return;
    }
    case 'prompt-yn':
      if (!/^y/i.test(await ask('The output is on. Continue? (y/n) ', signal)))
        throw new Error('Aborted by the operator');
      return;
    case 'prompt-password':
      if ((await ask('Panthera password: ', signal)) === '') throw new Error('No password');
      return;
    case 'flood':
      return flood(Number(value ?? 1), context.stop);
    case 'error-line':
      context.log.error('something went wrong that nobody minds');
      return;
    case 'no-artefact':
      for (const name of written) rmSync(path(name));
      return;
    case 'half-artefact':
      if (written.length === 0) writeFileSync(path('breakdowns.json'), breakdownShapes.truncated!);
      for (const name of written) truncateSync(path(name), Math.floor(statSync(path(name)).size / 2));
      return;
    case 'exit-code':
      process.on('exit', () => {
        process.exitCode = Number(value);
      });
      return;
    case 'leave-hv-on':
      return leaveBiased(context, Number(value ?? -20));
    case 'breakdowns':
      writeFileSync(path('breakdowns.json'), breakdownShapes[value ?? ''] ?? '');
      return;
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}

/** Until it is stopped, if it can be. The timer keeps the process alive. */
async function forever(signal: AbortSignal | undefined): Promise<void> {
  const alive = setInterval(() => undefined, 3_600_000);
  try {
    await new Promise<void>((_, reject) => {
      const stopped = () => reject(new DOMException('stopped', 'AbortError'));
      if (signal?.aborted) stopped();
      signal?.addEventListener('abort', stopped, { once: true });
    });
  } finally {
    clearInterval(alive);
  }
}

/** A question as Python's input() asks it: no new line, and the answer from stdin. A closed stdin is an EOFError. */
async function ask(question: string, signal: AbortSignal | undefined): Promise<string> {
  process.stdout.write(question);
  const lines = createInterface({ input: process.stdin });
  try {
    return await new Promise<string>((answer, reject) => {
      lines.once('line', answer);
      lines.once('close', () => reject(new Error('EOFError: EOF when reading a line')));
      signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), {
        once: true,
      });
    });
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

async function flood(seconds: Seconds, stop: AbortSignal): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let line = 0; performance.now() < end; line += 1000) {
    throwIfStopped(stop);
    const chunk = Array.from({ length: 1000 }, (_, k) => `simulated line ${line + k} of a flood\n`);
    process.stdout.write(chunk.join(''));
    await timer(10);
  }
}

/** What icicle can leave behind: LV and HV on, and nobody who owns them. */
async function leaveBiased(context: CalibrationContext, voltage: number): Promise<void> {
  const bench = await openBench(context, ['hv', 'lv'], { limit: context.biasLimit });
  for (const at of modulesByChannel(context.handed, 'lv').keys())
    await bench.lv(at).channel.switchOutput(true);
  for (const at of modulesByChannel(context.handed, 'hv').keys()) {
    const { channel, instrument } = bench.hv(at);
    await channel.switchOutput(true);
    const step = Math.sign(voltage) * instrument.defaultStepSize;
    for (let level = step; Math.abs(level) < Math.abs(voltage); level += step) {
      await channel.writeSetpoint(level);
      await context.pace.sleep(instrument.defaultDelay);
    }
    await channel.writeSetpoint(voltage);
  }
  await bench.close();
}
