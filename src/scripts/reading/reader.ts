import { Scanner, type Token } from './scanner.ts';
import { Findings, type Source } from './source.ts';
import type { Member, Node, ObjectNode, ScriptTree } from './tree.ts';

/** Characters; a sequence has some ten thousand. */
export const largestScript = 10 * 1024 * 1024;
/** Levels of brackets. The original's own limit is Python's, just under this. */
export const deepestNesting = 1000;
export const mostValues = 2_000_000;

/**
 * Reads the text of a script: JSON with `//`, block and `#`-line comments, and one comma after the last entry. Finds all errors
 * at once; the tree is there when none was found.
 */
export function readScript(source: Source): { tree: ScriptTree | undefined; findings: Findings } {
  const findings = new Findings(source);
  if (source.text.length > largestScript) {
    const size = `${(source.text.length / 1024 / 1024).toFixed(1)} million characters`;
    findings.missing(
      'E7002',
      0,
      `The script has ${size}; ${largestScript / 1024 / 1024} are the most`,
      split,
    );
    return { tree: undefined, findings };
  }
  const root = new Reader(findings).readDocument();
  return { tree: root && !findings.hasErrors ? { source, root } : undefined, findings };
}

const split = 'A sequence is a page or two; look whether this is the right file.';

class Reader {
  readonly #findings: Findings;
  readonly #scanner: Scanner;
  #token: Token;
  /** Just behind the token before the current one. */
  #behind = 0;
  /** The token before the current one was reported: what is missing behind it may be part of that fault. */
  #afterFault = false;
  #values = 0;
  /** The brackets that are open, outermost first. */
  readonly #open: ('{' | '[')[] = [];

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#scanner = new Scanner(findings);
    this.#token = this.#scanner.next();
  }

  readDocument(): ObjectNode | undefined {
    const first = this.#token;
    if (first.kind === 'end') {
      if (!this.#findings.hasErrors)
        this.#findings.missing(
          'E7004',
          0,
          'The file contains no script',
          'See docs/sequences.md for an example.',
        );
      return undefined;
    }
    const root = this.#value();
    if (root !== undefined && root.kind !== 'object') {
      this.#findings.error(
        'E7005',
        first.at,
        'A script is an object',
        'Begin it with { and end it with }; its sections are info, config, tests and, if needed, subs and traveller.',
      );
    }
    if (this.#token.kind !== 'end' && this.#token.kind !== 'faulty')
      this.#error(
        'E7006',
        'Something stands behind the end of the script',
        'Remove it, or look for a } too many.',
      );
    return root?.kind === 'object' ? root : undefined;
  }

  #value(): Node | undefined {
    const token = this.#token;
    this.#countValue(token.at);
    switch (token.kind) {
      case '{':
        return this.#nested('{', token.at);
      case '[':
        return this.#nested('[', token.at);
      case 'string':
        this.#advance();
        return { kind: 'string', at: token.at, value: token.value };
      case 'number':
        this.#advance();
        return { kind: 'number', at: token.at, text: token.text };
      case 'literal':
        this.#advance();
        return token.value === null
          ? { kind: 'null', at: token.at }
          : { kind: 'boolean', at: token.at, value: token.value };
      case 'faulty':
        this.#advance();
        return { kind: 'string', at: token.at, value: token.text };
      default:
        this.#error(
          'E7006',
          'A value is missing',
          'Write a text, a number, true, false, null, [ ] or { } here.',
        );
        return undefined;
    }
  }

  #nested(bracket: '{' | '[', at: number): Node | undefined {
    if (this.#open.length >= deepestNesting) {
      this.#findings.error('E7002', at, `The script is nested deeper than ${deepestNesting} levels`, split);
      this.#stop();
      return undefined;
    }
    this.#open.push(bracket);
    this.#advance();
    const node = bracket === '{' ? this.#object(at) : this.#array(at);
    this.#open.pop();
    return node;
  }

  #object(at: number): Node {
    const members: Member[] = [];
    const places = new Map<string, number>();
    while (!this.#closes('}', at)) {
      const member = this.#member();
      if (member) {
        const earlier = places.get(member.key);
        if (earlier !== undefined) {
          const { line, column } = this.#findings.source.place(earlier);
          this.#findings.error(
            'E7011',
            member.at,
            `The key ${JSON.stringify(member.key)} stands twice in this object, first in line ${line}, column ${column}`,
            'Remove one of the two.',
          );
        }
        places.set(member.key, member.at);
        members.push(member);
      }
      this.#separator('}');
    }
    return { kind: 'object', at, members };
  }

  #member(): Member | undefined {
    const token = this.#token;
    if (token.kind === ',') {
      this.#surplusComma();
      return undefined;
    }
    if (token.kind === '{' || token.kind === '[' || token.kind === ':') {
      this.#error('E7014', 'A key is missing', 'An object is written { "key": value, "key": value }.');
      if (token.kind !== ':') {
        this.#skipBalanced();
        return undefined;
      }
    } else {
      this.#advance();
      if (token.kind === 'number' || token.kind === 'literal')
        this.#findings.error('E7014', token.at, 'A key is a text', 'Put it between double quotes.');
    }
    const key = 'value' in token && token.kind === 'string' ? token.value : '';
    if (this.#token.kind === ':') this.#advance();
    else {
      if (!this.#afterFault) {
        const what = 'A colon is missing behind this key';
        this.#findings.error('E7014', this.#behind, what, 'Write "key": value.');
      }
      // `"key" "value"`: a value follows; anything else is left for the separator.
      if (this.#token.kind === ',' || this.#token.kind === '}' || this.#token.kind === 'end')
        return undefined;
    }
    const value = this.#value();
    return value && token.kind === 'string' ? { key, at: token.at, value } : undefined;
  }

  #array(at: number): Node {
    const items: Node[] = [];
    while (!this.#closes(']', at)) {
      if (this.#token.kind === ',') {
        this.#surplusComma();
        this.#separator(']');
        continue;
      }
      const item = this.#value();
      if (item) items.push(item);
      this.#separator(']');
    }
    return { kind: 'array', at, items };
  }

  /** A comma where an entry should begin stays for `#separator`. */
  #surplusComma(): void {
    this.#error(
      'E7007',
      'Nothing stands before this comma',
      'Remove it; one comma behind the last entry is allowed.',
    );
  }

  /** Is this bracket closed here (or never)? */
  #closes(bracket: '}' | ']', openedAt: number): boolean {
    const { kind } = this.#token;
    if (kind === bracket) {
      this.#advance();
      return true;
    }
    if (kind === 'end') {
      if (!this.#stopped)
        this.#findings.error('E7015', openedAt, 'This bracket is never closed', `Close it with ${bracket}.`);
      this.#stop();
      return true;
    }
    if (kind !== '}' && kind !== ']') return false;

    const { line, column } = this.#findings.source.place(openedAt);
    this.#error(
      'E7015',
      `${kind} closes nothing: the bracket of line ${line}, column ${column} wants ${bracket}`,
      `Close that one with ${bracket} before this, or remove this ${kind}.`,
    );
    // If a bracket further out waits for it, ours was forgotten; else it is one too many.
    if (this.#open.slice(0, -1).includes(kind === '}' ? '{' : '[')) return true;
    this.#advance();
    return this.#closes(bracket, openedAt);
  }

  /** Behind an entry: a comma, or the end of the container. Anything else is reported once and skipped up to there. */
  #separator(closing: '}' | ']'): void {
    const { kind } = this.#token;
    if (kind === ',') {
      this.#advance();
      return;
    }
    if (kind === closing || kind === '}' || kind === ']' || kind === 'end') return;
    const startsEntry = closing === '}' ? kind === 'string' : kind !== ':' && kind !== 'faulty';
    if (startsEntry) {
      if (this.#afterFault) return;
      this.#findings.error('E7007', this.#behind, 'A comma is missing', 'Write a comma between two entries.');
      return;
    }
    if (kind !== 'faulty')
      this.#error('E7006', 'This does not belong here', 'Write a comma between two entries.');
    this.#skipEntry();
  }

  /** Up to the next comma or closing bracket of this container. */
  #skipEntry(): void {
    for (;;) {
      const { kind } = this.#token;
      if (kind === '{' || kind === '[') this.#skipBalanced();
      else if (kind === '}' || kind === ']' || kind === 'end') return;
      else {
        this.#advance();
        if (kind === ',') return;
      }
    }
  }

  #skipBalanced(): void {
    let depth = 0;
    do {
      const { kind } = this.#token;
      if (kind === 'end') return;
      if (kind === '{' || kind === '[') depth += 1;
      if (kind === '}' || kind === ']') depth -= 1;
      this.#advance();
    } while (depth > 0);
  }

  #countValue(at: number): void {
    this.#values += 1;
    if (this.#values !== mostValues + 1) return;
    this.#findings.error('E7002', at, `The script has more than ${mostValues} values`, split);
    this.#stop();
  }

  #stopped = false;
  /** Too large, too deep, or cut off: the rest would give errors that mislead. */
  #stop(): void {
    this.#stopped = true;
    this.#scanner.finish();
    this.#advance();
  }

  #advance(): void {
    this.#behind = this.#scanner.end;
    this.#afterFault = this.#token.kind === 'faulty';
    this.#token = this.#scanner.next();
    if (this.#findings.full && !this.#stopped) this.#stop();
  }

  #error(code: string, what: string, remedy: string): void {
    this.#findings.error(code, this.#token.at, what, remedy);
  }
}
