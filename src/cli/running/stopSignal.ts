/**
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT all mean "stop safely". The first is the reason; repeats change nothing, and never
 * cut a ramp. Others may abort it too: a client, or a guardian that cannot be replaced.
 */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, () => stop.abort(signal));
  }
  // Unheard, Node opens its debugger to whoever is on this machine: a port that could do anything to the run.
  process.on('SIGUSR1', () => undefined);
  // A limit on the size of files is a full disk, told by the write that meets it; unheard, the signal would be the end.
  process.on('SIGXFSZ', () => undefined);
  // Suspended, it could not hold the instruments: the guardian would find it silent, and end it.
  process.on('SIGTSTP', () => {
    process.stderr.write(
      'A run is not suspended. Ctrl-C stops it safely; with --detach it goes on by itself.\n',
    );
  });
  // A background job of a shell gets these when it reads or writes the terminal, and would be stopped.
  for (const signal of ['SIGTTIN', 'SIGTTOU'] as const) process.on(signal, () => undefined);
  // Output to a terminal that has gone, or to a pipe that was closed, must not end the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return stop;
}
