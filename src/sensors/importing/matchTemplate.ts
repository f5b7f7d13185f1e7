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

/** The template that has most in common with a file, and the first line in which they differ. */
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
  const differing: Differing[] = [];
  let tolerant: MatchedHeader | undefined;
  for (const template of templates) {
    const match = follow(template, lines, false);
    if ('values' in match) return match;
    differing.push({ template, strictly: match });
  }
  for (const one of differing) {
    if (one.template.labels.size < 3) continue;
    const match = follow(one.template, lines, true);
    if (!('values' in match)) one.tolerantly = match;
    else if (!tolerant || match.extraLines.length < tolerant.extraLines.length) tolerant = match;
  }
  return tolerant ?? { nearest: nearestOf(differing, lines) };
}

interface Differing {
  template: Template;
  strictly: NearestTemplate;
  /** With unknown lines passed over. */
  tolerantly?: NearestTemplate;
}

/** Of those whose labels the file has most of, the one whose lines are the file's for longest. */
function nearestOf(differing: readonly Differing[], lines: HeaderLines): NearestTemplate | undefined {
  const labels = lines.labels();
  const inCommon = ({ template, strictly }: Differing) =>
    Math.max(strictly.line - 1, [...template.labels].filter((label) => labels.has(label)).length);
  let nearest: Differing | undefined;
  let most = 0;
  for (const one of differing) {
    const common = inCommon(one);
    if (common < most || (common === most && (nearest?.strictly.line ?? 0) >= one.strictly.line)) continue;
    nearest = one;
    most = common;
  }
  if (!nearest?.tolerantly) return nearest?.strictly;
  // A line that is only passed over is no difference, if what the template wants there comes behind it.
  const wanted = labelOf(nearest.strictly.expected);
  return wanted !== undefined && labels.has(wanted) ? nearest.tolerantly : nearest.strictly;
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

/** `Batch:` of `Batch: VPX1`. */
function labelOf(line: string): string | undefined {
  return /^[A-Za-z][\w .()/%-]{0,60}:/.exec(line)?.[0];
}

function isUnknownLine(line: string, template: Template): boolean {
  const label = labelOf(line);
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

  /** Of all lines that may belong to a header. */
  labels(): Set<string> {
    const found = new Set<string>();
    for (let index = 0; index < headerLines; index += 1) {
      const line = this.text(index);
      if (line === undefined) break;
      const label = labelOf(line);
      if (label !== undefined) found.add(label);
    }
    return found;
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
