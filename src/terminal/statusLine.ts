import { formatAmperes, formatDuration, formatVolts } from './numbers.ts';

const redrawMs = 100;

/** The last line of a terminal: what runs, how far it is, what is at the module. Off a terminal it shows nothing. */
export class StatusLine {
  readonly #out: NodeJS.WriteStream;
  readonly #live: boolean;
  #step = '';
  #started = 0;
  #progress: { done: number; of: number } | undefined;
  readonly #power = new Map<string, string>();
  #drawn = false;
  #lastDraw = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#live = out.isTTY === true;
  }

  /** Prints above the status line. */
  print(text: string): void {
    this.clear();
    this.#out.write(text);
  }

  step(name: string): void {
    this.#step = name;
    this.#started = Date.now();
    this.#progress = undefined;
    this.#draw();
  }

  progress(progress: { done: number; of: number }): void {
    this.#progress = progress;
    this.#draw();
  }

  /** Measured values only: a set-point is never shown as if it were one. */
  power({
    at,
    role,
    output,
    voltage,
    current,
    problem,
  }: {
    at: string;
    role: string;
    output?: boolean | undefined;
    voltage?: number | undefined;
    current?: number | undefined;
    problem?: string | undefined;
  }): void {
    const measured =
      voltage === undefined ? '?' : `${formatVolts(voltage)} ${formatAmperes(current ?? Number.NaN)}`;
    this.#power.set(at, `${role.toUpperCase()} ${problem ? 'unreadable' : output ? measured : 'off'}`);
    this.#draw();
  }

  clear(): void {
    if (this.#drawn) this.#out.write('\r\x1b[2K');
    this.#drawn = false;
  }

  #draw(): void {
    if (!this.#live || Date.now() - this.#lastDraw < redrawMs) return;
    this.#lastDraw = Date.now();
    const text = [this.#bar(), ...this.#power.values()].filter(Boolean).join('   ');
    this.clear();
    this.#out.write(text.slice(0, Math.max(10, (this.#out.columns ?? 80) - 1)));
    this.#drawn = true;
  }

  #bar(): string {
    if (!this.#step) return '';
    if (!this.#progress || this.#progress.of === 0) return this.#step;
    const { done, of } = this.#progress;
    const part = Math.min(1, done / of);
    const filled = Math.round(part * 20);
    const elapsed = (Date.now() - this.#started) / 1000;
    const left = part > 0.02 ? `, ${formatDuration((elapsed / part) * (1 - part))} left` : '';
    return `${this.#step} [${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${Math.round(part * 100)} %${left}`;
  }
}
