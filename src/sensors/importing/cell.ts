/** 10^k, exact for k up to 22. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** Below it every whole number has its own double. */
const exactBelow = 2 ** 53;

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;
const comma = 44;

/**
 * Reads the cells of a table one after the other. A plain decimal whose digits fit into 53 bits is its integer divided
 * by a power of ten that is exact too, so the quotient is the correctly rounded value, the same that parsing the text
 * gives (W. D. Clinger, "How to read floating point numbers accurately", 1990). Everything else goes through `Number`.
 */
export class CellReader {
  at = 0;
  /** Decimals of the cell read last: −1 without a point, −2 if it was no plain decimal. */
  decimals = -2;
  /** Characters of the cell read last. */
  width = 0;
  readonly #bytes: Uint8Array;
  readonly #delimiter: number;
  readonly #point: number;

  constructor(bytes: Uint8Array, delimiter: number) {
    this.#bytes = bytes;
    this.#delimiter = delimiter;
    this.#point = delimiter === comma ? 46 : comma;
  }

  /** Whether nothing but blanks and delimiters stands in the line. */
  atEmptyLine(): boolean {
    const bytes = this.#bytes;
    for (let at = this.at; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === lineFeed) return true;
      if (byte !== blank && byte !== tab && byte !== carriageReturn && byte !== this.#delimiter) return false;
    }
    return true;
  }

  /** The number in the cell: NaN if the cell is empty or says None; undefined if it holds something else. */
  read(): number | undefined {
    const bytes = this.#bytes;
    let at = this.at;
    while (bytes[at] === blank) at += 1;
    const start = at;
    let byte = bytes[at];
    const negative = byte === 45;
    if (negative || byte === 43) byte = bytes[++at];
    const firstDigit = at;
    let whole = 0;
    while (byte !== undefined && byte >= 48 && byte <= 57) {
      whole = whole * 10 + (byte - 48);
      byte = bytes[++at];
    }
    let digits = at - firstDigit;
    let decimals = -1;
    if (byte === 46 || byte === this.#point) {
      byte = bytes[++at];
      const firstDecimal = at;
      while (byte !== undefined && byte >= 48 && byte <= 57) {
        whole = whole * 10 + (byte - 48);
        byte = bytes[++at];
      }
      decimals = at - firstDecimal;
      digits += decimals;
    }
    if (digits === 0 || whole >= exactBelow || decimals > 22 || !this.#isCellEnd(byte))
      return this.#readOther(start);
    this.at = at;
    this.decimals = decimals;
    this.width = at - start;
    // The format's older writer marks a missing value so; a measured one would carry decimals.
    if (whole === 9999 && negative && decimals === -1 && digits === 6) return Number.NaN;
    const size = decimals > 0 ? whole / powersOfTen[decimals]! : whole;
    return negative ? -size : size;
  }

  /** Steps over one delimiter; false at the end of the line. */
  next(): boolean {
    const bytes = this.#bytes;
    while (bytes[this.at] === blank && this.#delimiter !== blank) this.at += 1;
    if (this.#delimiter !== blank) {
      if (bytes[this.at] !== this.#delimiter) return false;
      this.at += 1;
      return true;
    }
    const before = this.at;
    while (bytes[this.at] === blank || bytes[this.at] === tab) this.at += 1;
    const byte = bytes[this.at];
    return this.at > before && byte !== undefined && byte !== lineFeed && byte !== carriageReturn;
  }

  /** Goes to the next line, past cells that no column is named for; false if the line did not end in a line end. */
  toNextLine(): boolean {
    const bytes = this.#bytes;
    let at = this.at;
    while (at < bytes.length && bytes[at] !== lineFeed) at += 1;
    const ended = at < bytes.length;
    this.at = ended ? at + 1 : at;
    return ended;
  }

  #readOther(start: number): number | undefined {
    const bytes = this.#bytes;
    let at = start;
    while (!this.#isCellEnd(bytes[at]) && at - start < 64) at += 1;
    if (!this.#isCellEnd(bytes[at])) return undefined;
    const text = String.fromCharCode(...bytes.subarray(start, at));
    const value = otherNumber(text, this.#point === comma);
    if (value === undefined) return undefined;
    this.at = at;
    this.decimals = -2;
    this.width = at - start;
    return value;
  }

  #isCellEnd(byte: number | undefined): boolean {
    return (
      byte === undefined ||
      byte === this.#delimiter ||
      byte === lineFeed ||
      byte === carriageReturn ||
      byte === blank ||
      byte === tab
    );
  }
}

function otherNumber(text: string, decimalComma: boolean): number | undefined {
  if (/^(none|nan|n\/a|null|[+-]?inf(inity)?)?$/i.test(text)) return Number.NaN;
  const plain = decimalComma ? text.replace(',', '.') : text;
  // Number() also reads hexadecimal, which no instrument means.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain);
  // Beyond all doubles is an overflow of the instrument.
  return Number.isFinite(value) ? value : Number.NaN;
}
