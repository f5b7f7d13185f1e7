import { EventEmitter } from 'node:events';

/** At most ten frames a second: more is flicker over ssh, and costs the layout of each. */
const leastMs = 100;

/** A terminal as far as frames need it. */
interface FrameTarget {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/**
 * What ink takes for its terminal. Ink hands over whole frames; of each the lines that differ from those on the screen
 * are written, each at its own place, so that nothing flickers and little goes over a slow line. The lines that do not
 * fit are left out: a terminal that scrolls has lost its picture.
 */
export class FrameWriter extends EventEmitter {
  readonly isTTY = true;
  readonly #target: FrameTarget;
  readonly #adapt: (text: string) => string;
  #shown: string[] = [];
  #frame = '';
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #paused = false;
  /** Written so far. */
  frames = 0;

  /** @param adapt what the terminal can show of a line */
  constructor(target: FrameTarget, adapt: (text: string) => string = (text) => text) {
    super();
    this.#target = target;
    this.#adapt = adapt;
  }

  get columns(): number {
    return this.#target.columns || 80;
  }

  get rows(): number {
    return this.#target.rows || 24;
  }

  /** Takes a frame; it is drawn now, or when the last one is old enough. */
  write(frame: string): boolean {
    this.#frame = frame;
    this.#draw();
    return true;
  }

  /** Everything on the screen is lost, or stands in the wrong place: the next frame is drawn whole. */
  repaint(): void {
    this.#shown = [];
    this.#last = Number.NEGATIVE_INFINITY;
    if (!this.#paused) this.#target.write('\x1b[2J');
    this.#draw();
  }

  /** While somebody else has the terminal. */
  pause(): void {
    this.#paused = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.#paused = false;
    this.repaint();
  }

  #draw(): void {
    if (this.#paused || this.#timer) return;
    const wait = this.#last + leastMs - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#draw();
      }, wait);
      return;
    }
    this.#last = performance.now();
    const lines = this.#frame.split('\n').slice(0, this.rows).map(this.#adapt);
    const written = changes(this.#shown, lines);
    this.#shown = lines;
    if (written === '') return;
    this.frames += 1;
    // As one, where the terminal can [synchronized output, DEC private mode 2026]; others pass over it.
    this.#target.write(`\x1b[?2026h${written}\x1b[?2026l`);
  }
}

/** What has to be written to make one picture of the other. */
function changes(shown: readonly string[], lines: readonly string[]): string {
  let text = '';
  for (let row = 0; row < Math.max(shown.length, lines.length); row++) {
    const line = lines[row] ?? '';
    if (line !== (shown[row] ?? '')) text += `\x1b[${row + 1};1H\x1b[0m${line}\x1b[0m\x1b[K`;
  }
  return text;
}
