import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileTail } from '../../src/base/fileTail.ts';
import { commandLineOf, signalPid } from '../../src/base/processes.ts';
import { readKeeperFile } from '../../src/guardian/keptCalibration.ts';
import type { JournalLine } from '../../src/journal/event.ts';
import { stepFiles } from '../../src/journal/stepFolder.ts';
import { JournalTail } from '../../src/journal/tail.ts';
import type { LiveRun } from '../interlocks/liveStation.ts';
import { type Bench, childrenOf, isAlive } from '../runUnderTest.ts';
import { judge, type WitnessLine } from '../witness.ts';
import { type Aim, type Hit, isReached } from './phase.ts';
import { type Scene, SceneReader } from './scene.ts';

/** The longest that anything is waited for: a machine may be busy, ms. */
const patience = 120_000;
const pollMs = 2;

/** A run that is going to be hit: what it does now, and what can be done to it. */
export class StruckRun {
  readonly live: LiveRun;
  readonly aim: Aim;
  /** The supply that goes wrong, where one does. */
  readonly supply: string;
  /** Process number of the runner, which need not be the process that was started. */
  readonly runner: number;
  /** What should not be, in words. */
  readonly broken: string[] = [];
  readonly #bench: Bench;
  readonly #tails: { journal: JournalTail; witness: FileTail };
  readonly #reader = new SceneReader();
  readonly #lines: JournalLine[] = [];

