import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { longestPauseMs, retryAfterMs } from '../../src/itkdb/client/retryAfter.ts';
import { localSettings } from '../../src/itkdb/client/settings.ts';
import { getComponent } from '../../src/itkdb/commands/components.ts';
import { localCodes } from '../../src/itkdb/server/serve.ts';
import { between } from './brokenServer.ts';
import { clientFor, module1, pixelFailureRun, startDatabase } from './localDatabase.ts';
import { queueFor, readyRuns } from './queue.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const bounded = (ms: number) => Math.min(Math.max(0, ms), longestPauseMs);
const day = {
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2069-12-31T23:59:59Z'),
  noInvalidDate: true,
};

test('seconds are read as they stand, whatever their number, and never waited for longer than the longest pause', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 400n }), (seconds) => {
      expect(retryAfterMs(` ${seconds} `, now)).toBe(bounded(Number(seconds) * 1000));
    }),
  );
});

test('the three forms of an HTTP date say the same time, by the clock of the database', () => {
  fc.assert(
    fc.property(fc.date(day), fc.date(day), (until, clock) => {
      const [weekday, date, month, year, time] = until.toUTCString().replace(',', '').split(' ') as [
        string,
        string,
        string,
        string,
        string,
      ];
      const expected = bounded(Math.floor(until.getTime() / 1000) * 1000 - clock.getTime());
      const long = { Sun: 'Sunday', Sat: 'Saturday' }[weekday] ?? 'Wednesday';
      for (const text of [
        `${weekday}, ${date} ${month} ${year} ${time} GMT`,
        `${weekday} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`,
      ])
        expect(retryAfterMs(text, clock.getTime()), text).toBe(expected);
      // Two digits mean the century that is near.
      if (year >= '2000' && year < '2050')
        expect(retryAfterMs(`${long}, ${date}-${month}-${year.slice(2)} ${time} GMT`, clock.getTime())).toBe(
          expected,
        );
    }),
  );
});

test('whatever else stands there is no wish, and no text ends in a number that nobody can wait for', () => {
  for (const text of [
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    '5 min',
    '2026-01-02',
    'Fri, 99 Foo 2026 99:99:99 GMT',
  ])
    expect(retryAfterMs(text, now), text).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.date(), (text, clock) => {
      const ms = retryAfterMs(text, clock.getTime());
      if (ms !== undefined && !Number.isNaN(clock.getTime())) expect(ms).toBe(bounded(ms));
    }),
  );
});

/** A database that turns the first requests away, and tells when it was asked. */
async function busyDatabase(turnedAway: number, status: number, retryAfter: string) {
  const database = await startDatabase();
  const asked: number[] = [];
  const url = await between(database.url, (command, response) => {
    if (command.startsWith('oidc')) return undefined;
    asked.push(performance.now());
    if (asked.length > turnedAway) return undefined;
    response.writeHead(status, { 'retry-after': retryAfter }).end();
    return Promise.resolve();
  });
  return { client: clientFor({ settings: localSettings(url), accessCodes: localCodes }), database, asked };
}

test('a read waits as long as a busy database asks, and is not one of many that knock meanwhile', async () => {
  const { client, asked } = await busyDatabase(1, 429, '1');
  expect((await getComponent(client, module1)).serialNumber).toBe(module1);
  expect(asked).toHaveLength(2);
  expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(990);
});

test('what would be waited for too long is said at once, and nobody asks again before', async () => {
  const { client, asked } = await busyDatabase(99, 503, '600');
  for (let time = 0; time < 3; time++)
    await expect(getComponent(client, module1)).rejects.toMatchObject({
      code: 'E8018',
      effect: 'none',
      message: expect.stringContaining('for 10 min 0 s (HTTP 503)'),
    });
  expect(asked).toHaveLength(1);
});

test.each([
  [429, 'uploadTestRunResults'],
  [503, 'getComponent'],
])(
  'the queue leaves a database alone that answers HTTP %i, and everything goes within its patience',
  async (status) => {
    const { client, database, asked } = await busyDatabase(1, status, '1');
    const { outbox, target, send } = await queueFor(client);
    for (let n = 0; n < 10; n++) {
      const { institution: _, ...draft } = pixelFailureRun(module1, `run-${n}`, n);
      await outbox.addTestRun(draft, target);
    }
    expect(await send()).toMatchObject({ confirmed: 10, held: 0 });
    expect(asked.filter((at) => at - asked[0]! < 900).length).toBeLessThanOrEqual(4);
    expect(await readyRuns(clientFor(database), module1)).toHaveLength(10);
  },
);

test('a database that wants longer than the patience lasts ends the sending at once, and what waits is asked for no sooner', async () => {
  const { client, asked } = await busyDatabase(99, 429, '300');
  const { outbox, target, send } = await queueFor(client);
  const { institution: _, ...draft } = pixelFailureRun(module1, 'run-1');
  const entry = await outbox.addTestRun(draft, target);
  expect(await send()).toMatchObject({ confirmed: 0, stopped: { code: 'E8018' } });
  expect(asked).toHaveLength(1);
  const { state, notBefore, doubt } = outbox.get(entry.n)!;
  expect({ state, doubt }).toEqual({ state: 'waiting', doubt: false });
  expect(notBefore - Date.now()).toBeGreaterThan(290_000);
});

test.each([
  ['forwards', 3_600_000],
  ['back', -3_600_000],
  ['back by less than the longest pause', -600_000],
])(
  'a clock that is set %s while something is sent neither ends the patience nor makes it last',
  async (_, jump) => {
    let left = 2;
    const faults = ({ command }: { command: string }) =>
      command === 'uploadTestRunResults' && left-- > 0 ? ('server error after' as const) : undefined;
    const database = await startDatabase({ faults });
    const client = clientFor(database);
    const { outbox, target, send } = await queueFor(client);
    for (const n of [1, 2, 3]) {
      const { institution: __, ...draft } = pixelFailureRun(module1, `run-${n}`, n);
      await outbox.addTestRun(draft, target);
    }
    const real = Date.now;
    const clock = vi.spyOn(Date, 'now');
    try {
      await send({
        onEvent: ({ what }) => what === 'postponed' && clock.mockImplementation(() => real() + jump),
      });
    } finally {
      clock.mockRestore();
    }
    expect(outbox.counts()).toMatchObject({ confirmed: 3, waiting: 0, held: 0 });
    expect(await readyRuns(client, module1)).toHaveLength(3);
  },
);
