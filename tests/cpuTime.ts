/** What this process computed for the work, ms: on a busy machine the clock on the wall tells of the others. */
export function cpuTime<Result>(work: () => Result): { result: Result; ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}
