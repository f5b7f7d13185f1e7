import { BatonError, type BatonErrorOptions, type Problem } from '../../base/errors.ts';

/**
 * What went wrong between Baton and a database.
 *
 * `effect` answers the question that decides about sending again: `none`, the database did not act on it;
 * `unknown`, it may have, so ask it before the same is sent again.
 */
export class DatabaseFault extends BatonError {
  override readonly name = 'DatabaseFault';
  readonly effect: 'none' | 'unknown';
  /** Trying later can help: nothing is wrong with what was sent. */
  readonly passing: boolean;
  readonly status: number | undefined;
  /** The last part of the database's own error key, such as `componentDoesNotExist`. */
  readonly reason: string | undefined;
  /** How long the database asks to be left alone; undefined: it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    problem: Problem | readonly Problem[],
    fault: {
      effect: 'none' | 'unknown';
      passing: boolean;
      status?: number | undefined;
      reason?: string | undefined;
      retryAfterMs?: number | undefined;
    },
    options: BatonErrorOptions = {},
  ) {
    super(problem, { exitCode: 3, ...options });
    this.effect = fault.effect;
    this.passing = fault.passing;
    this.status = fault.status;
    this.reason = fault.reason;
    this.retryAfterMs = fault.retryAfterMs;
  }
}

/** Whether the database, or the way to it, is what failed. */
export function isDatabaseFault(error: unknown): error is DatabaseFault {
  return error instanceof DatabaseFault;
}

/** The database said no, for this reason: nothing was written. */
export function isRefusal(error: unknown, reason?: string): error is DatabaseFault {
  return isDatabaseFault(error) && !error.passing && (reason === undefined || error.reason === reason);
}

/**
 * Whether a write may have been carried out although it failed here: ask the database before it is sent again.
 */
export function mayHaveArrived(error: unknown): boolean {
  return !isDatabaseFault(error) || error.effect === 'unknown';
}

/** Whether the same may work later: the network was away, the database was busy. */
export function isPassing(error: unknown): boolean {
  return isDatabaseFault(error) && error.passing;
}

/** Nobody is there, or nobody answers in time. */
export function isSilence(error: unknown): boolean {
  return isDatabaseFault(error) && (error.code === 'E8010' || error.code === 'E8011');
}

/** How many milliseconds the database asks to be left alone; undefined: it did not ask for that, nor for no time at all. */
export function wantsToBeLeftAlone(error: unknown): number | undefined {
  return (isDatabaseFault(error) && error.retryAfterMs) || undefined;
}
