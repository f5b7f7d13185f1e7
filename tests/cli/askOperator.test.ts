import { afterEach, expect, test, vi } from 'vitest';
import { askOperator } from '../../src/cli/running/askOperator.ts';

const question = { step: 1, text: 'Do the needles touch?', secret: false };

/** Clients of a run, of whom one may come. */
function clients() {
  const open: ((answer: string) => void)[] = [];
  return {
    watched: false,
    ask: (_: unknown, gone: AbortSignal) =>
      new Promise<string | undefined>((resolve) => {
        open.push(resolve);
        gone.addEventListener('abort', () => resolve(undefined), { once: true });
      }),
    answer: (text: string) => {
      for (const resolve of open) resolve(text);
    },
  };
}

afterEach(() => vi.useRealTimers());

test('a client that comes after the question can still answer it', async () => {
  vi.useFakeTimers();
  const later = clients();
  const answer = askOperator(question, later);
  later.watched = true;
  await vi.advanceTimersByTimeAsync(20_000);
  later.answer('Yes');
  expect(await answer).toBe('Yes');
});

test('where nobody comes, nobody is waited for', async () => {
  vi.useFakeTimers();
  const answer = askOperator(question, clients());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await answer).toBeUndefined();
});

test('a run apart waits for whoever looks again, for as long as the question says', async () => {
  const start = performance.now();
  expect(await askOperator({ ...question, within: 0.2 }, clients(), { detached: true })).toBeUndefined();
  expect(performance.now() - start).toBeGreaterThan(190);
});
