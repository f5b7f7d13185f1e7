/**
 * A laboratory's date and time as the database writes them, `2019-12-02T15:25:21.000Z`; undefined if they are no date
 * and time. The laboratory's clock is kept as it is: the files name no time zone.
 */
export function timestampOf(date: string | undefined, time: string | undefined): string | undefined {
  const both = `${date ?? ''}`.trim();
  // A date line may carry the time too.
  const iso = /^(\d{4}-\d{1,2}-\d{1,2})[T ](.+?)Z?$/.exec(both);
  const day = dayOf(iso ? iso[1]! : both);
  const moment = timeOf(iso && !time?.trim() ? iso[2]! : (time ?? '').trim());
  return day && moment ? `${day}T${moment}` : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

type DateParts = { year: string; month: string; day: string };
const dateForms: readonly RegExp[] = [
  // 2 Dec 2019, 02-December-2019, 02Dec2019
  /^(?<day>\d{1,2})[ .-]?\s*(?<month>[A-Za-z]{3,9})\.?[ ,-]?\s*(?<year>\d{4})$/,
  // Dec 2, 2019
  /^(?<month>[A-Za-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})$/,
  // 2019-12-02, 2019/12/02, 2019.12.02
  /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})$/,
  // 02/12/2019, 02.12.2019, 02-12-2019: the day comes first where the year has four digits …
  /^(?<day>\d{1,2})[-/.](?<month>\d{1,2})[-/.](?<year>\d{4})$/,
  // … and second where it has two: 12/02/19. Dots are never American.
  /^(?<month>\d{1,2})[/-](?<day>\d{1,2})[/-](?<year>\d{2})$/,
  /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{2})$/,
  // 20191202
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
];

function dayOf(text: string): string | undefined {
  for (const form of dateForms) {
    const parts = form.exec(text)?.groups as DateParts | undefined;
    if (!parts) continue;
    const year = parts.year.length === 2 ? 2000 + Number(parts.year) : Number(parts.year);
    const month = /\d/.test(parts.month)
      ? Number(parts.month)
      : months.indexOf(parts.month.slice(0, 3).toLowerCase()) + 1;
    const day = Number(parts.day);
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
    return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  }
  return undefined;
}

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : days[month - 1]!;
}

/** 15:25:21, 15:25, 15:25:21.5, 3:25:21 PM, 152521. */
function timeOf(text: string): string | undefined {
  const found =
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?$/.exec(text) ??
    /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (!found) return undefined;
  const [, hours, minutes, seconds, fraction, half] = found;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    // 12 AM is midnight and 12 PM is noon.
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined;
  return `${pad(hour, 2)}:${minutes}:${seconds ?? '00'}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}Z`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
