import type { JournalLine, PowerRead } from '../../journal/event.ts';

export interface Point {
  x: number;
  y: number;
}

/** Points of one curve; beyond that every second one is let go. */
const most = 600;

/** `Module 0: -35 V, 1.234e-7 A`, as iv_curve reports each point; of the low voltage it says `LV lv_1:1 is on: 1.5 V, 3.7 A`. */
const ivPoint = /Module \d+: (-?\d+(?:\.\d+)?) V, (-?\d+(?:\.\d+)?(?:e[-+]?\d+)?) A\b/g;

/** What was measured so far, as curves: each output against time, and the IV curve as it grows. */
export class Traces {
  /** Output (`hv_1:1`) → its voltage, V, at seconds since the first reading. */
  readonly voltage = new Map<string, Point[]>();
  /** Of the IV that runs or ran last: A against V, both as magnitudes. */
  iv: Point[] = [];
  #start: number | undefined;
  #tail = '';

  power({ at, voltage, t }: PowerRead & Pick<JournalLine, 't'>): void {
    if (voltage === undefined) return;
    this.#start ??= t;
    const points = this.voltage.get(at) ?? [];
    points.push({ x: (t - this.#start) / 1000, y: voltage });
    this.voltage.set(at, thinned(points));
  }

  startIV(): void {
    this.iv = [];
    this.#tail = '';
  }

  ivOutput(chunk: string): void {
    const text = this.#tail + chunk;
    const end = text.lastIndexOf('\n') + 1;
    this.#tail = text.slice(end).slice(-500);
    for (const [, volts, amperes] of text.slice(0, end).matchAll(ivPoint))
      this.iv.push({ x: Math.abs(Number(volts)), y: Math.abs(Number(amperes)) });
    this.iv = thinned(this.iv);
  }
}

function thinned(points: Point[]): Point[] {
  if (points.length <= most) return points;
  const last = points.length - 1;
  return points.filter((_, i) => i % 2 === 0 || i === last);
}
