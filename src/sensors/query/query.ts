import { BatonError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { ListedTest } from '../listing.ts';
import { testTypeOf } from '../testTypes.ts';
import { type Word, words } from './words.ts';

/** Whether a test answers a question. */
export type Question = (test: ListedTest) => boolean;

/**
 * Reads a question such as `testType=IV and timestamp>2020-01-01`:
 * comparisons `= != < <= > >=`, `~` (contains) and `!~`, `field in (a, b)`, `field is missing`, `field is not missing`,
 * joined by `and`, `or`, `not` and brackets. Texts compare without regard to case; a date compares as far as it is
 * written. A test that lacks the field answers no comparison. Throws E9305 with the place.
 */
export function parseQuestion(question: string, fields: readonly string[]): Question {
  return new Reader(question, fields).whole();
}

class Reader {
  readonly #question: string;
  readonly #fields: ReadonlyMap<string, string>;
  readonly #words: Word[];
  #next = 0;
  #depth = 0;

  constructor(question: string, fields: readonly string[]) {
    this.#question = question;
    this.#fields = new Map(fields.map((name) => [name.toLowerCase(), name]));
    this.#words = words(question);
  }

  whole(): Question {
    const found = this.#either();
    if (this.#peek()) this.#complain(`"${this.#peek()!.text}" is not expected here`);
    return found;
  }

  #either(): Question {
    const parts = [this.#both()];
    while (this.#takeWord('or')) parts.push(this.#both());
    return parts.length === 1 ? parts[0]! : (test) => parts.some((part) => part(test));
  }

  #both(): Question {
    const parts = [this.#one()];
    while (this.#takeWord('and')) parts.push(this.#one());
    return parts.length === 1 ? parts[0]! : (test) => parts.every((part) => part(test));
  }

  #one(): Question {
    if (this.#depth > 100) this.#complain('the brackets are too deep');
    this.#depth += 1;
    try {
      if (this.#takeWord('not')) {
        const inner = this.#one();
        return (test) => !inner(test);
      }
      if (!this.#takeSign('(')) return this.#comparison();
      const inner = this.#either();
      if (!this.#takeSign(')')) this.#complain('a bracket is not closed');
      return inner;
    } finally {
      this.#depth -= 1;
    }
  }

  #comparison(): Question {
    const field = this.#field();
    if (this.#takeWord('is')) {
      const not = this.#takeWord('not');
      if (!this.#takeWord('missing')) this.#complain('"missing" is expected after "is"');
      return (test) => isMissing(test[field]) !== not;
    }
    if (this.#takeWord('in')) {
      if (!this.#takeSign('(')) this.#complain('a list in brackets is expected after "in"');
      const values = [this.#value()];
      while (this.#takeSign(',')) values.push(this.#value());
      if (!this.#takeSign(')')) this.#complain('a bracket is not closed');
      const each = values.map((value) => compare(field, '=', value));
      return (test) => each.some((one) => one(test));
    }
    const sign = this.#peek();
    if (sign?.kind !== 'sign' || !isOperator(sign.text))
      return this.#complain(`a comparison is expected after "${field}"`);
    this.#next += 1;
    return compare(field, sign.text, this.#value());
  }

  #field(): string {
    const word = this.#peek();
    if (!word || word.kind === 'sign') return this.#complain('the name of a field is expected');
    const name = this.#fields.get(word.text.toLowerCase());
    if (name === undefined) return this.#complainOfField(word.text);
    this.#next += 1;
    return name;
  }

  #complainOfField(written: string): never {
    const names = [...this.#fields.values()];
    const meant = nearest(written, names);
    const hint = meant ? `did you mean ${meant}?` : `fields are ${names.join(', ')}`;
    return this.#complain(`"${written}" is no field; ${hint}`);
  }

  #value(): string {
    const word = this.#peek();
    if (!word || word.kind === 'sign') return this.#complain('a value is expected');
    this.#next += 1;
    return word.text;
  }

  #peek(): Word | undefined {
    return this.#words[this.#next];
  }

  #takeWord(text: string): boolean {
    const word = this.#peek();
    const found = word?.kind === 'text' && word.text.toLowerCase() === text;
    if (found) this.#next += 1;
    return found;
  }

  #takeSign(text: string): boolean {
    const word = this.#peek();
    const found = word?.kind === 'sign' && word.text === text;
    if (found) this.#next += 1;
    return found;
  }

  #complain(what: string): never {
    const column = this.#peek()?.at ?? this.#question.length + 1;
    throw new BatonError({
      code: 'E9305',
      what: `The question "${this.#question}" is not understood at character ${column}: ${what}${what.endsWith('?') ? '' : '.'}`,
      remedy: "Write for example --where 'testType=IV and wafer in (164, 175) and decision!=Pass'.",
    });
  }
}

const operators = ['=', '==', '!=', '<>', '<', '<=', '>', '>=', '~', '!~'] as const;
type Operator = (typeof operators)[number];

function isOperator(text: string): text is Operator {
  return operators.some((operator) => operator === text);
}

function isMissing(value: ListedTest[string] | undefined): boolean {
  return value === undefined || value === null;
}

function compare(field: string, operator: Operator, written: string): Question {
  // `bow`, `metrology` and the database's code are one type.
  const value = field === 'testType' ? (testTypeOf(written)?.name ?? written) : written;
  if (operator === '!=' || operator === '<>' || operator === '!~') {
    const same = compare(field, operator === '!~' ? '~' : '=', written);
    return (test) => !same(test);
  }
  return (test) => {
    const own = test[field];
    if (own === undefined || own === null) return false;
    if (Array.isArray(own)) return own.some((one: string) => holds(one, operator, value));
    return holds(own as string | number | boolean, operator, value);
  };
}

function holds(own: string | number | boolean, operator: Operator, value: string): boolean {
  const [mine, other] = [String(own).toLowerCase(), value.toLowerCase()];
  if (operator === '~') return mine.includes(other);
  const order = orderOf(own, mine, other);
  if (Number.isNaN(order)) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** Numbers by size; a moment as far as it is written, so that `timestamp=2020-03` is all of March; texts by letter. */
function orderOf(own: string | number | boolean, mine: string, other: string): number {
  if (typeof own === 'number') return other.trim() === '' ? Number.NaN : own - Number(other);
  const asMoment = /^\d{4}-\d\d-\d\dt/.test(mine) && /^\d{4}/.test(other);
  const part = asMoment ? mine.slice(0, other.length) : mine;
  return part < other ? -1 : part > other ? 1 : 0;
}
