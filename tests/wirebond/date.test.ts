import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayName, parseTime, readDates, toUtc } from '../../src/wirebond/settling/date.ts';

const days = (read: ReturnType<typeof readDates>) => ('dates' in read ? read.dates.map(dayName) : read);

test.each([
  ['2018-09-10', '2018-09-10'],
  ['2018/9/1', '2018-09-01'],
  ['25/09/2018', '2018-09-25'],
  ['09/25/2018', '2018-09-25'],
  ['25.9.2018', '2018-09-25'],
  ['05/05/2018', '2018-05-05'],
  ['10-Sep-2018', '2018-09-10'],
  ['Sep 10 2018', '2018-09-10'],
])('%s means one day only, and needs no setting', (text, expected) => {
  expect(days(readDates([text]))).toEqual([expected]);
});

test.each(['10/09/2018', '10.09.2018', '10/09/18', '25/09/18'])(
  '%s is ambiguous, and never guessed',
  (text) => {
    expect(readDates([text])).toHaveProperty('ambiguous.text', text);
  },
);

test('another date of the same file that can be read in one way only tells the order of all', () => {
  expect(days(readDates(['10/09/2018', '25/09/2018']))).toEqual(['2018-09-10', '2018-09-25']);
  expect(days(readDates(['10/09/2018', '09/25/2018']))).toEqual(['2018-10-09', '2018-09-25']);
});

test('dates that no one order can read are refused together', () => {
  expect(readDates(['25/09/2018', '09/25/2018'])).toEqual({ unreadable: '09/25/2018' });
});

test.each(['', 'today', '31/04/2018', '10/09', '1/2/3/2018', '10/09/1918'])('"%s" is no date', (text) => {
  expect(readDates([text])).toEqual({ unreadable: text });
});

test('with the order set, every day is read back as it was written', () => {
  const date = fc.record({
    year: fc.integer({ min: 1990, max: 2099 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });
  fc.assert(
    fc.property(
      date,
      fc.constantFrom('dmy', 'mdy', 'ymd'),
      fc.constantFrom('/', '.', '-'),
      (day, order, mark) => {
        const parts = { d: day.day, m: day.month, y: day.year };
        const text = [...order].map((letter) => parts[letter as 'd' | 'm' | 'y']).join(mark);
        expect(readDates([text], order)).toEqual({ dates: [day] });
      },
    ),
  );
});

test('without an order, a date is either read rightly or called ambiguous', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 12 }), (day, month) => {
      const read = readDates([`${day}/${month}/2020`]);
      if (day > 12 || day === month) expect(read).toEqual({ dates: [{ year: 2020, month, day }] });
      else expect(read).toHaveProperty('ambiguous');
    }),
  );
});

test.each([
  ['14:05:32', { hour: 14, minute: 5, second: 32 }],
  ['2:05:32 PM', { hour: 14, minute: 5, second: 32 }],
  ['12:00 AM', { hour: 0, minute: 0, second: 0 }],
  ['12:30 pm', { hour: 12, minute: 30, second: 0 }],
  ['9.05', { hour: 9, minute: 5, second: 0 }],
  ['24:00', undefined],
  ['13:00 PM', undefined],
  ['9:60', undefined],
  ['noon', undefined],
])('the time %s is read as it is meant', (text, expected) => {
  expect(parseTime(text)).toEqual(expected);
});

test('the tester’s clock is taken in its own time zone, summer time included', () => {
  const clock = { hour: 14, minute: 5, second: 32 };
  expect(toUtc({ year: 2018, month: 9, day: 10 }, clock, 'Europe/Zurich')).toBe('2018-09-10T12:05:32.000Z');
  expect(toUtc({ year: 2018, month: 1, day: 10 }, clock, 'Europe/Zurich')).toBe('2018-01-10T13:05:32.000Z');
  expect(toUtc({ year: 2018, month: 9, day: 10 }, clock, 'America/Los_Angeles')).toBe(
    '2018-09-10T21:05:32.000Z',
  );
});
