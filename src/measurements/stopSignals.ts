/** The exit codes of a shell: 128 and the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type StopSignal = keyof typeof exitCodes;

export interface StopRequest {
  /** Fires once, at the first of the signals; the later ones cut nothing short. */
  readonly signal: AbortSignal;
  /** What to exit with after a stop. */
  exitCode(): number;
  /** Lets the signals do again what they did. */
  release(): void;
}

/** Turns SIGINT, SIGTERM and SIGHUP into a request to stop safely, for as long as it is not released. */
export function listenForStop(): StopRequest {
  const controller = new AbortController();
  let first: StopSignal = 'SIGINT';
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    first = signal as StopSignal;
    controller.abort();
  };
  const names = Object.keys(exitCodes) as StopSignal[];
  for (const name of names) process.on(name, stop);
  return {
    signal: controller.signal,
    exitCode: () => exitCodes[first],
    release: () => {
      for (const name of names) process.off(name, stop);
    },
  };
}
