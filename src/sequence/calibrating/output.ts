import { stripVTControlCharacters } from 'node:util';

export interface Progress {
  done: number;
  of: number;
  text: string;
}

/**
 * As dirigent's log writes it, the level perhaps behind the logger's name or between bars [loguru], as Python's logging
 * writes it unless told otherwise, and Python's own last word, indented or in a group [PEP 654].
 */
const errorLine = new RegExp(
  [
    String.raw`^\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?[\s|[\]:-]+(?:(?!INFO|DEBUG|WARN|SUCCESS|TRACE)[\w.]+\s*[|:-]\s*)?\[?(?:ERROR|CRITICAL|FATAL)\b`,
    '^(?:ERROR|CRITICAL|FATAL):',
    String.raw`^[\s+|]*(?:Exception Group )?Traceback \(most recent call last\)`,
  ].join('|'),
);
const progressLine = /=====\s*(\d+)\s*\/\s*(\d+)\s+(.*?)\s*=====/;
/**
 * Prompts end without a newline [icicle asks with input(), click with `[y/N]: `]; `[Attention]` opens the block of text
 * before one.
 */
const promptTail =
  />>>>\s*$|[([][yY]\/[nN][)\]]\s*[:?]?\s*$|[Pp]assword[^\n]{0,40}[:?]\s*$|Press Enter to terminate/;
const attention = /\[Attention\]/;

const keptErrorLines = 20;
const longestLine = 1 << 16;
/** Of a longer line; what it is stands at its beginning. */
const keptHead = 500;
const keptLines = 12;

/**
 * Reads chunks as they come, whatever they cut in two, and remembers no more than a few lines: a calibration may print
 * millions.
 */
export class OutputScanner {
  readonly errorLines: string[] = [];
  /** Error lines in all, beyond those kept. */
  errorCount = 0;
  #head = '';
  #tail = '';
  #recent: string[] = [];
  #attention = false;

  /** Takes a chunk; answers with the progress it tells, if any. */
  take(chunk: string): Progress | undefined {
    let progress: Progress | undefined;
    const lines = (this.#tail + chunk).split(/\r?\n|\r/);
    const tail = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.#head + lines[0];
      this.#head = '';
    }
    if (tail.length > longestLine) this.#head ||= tail.slice(0, keptHead);
    this.#tail = tail.slice(-longestLine);
    for (const line of lines) {
      progress = this.#line(line) ?? progress;
    }
    return progress;
  }

  /** The text of a question that waits for an answer, if the output ends in one; `waited`: nothing came for a while. */
  prompt(waited = false): string | undefined {
    const asks = promptTail.test(this.#tail) || (waited && this.#attention);
    return asks ? [...this.#recent, this.#tail].join('\n').trim() : undefined;
  }

  /** The question was answered: what follows is new. */
  answered(): void {
    this.#tail = '';
    this.#recent = [];
    this.#attention = false;
  }

  /** The output is over: a last line without a newline counts too. */
  end(): void {
    if (this.#tail) this.#line(this.#head + this.#tail);
    this.#tail = '';
  }

  #line(written: string): Progress | undefined {
    // Colours, where somebody thinks that this is a terminal.
    const line = written.includes('\x1b') ? stripVTControlCharacters(written) : written;
    if (attention.test(line)) {
      this.#attention = true;
      this.#recent = [];
    }
    this.#recent.push(line);
    if (this.#recent.length > keptLines) this.#recent.shift();
    if (errorLine.test(line)) {
      this.errorCount += 1;
      if (this.errorLines.length < keptErrorLines) this.errorLines.push(line.slice(0, 500));
    }
    if (!line.includes('=====')) return undefined;
    const match = progressLine.exec(line);
    return match ? { done: Number(match[1]), of: Number(match[2]), text: match[3]! } : undefined;
  }
}

/** A question whose answer must not be written down. */
export function asksForSecret(prompt: string): boolean {
  return /assword|passphrase|token|access code/i.test(prompt);
}