  constructor(bench: Bench, live: LiveRun, aim: Aim, supply: string) {
    this.#bench = bench;
    this.live = live;
    this.aim = aim;
    this.supply = supply;
    this.runner = runnerBelow(live.pid, basename(live.path));
    this.#tails = {
      journal: new JournalTail(join(live.path, 'journal.jsonl')),
      witness: new FileTail(live.station.witness),
    };
  }

  get scene(): Scene {
    for (const line of this.#tails.journal.read()) {
      this.#lines.push(line);
      this.#reader.journal(line);
    }
    for (const line of this.#tails.witness.read().split('\n'))
      if (line !== '') this.#reader.witness(JSON.parse(line) as WitnessLine);
    return this.#reader.scene;
  }

  /** Whether the run came to where it is aimed at, before it was over. */
  async reaches(hit: Hit, aim: Aim): Promise<boolean> {
    await this.#until(
      () => isReached(this.scene, hit, aim) || this.scene.over || !this.runnerLives(),
      `the phase ${aim.phase}`,
    );
    return isReached(this.scene, hit, aim);
  }

  /** Waits for a line of the journal, or for the end of all that can write one. */
  async written(wanted: (line: JournalLine) => boolean): Promise<void> {
    await this.#until(() => {
      if (this.scene.over) return true;
      return this.#lines.some(wanted) || !(this.runnerLives() || isAlive(this.guardian()));
    }, 'a line of the journal');
  }

  demand(holds: boolean, otherwise: string): void {
    if (!holds) this.broken.push(otherwise);
  }

  runnerLives(): boolean {
    return isAlive(this.runner);
  }

  /** The one that was started last. */
  guardian(): number {
    void this.scene;
    const started = this.#lines.findLast((line) => line.event === 'guardian.started');
    if (started?.event !== 'guardian.started') throw new Error('no guardian was started');
    return started.pid;
  }

  signalRunner(signal: NodeJS.Signals): void {
    signalPid(this.runner, signal);
  }

  /** To the calibration itself, not to its keeper: when it has begun to run. */
  async signalCalibration(signal: NodeJS.Signals): Promise<void> {
    const { folder } = this.scene;
    if (folder === undefined) return;
    let calibration: number | undefined;
    await this.#until(() => {
      const keeper = readKeeperFile(join(this.live.path, folder, stepFiles.keeper));
      calibration =
        keeper && childrenOf(keeper.pid).find((pid) => commandLineOf(pid)?.[0] === process.execPath);
      return calibration !== undefined || this.scene.folder === undefined;
    }, 'the process of the calibration');
    if (calibration !== undefined) signalPid(calibration, signal);
  }

  /** Waits until the calibration has printed it. */
  async calibrationSays(words: string): Promise<void> {
    const log = join(this.live.path, this.scene.folder ?? '', stepFiles.stdout);
    const tail = new FileTail(log);
    await this.#until(
      () => (existsSync(log) && tail.read().includes(words)) || this.scene.folder === undefined,
      `the calibration to say "${words}"`,
    );
  }

  /** At the keyboard of the terminal that it was started in. */
  types(keys: string): void {
    this.live.process.child.stdin?.write(keys);
  }

  /** What the user's terminal does when its window is closed. */
  closeTerminal(): void {
    signalPid(this.live.pid, 'SIGKILL');
  }

  /**
   * No file of the runner, its guardian and its calibration can grow any more. The limit is the process's own, and does
   * to it what a full disk does, without one.
   */
  fillDisk(): void {
    const { folder } = this.scene;
    const keeper = folder && readKeeperFile(join(this.live.path, folder, stepFiles.keeper))?.pid;
    const calibrations = keeper ? [keeper, ...childrenOf(keeper)] : [];
    for (const pid of [this.runner, this.guardian(), ...calibrations]) {
      const { error } = spawnSync('prlimit', ['--pid', String(pid), '--fsize=0:0']);
      if (error) throw new Error(`prlimit (util-linux) cannot be run: ${error.message}`);
    }
  }

  async setFault(fault: string): Promise<void> {
    await this.live.station.setFault(fault);
  }

  async endFault(kind: string): Promise<void> {
    await this.live.station.endFault(kind);
  }

  /** Where the runner could not verify a safe state, its guardian goes on trying, and says what to do by hand. */
  async calledByHand(instrument: string): Promise<void> {
    const said = () => existsSync(join(this.live.path, 'guardian.log')) && this.live.guardianLog();
    await this.#until(
      () => !isAlive(this.guardian()) || /trying again/.test(said() || ''),
      'the guardian to try again, or to end',
    );
    if (!isAlive(this.guardian())) return;
    const log = said() || '';
    this.demand(
      new RegExp(`By hand, at ${instrument}|Switch ${instrument}:\\d off by hand`).test(log),
      `the guardian does not say what to do by hand: ${log}`,
    );
  }

  /** A command of baton on this station. */
  async baton(...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const started = this.#bench.baton([
      ...words,
      '--station',
      this.live.stationDirectory,
      '--config',
      this.live.config,
    ]);
    const code = await started.ended;
    return { code, stdout: started.stdout(), stderr: started.stderr() };
  }

  isUnpowered(): boolean {
    return judge(this.live.witness(), { maxStep: 5 }).endsSafe;
  }

  async unpowered(what: string): Promise<void> {
    await this.#until(() => this.isUnpowered(), what);
  }

  async runnerEnded(): Promise<void> {
    await this.#until(() => !this.runnerLives(), 'the runner to end');
  }

  async guardianEnded(): Promise<void> {
    await this.#until(() => !isAlive(this.guardian()), 'the guardian to end');
  }

  /** What still runs although everybody has ended. */
  leftBehind(): string[] {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return pids.flatMap((pid) => {
      const words = commandLineOf(pid) ?? [];
      return words.some((word) => word.includes(this.live.path)) ? [words.join(' ').slice(0, 200)] : [];
    });
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + patience;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`waited ${patience / 1000} s for ${what}`);
      await sleep(pollMs);
    }
  }
}

/** The runner is what was started, a process below the terminal that was started, or one that a client there set free. */
function runnerBelow(started: number, run: string): number {
  const found = [started, ...descendants(started)].filter((pid) => commandLineOf(pid)?.includes('run'));
  const detached = found.find((pid) => commandLineOf(pid)?.includes('--announce'));
  const runner = detached ?? found.find((pid) => commandLineOf(pid)?.[0] === process.execPath);
  if (runner === undefined) throw new Error(`no process carries out ${run}`);
  return runner;
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}
