import type { Place, Problem } from '../base/errors.ts';

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

/** A tester reads the first few; a program that wrote a million faults shall not fill the memory with them. */
const mostProblems = 200;

/** Collects what is wrong with one script, each with its place and the text that stands there. */
export class Findings {
  readonly source: Source;
  readonly #problems: Problem[] = [];
  #errors = 0;
  #unshown = 0;

  constructor(source: Source) {
    this.source = source;
  }

  error(code: string, at: number, what: string, remedy: string): void {
    this.#errors += 1;
    this.#add({ code, where: this.source.place(at), what: this.#withExcerpt(what, at), remedy });
  }

  warning(code: string, at: number, what: string, remedy: string): void {
    const where = this.source.place(at);
    this.#add({ code, where, what: this.#withExcerpt(what, at), remedy, severity: 'warning' });
  }

  /** About the script as a whole, where no text stands for it. */
  missing(code: string, at: number, what: string, remedy: string): void {
    this.#errors += 1;
    this.#add({ code, where: this.source.place(at), what: `${what}.`, remedy });
  }

  /** At a place that is known already. */
  at(where: Place, code: string, what: string, remedy: string): void {
    this.#errors += 1;
    this.#add({ code, where, what: `${what}.`, remedy });
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get full(): boolean {
    return this.#problems.length >= mostProblems;
  }

  get problems(): Problem[] {
    if (this.#unshown === 0) return [...this.#problems];
    return [
      ...this.#problems,
      {
        code: 'E7017',
        where: { file: this.source.file },
        what: `There are ${this.#unshown} further problems, or more; the first ${mostProblems} are shown.`,
        remedy: 'Correct those, and check again.',
        severity: this.#errors > 0 ? 'error' : 'warning',
      },
    ];
  }

  #withExcerpt(what: string, at: number): string {
    return `${what} (here: ${this.source.excerpt(at)}).`;
  }

  #add(problem: Problem): void {
    if (this.full) this.#unshown += 1;
    else this.#problems.push(problem);
  }
}
