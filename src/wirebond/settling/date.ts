/** In which order a tester writes day, month and year. The machine's own setting, so the site knows it. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof dateOrders)[number];

export interface CalendarDate {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

interface ClockTime {
  hour: number;
  minute: number;
  second: number;
}

type ReadDates =
  | { dates: readonly CalendarDate[] }
  /** Two orders are possible and give different days. `first` of the texts shows it. */
  | { ambiguous: { text: string; readings: readonly CalendarDate[] } }
  /** No date, or not one of the order that is set, or not of the same order as the others. */
  | { unreadable: string };

/**
 * Reads all the dates of one file together: written by one machine, they have one order. Without a set order, a day
 * above 12 anywhere tells it (that is evidence, not a guess); where two orders remain and differ, it is ambiguous.
 */
export function readDates(texts: readonly string[], set?: DateOrder): ReadDates {
  const possible = new Map<string, Map<DateOrder, CalendarDate>>();
  let orders: readonly DateOrder[] = dateOrders;
  for (const text of texts) {
    const readings = readingsOf(text);
    const free = set === undefined || (yearTells(text) && !readings.has(set));
    orders = orders.filter((order) => readings.has(order) && (free || order === set));
    if (orders.length === 0) return { unreadable: text };
    possible.set(text, readings);
  }
  for (const [text, readings] of possible) {
    const days = new Map(orders.map((order) => [dayName(readings.get(order)!), readings.get(order)!]));
    if (days.size > 1) return { ambiguous: { text, readings: [...days.values()] } };
  }
  return { dates: texts.map((text) => possible.get(text)!.get(orders[0]!)!) };
}

/** `2018-09-10` */
export function dayName({ year, month, day }: CalendarDate): string {
  return `${year}-${two(month)}-${two(day)}`;
}

/** `14:05:32`, `14:05`, `2:05:32 PM`. Undefined for anything else. */
export function parseTime(text: string): ClockTime | undefined {
  const match = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AP]M)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [hourRead, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const half = match[4]?.toUpperCase();
  if (half !== undefined && (hourRead < 1 || hourRead > 12)) return undefined;
  const hour = half === undefined ? hourRead : (hourRead % 12) + (half === 'PM' ? 12 : 0);
  return hour < 24 && minute < 60 && second < 60 ? { hour, minute, second } : undefined;
}

/**
 * The moment of a wall-clock time, as ISO 8601 in UTC with milliseconds, as the database keeps it.
 *
 * @param timeZone IANA name of the zone of the tester's clock; default: this computer's
 */
export function toUtc(date: CalendarDate, time: ClockTime, timeZone?: string): string {
  const { year, month, day } = date;
  const { hour, minute, second } = time;
  if (timeZone === undefined) return new Date(year, month - 1, day, hour, minute, second).toISOString();
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  // The offset at the moment itself is wanted; one round of correction finds it, but for the hour of a clock change.
  const guess = wall - offsetMs(wall, timeZone);
  return new Date(wall - offsetMs(guess, timeZone)).toISOString();
}

function offsetMs(moment: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const wall = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return wall - moment;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Every order in which the text is a date of the calendar. */
function readingsOf(text: string): Map<DateOrder, CalendarDate> {
  const parts = /^(\w+)[-/. ]\s?(\w+)[-/. ]\s?(\w+)$/.exec(text.trim())?.slice(1) ?? [];
  const readings = new Map<DateOrder, CalendarDate>();
  for (const order of dateOrders) {
    const named = Object.fromEntries([...order].map((letter, index) => [letter, parts[index] ?? '']));
    const date = calendarDate(named.y!, named.m!, named.d!);
    if (date) readings.set(order, date);
  }
  return readings;
}

/** A year of four digits in front, or a month in letters: no setting is needed, and none can be meant to contradict. */
function yearTells(text: string): boolean {
  return /^\s*\d{4}\D/.test(text) || /[a-z]{3}/i.test(text);
}

function calendarDate(yearText: string, monthText: string, dayText: string): CalendarDate | undefined {
  if (!/^(\d{4}|\d{2})$/.test(yearText) || !/^\d{1,2}$/.test(dayText)) return undefined;
  const byName = months.indexOf(monthText.slice(0, 3).toLowerCase()) + 1;
  if (byName === 0 && !/^\d{1,2}$/.test(monthText)) return undefined;
  const year = Number(yearText) + (yearText.length === 2 ? 2000 : 0);
  const month = byName || Number(monthText);
  const day = Number(dayText);
  if (year < 1990) return undefined; // Before the machines.
  const real = new Date(Date.UTC(year, month - 1, day));
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === day ? { year, month, day } : undefined;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
