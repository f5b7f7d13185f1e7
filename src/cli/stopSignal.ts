/** SIGINT, SIGTERM, SIGHUP and SIGQUIT all mean "stop safely". The first is the reason; repeats change nothing, and never cut a ramp. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, () => stop.abort(signal));
  }
  // Output to a terminal that has gone, or to a pipe that was closed, must not end the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return stop.signal;
}
