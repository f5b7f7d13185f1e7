/** What replaces a sign of ours, each as wide as it was, on a terminal without Unicode. */
const plain: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '█': '#',
  '▸': '>',
  '▌': '|',
  '✓': '+',
  '✗': 'x',
  '·': '.',
  '…': '~',
  '–': '-',
  '−': '-',
  '—': '-',
  '×': 'x',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '°': ' ',
  µ: 'u',
  μ: 'u',
  Ω: 'O',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '±': '+',
};

/** The text in ASCII, every sign of one column as one of one column. */
export function toAscii(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (sign) => plain[sign] ?? letter(sign));
}

/** `ä` as `a`; what has no letter at its base as `?`. */
function letter(sign: string): string {
  const base = sign.normalize('NFKD').replace(/\p{M}/gu, '');
  return /^[\x20-\x7e]$/.test(base) ? base : '?';
}

/** Whether the terminal is said to show UTF-8 [locale(7): LC_ALL, then LC_CTYPE, then LANG]. */
export function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) && env.TERM !== 'linux';
}
