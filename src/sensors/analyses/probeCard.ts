/**
 * Bad channels that the same needle of the probe card touched. Groups of more than `allowed` are listed as the other
 * sites list them: a run from needle to needle as `453-(+32*n)-485`, the groups joined by line breaks.
 */
export function coincidences(bad: readonly number[], needles: number, allowed: number): string | undefined {
  const groups = new Map<number, number[]>();
  for (const channel of bad) {
    const needle = channel % needles;
    const group = groups.get(needle);
    if (group) group.push(channel);
    else groups.set(needle, [channel]);
  }
  const suspicious = [...groups.values()].filter((group) => group.length > allowed);
  return suspicious.length > 0 ? suspicious.map((group) => listed(group, needles)).join('\n') : undefined;
}

function listed(group: readonly number[], needles: number): string {
  const runs: { first: number; last: number }[] = [];
  for (const channel of group) {
    const open = runs.at(-1);
    if (open && open.last + needles === channel) open.last = channel;
    else runs.push({ first: channel, last: channel });
  }
  const words = runs.map(({ first, last }) =>
    first === last ? `${first}` : `'${first}-(+${needles}*n)-${last}'`,
  );
  return `[${words.join(', ')}]`;
}
