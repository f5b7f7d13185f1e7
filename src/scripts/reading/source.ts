import type { Place, Problem } from '../../base/errors.ts';

/** A script's text, and where an offset of it lies as an editor counts: lines end with LF, CRLF or a lone CR. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  place(at: number): Required<Place> {
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: at - starts[low]! + 1 };
  }

  /** What stands at an offset, short enough for a message. */
  excerpt(at: number): string {
    const rest = this.text
      .slice(at, at + 80)
      .split(/[\r\n]/, 1)[0]!
      .trim();
    if (rest === '') return at >= this.text.length ? 'the end of the file' : 'the end of the line';
    return rest.length > 32 ? `${rest.slice(0, 31)}…` : rest;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) starts.push(at + 1);
  }
  return starts;
}

/** Of errors, and of warnings. A tester reads the first few; a million of them shall not fill the memory. */
const mostShown = 200;

/** What to do about it. As a function where it takes work to find out: it is called only if the problem is shown. */
export type Remedy = string | (() => string);

/** Collects what is wrong with one script, each with its place and the text that stands there. */
export class Findings {
  readonly source: Source;
  readonly #problems: Problem[] = [];
  readonly #count = { error: 0, warning: 0 };
  readonly #settled = new Set<number>();

  constructor(source: Source) {
    this.source = source;
  }

  error(code: string, at: number, what: string, remedy: Remedy): void {
    if (!this.#settled.has(at)) this.#addAt('error', code, at, what, remedy);
  }

  warning(code: string, at: number, what: string, remedy: Remedy): void {
    if (!this.#settled.has(at)) this.#addAt('warning', code, at, what, remedy);
  }

  /** About the script as a whole, where no text stands for it. */
  missing(code: string, at: number, what: string, remedy: Remedy): void {
    this.#add('error', () => ({
      code,
      where: this.source.place(at),
      what: `${what}.`,
      remedy: said(remedy),
    }));
  }

  /** At a place that is known already. */
  at(where: Place, code: string, what: string, remedy: Remedy): void {
    this.#add('error', () => ({ code, where, what: `${what}.`, remedy: said(remedy) }));
  }

  /**
   * What stands here is an error that was reported: what else would be said of this value follows from it, and would
   * send the reader the wrong way.
   */
  settle(at: number): void {
    this.#settled.add(at);
  }

  get hasErrors(): boolean {
    return this.#count.error > 0;
  }

  /** No further error would be shown. */
  get full(): boolean {
    return this.#count.error >= mostShown;
  }

  get problems(): Problem[] {
    const { error, warning } = this.#count;
    const unshown = Math.max(0, error - mostShown) + Math.max(0, warning - mostShown);
    if (unshown === 0) return [...this.#problems];
    return [
      ...this.#problems,
      {
        code: 'E7017',
        where: { file: this.source.file },
        what: `There are ${unshown} further problems, or more; the first ${mostShown} are shown.`,
        remedy: 'Correct those, and check again.',
        severity: error > 0 ? 'error' : 'warning',
      },
    ];
  }

  #addAt(severity: 'error' | 'warning', code: string, at: number, what: string, remedy: Remedy): void {
    this.#add(severity, () => ({
      code,
      where: this.source.place(at),
      what: `${what} (here: ${this.source.excerpt(at)}).`,
      remedy: said(remedy),
      ...(severity === 'warning' ? { severity } : {}),
    }));
  }

  #add(severity: 'error' | 'warning', problem: () => Problem): void {
    this.#count[severity] += 1;
    if (this.#count[severity] <= mostShown) this.#problems.push(problem());
  }
}

function said(remedy: Remedy): string {
  return typeof remedy === 'string' ? remedy : remedy();
}
