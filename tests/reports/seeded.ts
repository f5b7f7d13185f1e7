/** Numbers from 0 to 1, always the same for the same seed. [mulberry32, T. Ettinger] */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** About normal: the sum of twelve. */
export function normal(random: () => number, mean: number, spread: number): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += random();
  return mean + spread * sum;
}
