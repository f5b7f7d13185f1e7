import type { Findings } from './source.ts';
import { jsonNumber } from './tree.ts';

export type Token =
  | { kind: '{' | '}' | '[' | ']' | ':' | ',' | 'end'; at: number }
  | { kind: 'string'; at: number; value: string }
  | { kind: 'number'; at: number; text: string }
  | { kind: 'literal'; at: number; value: boolean | null }
  /** Something that was reported already; a value or a key stood there. */
  | { kind: 'faulty'; at: number; text: string };

/**
 * Cuts a script into tokens. Comments: `//` and block comments anywhere outside texts, and lines whose first character
 * is `#` (the format's documentation has them, its loader refuses them: a warning). What is wrong inside a token is
 * reported here, once, and a token comes out all the same, so that the reader finds the further errors too.
 */
export class Scanner {
  readonly #text: string;
  readonly #findings: Findings;
  #at: number;
  #hashComments = 0;
  /** Just behind the last token: where a missing comma belongs. */
  end = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#text = findings.source.text;
    this.#at = this.#text.startsWith('\uFEFF') ? 1 : 0;
  }

  next(): Token {
    this.#skipBlanksAndComments();
    const token = this.#token();
    this.end = this.#at;
    return token;
  }

  /** Nothing more is wanted of this text. */
  finish(): void {
    this.#at = this.#text.length;
  }

  #token(): Token {
    const at = this.#at;
    const character = this.#text[at];
    switch (character) {
      case undefined:
        return { kind: 'end', at };
      case '{':
      case '}':
      case '[':
      case ']':
      case ':':
      case ',':
        this.#at += 1;
        return { kind: character, at };
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #skipBlanksAndComments(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.#at += 1;
      else if (text.startsWith('//', this.#at)) this.#skipLine();
      else if (text.startsWith('/*', this.#at)) this.#skipBlockComment();
      else if (code === 0x23) this.#hashComment();
      else if (code > 0x20 && this.#match(/\s/y).text !== '') this.#foreignBlank();
      else return;
    }
  }

  #skipLine(): void {
    this.#at = this.#match(/[^\r\n]*/y).end;
  }

  #skipBlockComment(): void {
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end === -1)
      this.#findings.error('E7012', this.#at, 'This comment is never closed', 'Close it with */.');
    this.#at = end === -1 ? this.#text.length : end + 2;
  }

  #hashComment(): void {
    if (!this.#onlyBlanksBefore(this.#at)) {
      this.#findings.error(
        'E7013',
        this.#at,
        'A # comment must stand on a line of its own',
        'Begin the comment with // instead, or move it to its own line.',
      );
    } else if (this.#hashComments++ === 0) {
      this.#findings.warning(
        'E7013',
        this.#at,
        'This file has # comments, which Prism itself does not accept',
        'Write // instead, if the script shall load there too.',
      );
    }
    this.#skipLine();
  }

  #onlyBlanksBefore(at: number): boolean {
    let i = at - 1;
    while (i >= 0 && (this.#text[i] === ' ' || this.#text[i] === '\t' || this.#text[i] === '\uFEFF')) i -= 1;
    return i < 0 || this.#text[i] === '\n' || this.#text[i] === '\r';
  }

  #string(): Token {
    const start = this.#at;
    const parts: string[] = [];
    this.#at += 1;
    for (;;) {
      const plain = this.#match(/[^"\\\u0000-\u001f]*/y);
      parts.push(plain.text);
      this.#at = plain.end;
      const character = this.#text[this.#at];
      if (character === '"') {
        this.#at += 1;
        return { kind: 'string', at: start, value: parts.join('') };
      }
      if (character === undefined || character === '\n' || character === '\r') {
        this.#findings.error(
          'E7008',
          start,
          'This text is not closed on its line',
          'Close it with " on the same line; a line break inside a text is written \\n.',
        );
        return { kind: 'faulty', at: start, text: parts.join('') };
      }
      parts.push(character === '\\' ? this.#escape() : this.#controlCharacter());
    }
  }

  #escape(): string {
    const simple = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
    const at = this.#at;
    const letter = this.#text[at + 1] ?? '';
    if (letter in simple) {
      this.#at += 2;
      return simple[letter as keyof typeof simple];
    }
    const digits = /^[0-9a-fA-F]{4}$/.exec(this.#text.slice(at + 2, at + 6))?.[0];
    if (letter === 'u' && digits !== undefined) {
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const remedy =
      letter === 'u'
        ? 'Write four hexadecimal digits after \\u.'
        : `For a backslash write two: \\\\${/^[a-zA-Z.]$/.test(letter) ? letter : ''} (so a regex for five digits is "^\\\\d{5}$").`;
    this.#findings.error('E7008', at, 'JSON does not have this escape', remedy);
    this.#at += 1;
    return '\\';
  }

  #controlCharacter(): string {
    const character = this.#text[this.#at]!;
    const name = character === '\t' ? 'a tab' : `the control character ${codePoint(character)}`;
    const written = character === '\t' ? '\\t' : `\\u${codePoint(character).slice(2)}`;
    this.#findings.error('E7008', this.#at, `A text may not contain ${name} as such`, `Write ${written}.`);
    this.#at += 1;
    return character;
  }

  /** Anything that is neither a bracket nor a text: numbers, true, false, null, and what should have been one of them. */
  #word(): Token {
    const at = this.#at;
    const quoted = this.#match(/'[^'\r\n]*'?|[“”„][^“”\r\n]*[“”]?|`[^`\r\n]*`?/y);
    if (quoted.text !== '') return this.#wronglyQuoted(at, quoted);

    const { text, end } = this.#match(/[^\s,:{}[\]"'/#]+/y);
    if (text === '') return this.#strayCharacter(at);
    this.#at = end;
    if (jsonNumber.test(text)) return this.#number(at, text);
    if (text === 'true') return { kind: 'literal', at, value: true };
    if (text === 'false') return { kind: 'literal', at, value: false };
    if (text === 'null') return { kind: 'literal', at, value: null };
    return this.#wrongWord(at, text);
  }

  #wronglyQuoted(at: number, quoted: { text: string; end: number }): Token {
    this.#at = quoted.end;
    this.#findings.error(
      'E7008',
      at,
      'Texts stand between plain double quotes',
      'Replace the quotes around it by ".',
    );
    return { kind: 'faulty', at, text: quoted.text.slice(1, -1) };
  }

  /** A no-break space, say, copied from a web page. */
  #foreignBlank(): void {
    const what = `${codePoint(this.#text[this.#at]!)} looks like a space and is none`;
    this.#findings.error('E7006', this.#at, what, 'Replace it by an ordinary space.');
    this.#at += 1;
  }

  #strayCharacter(at: number): Token {
    const character = String.fromCodePoint(this.#text.codePointAt(at)!);
    this.#at += character.length;
    const what = `${codePoint(character)} has no meaning here`;
    this.#findings.error('E7006', at, what, 'Remove it, or put the text between double quotes.');
    return { kind: 'faulty', at, text: character };
  }

  #number(at: number, text: string): Token {
    const value = Number(text);
    if (!Number.isFinite(value)) {
      this.#findings.error('E7009', at, 'This number is too large', 'Write a number below 1.8e308.');
    } else if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?[0-9]+$/.test(text)) {
      this.#findings.warning(
        'E7016',
        at,
        `This number has more digits than can be computed with, it becomes ${value}`,
        'If it is a name (a serial number, say), put it between double quotes.',
      );
    }
    return { kind: 'number', at, text };
  }

  #wrongWord(at: number, text: string): Token {
    const python = pythonWords.get(text);
    if (python) {
      this.#findings.error('E7010', at, `${text} is Python`, `Write ${python.json}.`);
      return { kind: 'literal', at, value: python.value };
    }
    if (/^[-+]?(nan|inf(inity)?)$/i.test(text)) {
      const remedy = 'Leave a limit out where there is none; a number is written with digits.';
      this.#findings.error('E7010', at, `${text} is no number that can be judged`, remedy);
      return { kind: 'number', at, text: '0' };
    }
    if (/^[-+.]?[0-9]/.test(text) || /^[-+.]+$/.test(text)) {
      const remedy =
        'Numbers are written like 5, -0.5, 5.0 or 1e-6: no +, no leading zero, a digit on both sides of the point.';
      this.#findings.error('E7009', at, `${clip(text)} is not a number as JSON writes it`, remedy);
      return { kind: 'number', at, text: '0' };
    }
    if (/^(true|false|null)$/i.test(text)) {
      const word = text.toLowerCase();
      this.#findings.error('E7010', at, `${text} is written in small letters`, `Write ${word}.`);
      return { kind: 'literal', at, value: JSON.parse(word) as boolean | null };
    }
    this.#findings.error(
      'E7010',
      at,
      `${clip(text)} is neither a number nor true, false or null`,
      `A text or a key stands between double quotes: "${clip(text)}".`,
    );
    return { kind: 'faulty', at, text };
  }

  #match(pattern: RegExp): { text: string; end: number } {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    return { text, end: this.#at + text.length };
  }
}

const pythonWords = new Map([
  ['True', { json: 'true', value: true }],
  ['False', { json: 'false', value: false }],
  ['None', { json: 'null', value: null }],
]);

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function clip(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
