import { stripVTControlCharacters } from 'node:util';

/** Kept of the output, in characters: some thousand lines. All of it stands in the step's stdout.log and stderr.log. */
const kept = 256 * 1024;
/** More of a line is never shown. */
const longest = 500;

/**
 * The end of what a calibration prints. Chunks are kept as they come and cut into lines only when somebody looks: a
 * calibration may print 100,000 lines a second, and a screen shows twenty of them.
 */
export class LogTail {
  #chunks: string[] = [];
  #length = 0;
  /** Changes with every chunk. */
  version = 0;

  take(chunk: string): void {
    this.version += 1;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length - this.#chunks[0]!.length > kept) this.#length -= this.#chunks.shift()!.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
    this.version += 1;
  }

  /** The last lines, at most so many, without control characters. */
  last(count: number): string[] {
    let text = '';
    for (let i = this.#chunks.length - 1; i >= 0; i--) {
      text = this.#chunks[i]! + text;
      if (text.length > count * longest || newlines(text) > count) break;
    }
    return cut(text, count);
  }

  /** All that is kept, to be scrolled through while more comes. */
  all(): string[] {
    return cut(this.#chunks.join('').slice(-kept), Number.POSITIVE_INFINITY);
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The last so many lines of a text. */
function cut(text: string, count: number): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-count).map(presentable);
}

/** What a terminal would do with a line that draws over itself: its last state. Nothing that moves our cursor is left. */
export function presentable(line: string): string {
  const last = line.slice(line.lastIndexOf('\r') + 1).slice(0, longest);
  return stripVTControlCharacters(last)
    .replaceAll('\t', '    ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '');
}
