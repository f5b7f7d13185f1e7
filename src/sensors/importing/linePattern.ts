import { tagName } from './tags.ts';

/**
 * One line of a template: literal text with tags between. Matching is greedy from the left, as the field's templates
 * expect (the first tag takes as much as it can), in time linear in the line: no line may hang an import.
 */
export interface LinePattern {
  /** As the template writes it. */
  source: string;
  pieces: readonly Piece[];
  /** `Batch:` when the line is a label and one value: such lines are matched with tolerance for blanks. */
  label?: string | undefined;
  /** The tag, when the line is one value that may be anything. */
  wholeLine?: string | undefined;
}

type Piece = { literal: string } | { tag: string };

/** No header line of an instrument is longer. */
export const longestLine = 10_000;

export function linePattern(source: string): LinePattern {
  const pieces: Piece[] = [];
  for (const [index, part] of source.split('$$$').entries()) {
    const end = index === 0 ? -1 : part.indexOf('&&&');
    if (end >= 0) pieces.push({ tag: tagName(part.slice(0, end)) });
    const literal = end >= 0 ? part.slice(end + 3) : part;
    if (literal !== '') pieces.push({ literal });
  }
  const [first, second] = pieces;
  const labelled =
    pieces.length === 2 &&
    first &&
    'literal' in first &&
    /:\s*$/.test(first.literal) &&
    second &&
    'tag' in second;
  return {
    source,
    pieces,
    label: labelled ? first.literal.trimEnd() : undefined,
    wholeLine:
      pieces.length === 1 && first && 'tag' in first && !choosyTags.has(first.tag) ? first.tag : undefined,
  };
}

/** Tags that take only some texts where nothing but their place in the line tells what they are. */
const choosyTags = new Set(['batch', 'serialNumber', 'shorthand', 'manufacturer', 'wafers', 'IGNORE']);

/** Adds the values of the tags to `values`; false if the line is another one. */
export function matchLine(pattern: LinePattern, line: string, values: Map<string, string>): boolean {
  if (line.length > longestLine) return false;
  if (pattern.label !== undefined) return matchLabelled(pattern, pattern.label, line, values);
  if (pattern.wholeLine !== undefined) {
    values.set(pattern.wholeLine, line.trim());
    return true;
  }
  return (
    matchPieces(pattern.pieces, line, values) ||
    matchPieces(trimmedEnd(pattern.pieces), line.trimEnd(), values)
  );
}

/** `Batch: VPX1`, `Batch:VPX1`, `Batch:   VPX1  `. */
function matchLabelled(
  pattern: LinePattern,
  label: string,
  line: string,
  values: Map<string, string>,
): boolean {
  if (!line.startsWith(label)) return false;
  const { tag } = pattern.pieces[1] as { tag: string };
  values.set(tag, line.slice(label.length).trim());
  return true;
}

/**
 * `farthest[p][i]` is the largest position at or before i at which piece p and all after it can match. Filled from the
 * last piece to the first, so every state is looked at once.
 */
function matchPieces(pieces: readonly Piece[], line: string, values: Map<string, string>): boolean {
  if (!hasLiterals(pieces, line)) return false;
  const length = line.length;
  let farthest = new Int32Array(length + 1).fill(-1);
  farthest[length] = length;
  const tables: Int32Array[] = [farthest];
  for (const piece of [...pieces].reverse()) {
    const next = farthest;
    farthest = new Int32Array(length + 1).fill(-1);
    for (let at = 0; at <= length; at += 1) {
      const end =
        'tag' in piece ? tagEnd(piece.tag, line, at, next) : literalEnd(piece.literal, line, at, next);
      farthest[at] = end >= 0 ? at : at > 0 ? farthest[at - 1]! : -1;
    }
    tables.unshift(farthest);
  }
  if (tables[0]![0] !== 0) return false;
  if (pieces.some((piece) => 'tag' in piece && piece.tag === 'wafers') && !line.includes(';')) return false;

  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const next = tables[index + 1]!;
    if ('literal' in piece) {
      at += piece.literal.length;
      continue;
    }
    const end = tagEnd(piece.tag, line, at, next);
    if (piece.tag !== 'IGNORE') values.set(piece.tag, line.slice(at, end).trim());
    at = end;
  }
  return true;
}

/** Most lines are not the template's, and a look at its literals shows it. */
function hasLiterals(pieces: readonly Piece[], line: string): boolean {
  let at = 0;
  for (const piece of pieces) {
    if ('tag' in piece) continue;
    const found = line.indexOf(piece.literal, at);
    if (found < 0) return false;
    at = found + piece.literal.length;
  }
  return true;
}

function literalEnd(literal: string, line: string, at: number, next: Int32Array): number {
  const end = at + literal.length;
  return line.startsWith(literal, at) && next[end] === end ? end : -1;
}

/** The farthest end of a tag's value that lets the rest match. */
function tagEnd(tag: string, line: string, at: number, next: Int32Array): number {
  const end = next[longestValue(tag, line, at)]!;
  if (end >= at + shortestValue(tag, line, at)) return end;
  return next[at] === at ? at : -1;
}

/** Some tags accept only some texts; each of those accepts an empty one too. */
function longestValue(tag: string, line: string, at: number): number {
  if (tag === 'batch') return line[at] === 'V' ? line.length : at;
  if (tag === 'serialNumber') return line.startsWith('20U', at) ? line.length : at;
  if (tag === 'shorthand') return runEnd(line, at, true);
  if (tag === 'manufacturer') return runEnd(line, at, false);
  return line.length;
}

function shortestValue(tag: string, line: string, at: number): number {
  if (tag === 'serialNumber' && line.startsWith('20U', at)) return 3;
  return tag === 'batch' && line[at] === 'V' ? 1 : 0;
}

function runEnd(line: string, at: number, digits: boolean): number {
  let end = at;
  while (end < line.length && /\d/.test(line[end]!) === digits) end += 1;
  return end;
}

function trimmedEnd(pieces: readonly Piece[]): Piece[] {
  const last = pieces.at(-1);
  if (!last || !('literal' in last)) return [...pieces];
  const literal = last.literal.trimEnd();
  return [...pieces.slice(0, -1), ...(literal === '' ? [] : [{ literal }])];
}
