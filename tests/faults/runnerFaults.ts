import { spawnSync } from 'node:child_process';
import type { Fault } from './fault.ts';
import { undisturbed } from './fault.ts';

/** Every signal that means "stop safely". */
const stops = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const).map(
  (signal): Fault => ({
    name: `${signal} of the runner`,
    hit: 'runner',
    strike: async (run) => run.signalRunner(signal),
    fate: () => ({ exit: [130], comesDown: true }),
  }),
);

const stoppedTwice: Fault = {
  name: 'SIGINT of the runner, twice',
  hit: 'runner',
  strike: async (run) => run.signalRunner('SIGINT'),
  meanwhile: async (run) => {
    await run.written((line) => line.event === 'safe.started' || line.event === 'run.ended');
    run.signalRunner('SIGINT');
  },
  fate: () => ({ exit: [130], comesDown: true }),
};

const killed = (['SIGKILL', 'SIGSEGV'] as const).map(
  (signal): Fault => ({
    name: `${signal} of the runner`,
    hit: 'runner',
    strike: async (run) => run.signalRunner(signal),
    fate: () => ({ exit: [3], endedBy: 'guardian', comesDown: true }),
  }),
);

/** The guardian waits 2 s for a sign of life. */
const silence = 2_500;

const hung: Fault = {
  name: 'SIGSTOP of the runner, SIGCONT later',
  hit: 'runner',
  strike: async (run) => run.signalRunner('SIGSTOP'),
  meanwhile: async (run) => {
    await run.written((line) => line.event === 'guardian.tookOver');
    // Too late for it, and so with kill(1): there may be no such process any more.
    spawnSync('kill', ['-CONT', String(run.runner)]);
    run.demand(!run.runnerLives(), 'the hung runner still lived when the guardian had taken over');
  },
  fate: () => ({ exit: [3], endedBy: 'guardian', comesDown: true, allowanceMs: silence }),
};

const guardianKilled: Fault = {
  name: 'SIGKILL of the guardian',
  hit: 'runner',
  strike: async (run) => process.kill(run.guardian(), 'SIGKILL') as unknown as undefined,
  meanwhile: async (run) => {
    await run.written((line) => line.event === 'guardian.lost');
  },
  fate: (aim) => ({ exit: [undisturbed(aim, 'runner')], comesDown: false }),
};

const bothKilled: Fault = {
  name: 'SIGKILL of runner and guardian',
  hit: 'runner',
  strike: async (run) => {
    // At once: it has no moment in which to start another.
    run.signalRunner('SIGSTOP');
    process.kill(run.guardian(), 'SIGKILL');
    run.signalRunner('SIGKILL');
  },
  afterwards: async (run) => {
    if (run.aim.phase === 'owned' || run.aim.phase === 'hand-over')
      await run.unpowered('the calibration to bring its supplies down by itself');
    const read = await run.baton('instruments', 'read');
    run.demand(read.code === 0, `baton instruments read ended with ${read.code}: ${read.stderr}`);
    run.demand(
      /E6505 .*ended without releasing the station/.test(read.stderr),
      `the next baton does not say whose run that was: ${read.stderr}`,
    );
    const said = /E6507 .*found powered/.test(read.stderr);
    run.demand(said !== run.isUnpowered(), `powered, and said so: ${said}: ${read.stderr}`);
    const safe = await run.baton('safe');
    run.demand(safe.code === 0, `baton safe ended with ${safe.code}: ${safe.stdout}${safe.stderr}`);
  },
  // A calibration comes down by itself; what the runner held, nobody brings down before the next baton.
  fate: ({ phase }) => ({ exit: [3], endedBy: 'baton', comesDown: phase === 'owned' }),
};

/** The terminal's other end: what happens when its window is closed. */
const terminal = ['bash', '-c', 'exec script -qefc "$(printf "%q " "$@")" /dev/null', 'terminal'];

const terminalClosed: Fault = {
  name: 'the terminal of the runner closed',
  hit: 'runner',
  setup: () => ({ under: terminal }),
  strike: async (run) => run.closeTerminal(),
  fate: () => ({ exit: [130], comesDown: true }),
};

/** It reaches everything in the foreground at once; npm and impatient people send it twice. */
const keyboard: Fault = {
  name: 'Ctrl-C in the terminal, twice',
  hit: 'runner',
  setup: () => ({ under: terminal }),
  strike: async (run) => run.types('\x03'),
  meanwhile: async (run) => {
    await run.written((line) => line.event === 'stop.requested');
    run.types('\x03');
  },
  fate: () => ({ exit: [130], comesDown: true }),
};

const clientClosed: Fault = {
  name: 'the terminal of a client closed',
  hit: 'runner',
  setup: () => ({ under: terminal, args: ['--detach'] }),
  strike: async (run) => run.closeTerminal(),
  fate: (aim) => ({ exit: [undisturbed(aim, 'runner')], comesDown: false }),
};

const diskFull: Fault = {
  name: 'disk full',
  hit: 'runner',
  strike: async (run) => run.fillDisk(),
  fate: () => ({ exit: [3], endedBy: 'nobody', comesDown: true }),
};

export const runnerFaults: readonly Fault[] = [
  ...stops,
  stoppedTwice,
  ...killed,
  hung,
  guardianKilled,
  bothKilled,
  keyboard,
  terminalClosed,
  clientClosed,
  diskFull,
];
