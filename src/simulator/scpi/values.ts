/** Numbers of the standard's error list, as far as instruments here use them [SCPI-99, volume 2, 21.8]. */
export const scpiError = {
  dataType: -104,
  parameterNotAllowed: -108,
  missingParameter: -109,
  undefinedHeader: -113,
  dataOutOfRange: -222,
  illegalParameterValue: -224,
  queueOverflow: -350,
} as const;

export const scpiErrorTexts: Readonly<Record<number, string>> = {
  0: 'No error',
  [-104]: 'Data type error',
  [-108]: 'Parameter not allowed',
  [-109]: 'Missing parameter',
  [-113]: 'Undefined header',
  [-222]: 'Parameter data out of range',
  [-224]: 'Illegal parameter value',
  [-350]: 'Queue overflow',
};

/** A value that was read from an argument, or the number of the error that it is. */
export type Read<T> = { value: T } | { error: number };

export interface NumberLimits {
  min: number;
  max: number;
  default?: number;
}

/** `1e-5`, `MIN`, `MAXimum`, `DEF`, with a unit behind it if need be. */
export function readNumber(argument: string | undefined, limits: NumberLimits): Read<number> {
  if (argument === undefined) return { error: scpiError.missingParameter };
  const word = argument.toUpperCase();
  if (word === 'MIN' || word === 'MINIMUM') return { value: limits.min };
  if (word === 'MAX' || word === 'MAXIMUM') return { value: limits.max };
  if ((word === 'DEF' || word === 'DEFAULT') && limits.default !== undefined)
    return { value: limits.default };
  const [, digits, scale = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)\s*([UM]?)[VAS]?$/.exec(word) ?? [];
  if (digits === undefined) return { error: scpiError.dataType };
  const value = Number(digits) / (scale === 'U' ? 1e6 : scale === 'M' ? 1e3 : 1);
  return value < limits.min || value > limits.max ? { error: scpiError.dataOutOfRange } : { value };
}

export function readBoolean(argument: string | undefined): Read<boolean> {
  if (argument === undefined) return { error: scpiError.missingParameter };
  const word = argument.toUpperCase();
  if (word === 'ON' || word === 'OFF') return { value: word === 'ON' };
  const number = Number(word);
  return Number.isFinite(number) && word !== ''
    ? { value: Math.round(number) !== 0 }
    : { error: scpiError.dataType };
}

/** One of some words, each written as in the manual: `HIMPedance`. Answers with its short form. */
export function readWord(argument: string | undefined, words: readonly string[]): Read<string> {
  if (argument === undefined) return { error: scpiError.missingParameter };
  const given = argument.replace(/^["']|["']$/g, '').toUpperCase();
  for (const word of words) {
    const short = word.replace(/[a-z]+/g, '');
    if (given === short.toUpperCase() || given === word.toUpperCase()) return { value: short.toUpperCase() };
  }
  return { error: scpiError.illegalParameterValue };
}

/** `+1.000000E-05`, with that many digits behind the point. */
export function exponential(value: number, digits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits).split('e');
  const power = Number(exponent);
  const sign = value < 0 ? '' : '+';
  return `${sign}${mantissa}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
