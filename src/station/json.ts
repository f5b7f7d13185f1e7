import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { Place, Problem } from '../base/errors.ts';

/** A file's text with the name under which problems show it. */
export interface SourceText {
  file: string;
  text: string;
}

/**
 * A value of a JSON file that knows where it stands. Reading never throws: a member that is not there, or is of
 * another type, is `undefined`; whether that is a fault is for the schema to say.
 */
export class Located {
  readonly value: unknown;
  /** Where the value begins. */
  readonly place: Place;
  /** Where its key begins; in a list, and at the top, where it begins itself. */
  readonly keyPlace: Place;
  readonly #source: Lines;
  readonly #node: Node;

  constructor(value: unknown, source: Lines, node: Node, keyNode: Node = node) {
    this.value = value;
    this.#source = source;
    this.#node = node;
    this.place = source.place(node.offset);
    this.keyPlace = source.place(keyNode.offset);
  }

  /** The members of an object in the file's order; none, if it is no object. Of a key that stands twice, the last. */
  members(): [key: string, member: Located][] {
    const { value } = this;
    if (!isObject(value)) return [];
    const members = new Map<string, Located>();
    for (const property of this.#node.children ?? []) {
      const [keyNode, node] = property.children ?? [];
      const key = keyNode?.value as unknown;
      if (keyNode && node && typeof key === 'string')
        members.set(key, new Located(value[key], this.#source, node, keyNode));
    }
    return [...members];
  }

  member(key: string): Located | undefined {
    return this.members().find(([name]) => name === key)?.[1];
  }

  text(key: string): string | undefined {
    const value = this.#own(key);
    return typeof value === 'string' ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.#own(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.#own(key);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The value at a path of keys and indices; the nearest one above it, if there is none. */
  at(path: readonly string[]): Located {
    let found: Located = this;
    for (const segment of path) {
      const inner = Array.isArray(found.value) ? found.#item(Number(segment)) : found.member(segment);
      if (!inner) return found;
      found = inner;
    }
    return found;
  }

  #own(key: string): unknown {
    return isObject(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
  }

  #item(index: number): Located | undefined {
    const node = findNodeAtLocation(this.#node, [index]);
    return node && new Located((this.value as unknown[])[index], this.#source, node);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads strict JSON (RFC 8259), with a byte order mark allowed. Either the root or problems with their exact places:
 * comments, trailing commas, a file that ends too early, and keys that stand twice.
 */
export function parseJson({ file, text }: SourceText): { root?: Located; problems: Problem[] } {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const source = new Lines(file, bare);
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (error) {
    return { problems: syntaxProblems(source, error as Error) };
  }
  // Far deeper than any station file; the parser for the places is recursive.
  if (deepest(bare) > 200) return { problems: [problem(source, 0, 'this is nested too deeply')] };
  const node = parseTree(bare, [], strict)!;
  return { root: new Located(value, source, node), problems: repeatedKeys(source, node) };
}

/** Turns offsets into lines and columns. */
class Lines {
  readonly file: string;
  readonly text: string;
  readonly #starts: number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  }

  place(offset: number): Place {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/** What the tolerant parser stumbled over, one problem a line: what follows on the same line is mostly its echo. */
function syntaxProblems(source: Lines, refused: Error): Problem[] {
  const end = source.text.trimEnd().length;
  if (end === 0) return [problem(source, 0, 'the file is empty')];
  const errors: ParseError[] = [];
  if (deepest(source.text) <= 200) parseTree(source.text, errors, strict);
  const inside = errors.filter(({ offset }) => offset < end);
  if (inside.length === 0 && errors.length > 0)
    return [problem(source, end, 'the file ends too early: something is still open')];
  if (inside.length === 0) return [problem(source, strangeSpace(source.text), sentence(refused.message))];
  const byLine = new Map<number, Problem>();
  for (const [index, { error, offset }] of inside.entries()) {
    // A name that is none is followed by a value that is missing.
    const before = inside[index - 1];
    if (before && isError(error, 'ValueExpected') && !isError(before.error, 'ValueExpected')) continue;
    const line = source.place(offset).line!;
    if (!byLine.has(line)) byLine.set(line, problem(source, offset, describe(error, source.text, offset)));
  }
  return [...byLine.values()];
}

function isError(error: ParseErrorCode, name: string): boolean {
  return printParseErrorCode(error) === name;
}

function describe(error: ParseErrorCode, text: string, offset: number): string {
  const found = /^(?:"[^"\n]{0,20}"?|[\w.+-]{1,20}|.)/su.exec(text.slice(offset))?.[0] ?? '';
  const name = printParseErrorCode(error);
  return sentences[name]?.(found) ?? `JSON does not allow ${found}`;
}

/** By the parser's names of its errors. */
const sentences: Record<string, (found: string) => string> = {
  InvalidCommentToken: () => 'JSON has no comments',
  PropertyNameExpected: (found) =>
    `a key in double quotes belongs here, not ${found} (or a comma too many stands before it)`,
  ValueExpected: (found) => `a value belongs here, not ${found} (or a comma too many stands before it)`,
  CommaExpected: (found) => `a comma is missing before ${found}`,
  ColonExpected: (found) => `a colon is missing before ${found}`,
  InvalidSymbol: (found) => `${found} is no JSON value; text needs double quotes`,
  EndOfFileExpected: (found) =>
    `the value is complete, and ${found} follows it (a closing bracket too many stands before it)`,
  UnexpectedEndOfString: () => 'the text has no closing double quote in its line',
  InvalidCharacter: () => 'a text holds a control character',
  InvalidEscapeCharacter: () => 'a text holds a backslash that begins no JSON escape',
};

/** JSON knows four kinds of white space; text copied from a page brings others, which nobody sees. */
function strangeSpace(text: string): number {
  return Math.max(0, text.search(/[^\S \t\r\n]/u));
}

/** How deep brackets nest at most, counting those in texts too: an upper bound is enough. */
function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if (character === '{' || character === '[') most = Math.max(most, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return most;
}

function repeatedKeys(source: Lines, node: Node): Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, number>();
  for (const child of node.children ?? []) {
    const [keyNode, valueNode] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    if (keyNode) {
      const key = String(keyNode.value);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, keyNode.offset);
      else
        problems.push({
          code: 'E2003',
          what: `"${key}" stands twice; it stood in line ${source.place(earlier).line} already.`,
          where: source.place(keyNode.offset),
          remedy: 'Only one of the two would count. Rename one, or remove it.',
        });
    }
    if (valueNode) problems.push(...repeatedKeys(source, valueNode));
  }
  return problems;
}

function problem(source: Lines, offset: number, what: string): Problem {
  return {
    code: 'E2002',
    what: `This is not JSON: ${what}.`,
    where: source.place(offset),
    remedy: 'Correct this place; an editor that knows JSON marks it.',
  };
}

function sentence(message: string): string {
  return message.replace(/\.$/, '');
}
