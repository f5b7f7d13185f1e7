/** Letters of the verdicts and of the call for a person, five by five. */
const letters: Readonly<Record<string, readonly string[]>> = {
  A: [' ### ', '#   #', '#####', '#   #', '#   #'],
  B: ['#### ', '#   #', '#### ', '#   #', '#### '],
  C: [' ####', '#    ', '#    ', '#    ', ' ####'],
  D: ['#### ', '#   #', '#   #', '#   #', '#### '],
  E: ['#####', '#    ', '#### ', '#    ', '#####'],
  F: ['#####', '#    ', '#### ', '#    ', '#    '],
  G: [' ####', '#    ', '#  ##', '#   #', ' ####'],
  H: ['#   #', '#   #', '#####', '#   #', '#   #'],
  I: ['#####', '  #  ', '  #  ', '  #  ', '#####'],
  J: ['    #', '    #', '    #', '#   #', ' ### '],
  K: ['#   #', '#  # ', '###  ', '#  # ', '#   #'],
  L: ['#    ', '#    ', '#    ', '#    ', '#####'],
  M: ['#   #', '## ##', '# # #', '#   #', '#   #'],
  N: ['#   #', '##  #', '# # #', '#  ##', '#   #'],
  O: [' ### ', '#   #', '#   #', '#   #', ' ### '],
  P: ['#### ', '#   #', '#### ', '#    ', '#    '],
  Q: [' ### ', '#   #', '# # #', '#  # ', ' ## #'],
  R: ['#### ', '#   #', '#### ', '#  # ', '#   #'],
  S: [' ####', '#    ', ' ### ', '    #', '#### '],
  T: ['#####', '  #  ', '  #  ', '  #  ', '  #  '],
  U: ['#   #', '#   #', '#   #', '#   #', ' ### '],
  V: ['#   #', '#   #', '#   #', ' # # ', '  #  '],
  W: ['#   #', '#   #', '# # #', '## ##', '#   #'],
  X: ['#   #', ' # # ', '  #  ', ' # # ', '#   #'],
  Y: ['#   #', ' # # ', '  #  ', '  #  ', '  #  '],
  Z: ['#####', '   # ', '  #  ', ' #   ', '#####'],
  ' ': ['   ', '   ', '   ', '   ', '   '],
};
const rows = 5;

/**
 * Words as large as fits into `width` by `height`, in blocks: readable from two metres. Words that do not fit beside
 * each other stand one below the other. What has no letter here, or no room, is answered as plain text.
 */
export function bigText(text: string, width: number, height: number): string[] {
  const upper = text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
  if ([...upper].some((sign) => !(sign in letters))) return [text];
  const layouts = [[upper], upper.split(' ')];
  const sized = layouts.map((lines) => ({ lines, scale: scaleOf(lines, width, height) }));
  const best = sized.reduce((a, b) => (b.scale.down > a.scale.down ? b : a));
  if (best.scale.down < 1 || best.scale.across < 1) return [text];
  return best.lines.flatMap((line, i) => [...(i === 0 ? [] : ['']), ...blocks(line, best.scale)]);
}

interface Scale {
  across: number;
  down: number;
}

/** A cell of a terminal is about twice as high as wide, so a block is drawn up to twice as wide. */
function scaleOf(lines: readonly string[], width: number, height: number): Scale {
  const widest = Math.max(...lines.map((line) => row(line, 0, 1).length));
  const down = Math.floor((height - (lines.length - 1)) / (rows * lines.length));
  const across = Math.floor(width / widest);
  return { across: Math.min(across, down * 2), down: Math.min(down, across) };
}

function blocks(line: string, { across, down }: Scale): string[] {
  return Array.from({ length: rows * down }, (_, i) => row(line, Math.floor(i / down), across));
}

function row(line: string, index: number, across: number): string {
  return [...line]
    .map((sign) => letters[sign]![index]!.replace(/./g, (dot) => (dot === '#' ? '█' : ' ').repeat(across)))
    .join(' '.repeat(across));
}
