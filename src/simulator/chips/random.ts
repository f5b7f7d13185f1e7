/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1, 1 not included. */
  uniform(): number;
  /** Normal, mean 0, spread 1. */
  gauss(): number;
  /** Mean 0, spread 1, in the shape of a triangle: one draw, and no logarithm, where millions are wanted. */
  triangular(): number;
}

/** The sfc32 generator, seeded with a number and a word that keeps the streams of one seed apart. */
export function seededRandom(seed: number, stream: string): Random {
  let [a, b, c, counter] = [seed | 0, hash(stream), hash(`${seed}/${stream}`), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let k = 0; k < 12; k += 1) next();
  const uniform = () => next() / 2 ** 32;
  // Box and Muller's; 1 − u keeps the logarithm finite.
  const gauss = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  // The two halves of a draw are two uniforms; their sum has a variance of a sixth.
  const triangular = () => {
    const draw = next();
    return (((draw & 0xffff) + (draw >>> 16)) / 0xffff - 1) * Math.sqrt(6);
  };
  return { uniform, gauss, triangular };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let k = 0; k < text.length; k += 1) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193);
  return value | 0;
}
