/** Flags by channel or by range of channels. */
export type BadChannels = Readonly<Record<string, readonly string[]>>;

/** Neighbours with the same flags, in whatever order, as one range. */
export function concise(channels: ReadonlyMap<number, readonly string[]>): BadChannels {
  const ranges: { first: number; last: number; flags: readonly string[]; key: string }[] = [];
  for (const [channel, flags] of channels) {
    const key = [...flags].sort().join('\n');
    const open = ranges.at(-1);
    if (open && open.last + 1 === channel && open.key === key) open.last = channel;
    else ranges.push({ first: channel, last: channel, flags, key });
  }
  return Object.fromEntries(
    ranges.map(({ first, last, flags }) => [first === last ? `${first}` : `${first}-${last}`, flags]),
  );
}

/** How many consecutive numbers there are at most; a single one is no run. */
export function longestRun(channels: readonly number[]): number {
  const sorted = [...channels].sort((a, b) => a - b);
  let longest = 0;
  let run = 1;
  for (let i = 1; i < sorted.length; i += 1) {
    run = sorted[i] === sorted[i - 1]! + 1 ? run + 1 : 1;
    if (run > longest && run > 1) longest = run;
  }
  return longest;
}
