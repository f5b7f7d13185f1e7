import type { EpochMs } from '../../base/units.ts';

/** Nobody waits for longer before he asks again, whatever the database says and however often it has failed. */
export const longestPauseMs = 15 * 60_000;

// "Sun, 06 Nov 1994 08:49:37 GMT", and the two forms that nobody may write any more and everybody must read:
// "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". [RFC 9110 §5.6.7]
const httpDate = /^[a-z]{3,9}(, \d\d[ -][a-z]{3}[ -]\d{2,4}| [a-z]{3} [ \d]\d) \d\d:\d\d:\d\d( \d{4}| GMT)$/i;

/**
 * How long the database asks to be left alone: seconds, or a date by its own clock `now` [RFC 9110 §10.2.3].
 * Undefined: it does not say, or says neither.
 */
export function retryAfterMs(header: string | undefined, now: EpochMs): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestPauseMs);
  if (!httpDate.test(text)) return undefined;
  const until = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(until) ? undefined : Math.min(Math.max(0, until - now), longestPauseMs);
}
