import { lineEnd, type TextBytes } from './decode.ts';
import { longestLine, matchLine } from './linePattern.ts';
import type { Template } from './templates.ts';

/** A file's header as a template reads it. */
export interface MatchedHeader {
  template: Template;
  values: ReadonlyMap<string, string>;
  /** `Operator: Jo`: lines that the template does not have. */
  extraLines: readonly string[];
  /** Where the table begins, in bytes and as a line number. */
  end: number;
  line: number;
  /** Whether the last header line ends in a line end. */
  ended: boolean;
}

/** How far the template came that came farthest. */
export interface NearestTemplate {
  template: string;
  /** Counted from 1. */
  line: number;
  expected: string;
  found: string;
}

/** More lines than any header has; beyond it nothing is looked at. */
const headerLines = 200;

/**
 * The first template whose lines are the file's, in the order of the templates; if there is none, the one with the
 * fewest unknown lines between its own.
 */
export function matchTemplate(
  templates: readonly Template[],
  text: TextBytes,
): MatchedHeader | { nearest: NearestTemplate | undefined } {
  const lines = new HeaderLines(text);
  let nearest: NearestTemplate | undefined;
  let depth = 0;
  let tolerant: MatchedHeader | undefined;
  for (const template of templates) {
    const match = follow(template, lines, false);
    if ('values' in match) return match;
    if (match.line > depth) {
      depth = match.line;
      nearest = match;
    }
  }
  for (const template of templates) {
    if (template.labels.size < 3) continue;
    const match = follow(template, lines, true);
    if ('values' in match && (!tolerant || match.extraLines.length < tolerant.extraLines.length))
      tolerant = match;
    // An unknown line is no difference: what is missing behind it is.
    if (!('values' in match) && match.line > depth) {
      depth = match.line;
      nearest = match;
    }
  }
  return tolerant ?? { nearest };
}

function follow(template: Template, lines: HeaderLines, tolerant: boolean): MatchedHeader | NearestTemplate {
  const values = new Map<string, string>();
  const extraLines: string[] = [];
  let at = 0;
  let skipping = false;
  for (const pattern of template.lines) {
    if (pattern.source === '$$$IGNORE&&&') {
      skipping = true;
      continue;
    }
    for (;;) {
      const line = lines.text(at);
      if (line === undefined)
        return {
          template: template.name,
          line: at + 1,
          expected: pattern.source,
          found: 'the end of the file',
        };
      if (matchLine(pattern, line, values)) {
        at += 1;
        skipping = false;
        break;
      }
      const extra = tolerant && isUnknownLine(line, template);
      if (!skipping && !extra)
        return { template: template.name, line: at + 1, expected: pattern.source, found: line.slice(0, 200) };
      if (!skipping) extraLines.push(line);
      at += 1;
    }
  }
  // Unknown lines may also follow the last known one.
  while (tolerant && template.table && isUnknownLine(lines.text(at) ?? '', template)) {
    extraLines.push(lines.text(at)!);
    at += 1;
  }
  return {
    template,
    values,
    extraLines,
    end: lines.start(at),
    line: at + 1,
    ended: lines.ended(at - 1),
  };
}

function isUnknownLine(line: string, template: Template): boolean {
  const label = /^[A-Za-z][\w .()/%-]{0,60}:/.exec(line)?.[0];
  return label !== undefined && !template.labels.has(label);
}

/** The first lines of a file, each decoded once however many templates look at it. */
class HeaderLines {
  readonly #text: TextBytes;
  readonly #lines: { text: string; start: number; ended: boolean }[] = [];
  #next = 0;

  constructor(text: TextBytes) {
    this.#text = text;
  }

  text(index: number): string | undefined {
    return this.#line(index)?.text;
  }

  ended(index: number): boolean {
    return this.#line(index)?.ended ?? false;
  }

  /** Where a line begins, or the end of the text. */
  start(index: number): number {
    return this.#line(index)?.start ?? this.#next;
  }

  #line(index: number): { text: string; start: number; ended: boolean } | undefined {
    while (this.#lines.length <= index) {
      if (this.#next >= this.#text.bytes.length || this.#lines.length >= headerLines) return undefined;
      const start = this.#next;
      const { end, next, ended } = lineEnd(this.#text.bytes, start);
      // One character beyond the longest line is enough to see that it is none.
      const text = this.#text.decode(start, Math.min(end, start + 4 * longestLine + 4));
      this.#lines.push({ text, start, ended });
      this.#next = next;
    }
    return this.#lines[index];
  }
}
