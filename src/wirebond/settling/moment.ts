import type { Place, Problem } from '../../base/errors.ts';
import type { RawPull } from '../formats/pullFile.ts';
import type { PullSettings, Question } from '../pullTest.ts';
import { type CalendarDate, dateOrders, dayName, parseTime, readDates, toUtc } from './date.ts';

interface SettledMoments {
  /** When a pull was made: ISO 8601 in UTC. Undefined: not known, and a problem or a question says so. */
  dateOf(pull: RawPull): string | undefined;
  problems: readonly Problem[];
  questions: readonly Question[];
}

const day = 24 * 3600 * 1000;

/** The moment of each pull, from what the operator said, else from the file's dates. */
export function settleMoment(
  pulls: readonly RawPull[],
  file: string,
  settings: PullSettings,
): SettledMoments {
  if (settings.date !== undefined) return stated(file, settings);
  const undated = pulls.find(({ header }) => header.date === undefined);
  if (undated && pulls.some(({ header }) => header.date))
    return failed('Some of the pulls have no date', undated.place);
  if (undated) return stated(file, settings);

  const texts = pulls.map(({ header }) => header.date!.text);
  const read = readDates(texts, settings.dateOrder ?? settings.site.dateOrder);
  const placeOf = (text: string) => pulls[texts.indexOf(text)]!.header.date!.place;
  if ('unreadable' in read)
    return failed(`"${read.unreadable}" is not a date here`, placeOf(read.unreadable));
  if ('ambiguous' in read) {
    const { text, readings } = read.ambiguous;
    const problem = {
      code: 'E9212',
      what: `"${text}" may be ${readings.map(dayName).join(' or ')}.`,
      where: placeOf(text),
      remedy: `Give --date-order (${dateOrders.join(', ')}), or set "dateOrder" in config/wirebond.json once for the site.`,
    };
    return { dateOf: () => undefined, problems: [], questions: [{ about: 'dateOrder', problem }] };
  }
  return dated(pulls, read.dates, settings);
}

function dated(
  pulls: readonly RawPull[],
  dates: readonly CalendarDate[],
  { now, site }: PullSettings,
): SettledMoments {
  const moments = new Map<RawPull, string>();
  // Most files repeat one date and time before every pull.
  const known = new Map<string, string>();
  for (const [index, pull] of pulls.entries()) {
    const { time, date } = pull.header;
    const clock = parseTime(time?.text ?? '00:00');
    if (clock === undefined) return failed(`"${time!.text}" is not a time`, time!.place);
    const key = `${dayName(dates[index]!)} ${time?.text}`;
    const moment = known.get(key) ?? toUtc(dates[index]!, clock, site.timeZone);
    known.set(key, moment);
    if (Date.parse(moment) > now + day) return failed(`"${date!.text}" is in the future`, date!.place);
    moments.set(pull, moment);
  }
  return { dateOf: (pull) => moments.get(pull), problems: [], questions: [] };
}

/** The operator's date, in which the year stands first so that nothing is ambiguous. */
function stated(file: string, { date, now, site }: PullSettings): SettledMoments {
  if (date === undefined) {
    const problem = {
      code: 'E9213',
      what: 'The file does not say when the pulls were made.',
      where: { file },
      remedy: 'Give --date, for example --date "2025-03-01 14:05".',
    };
    return { dateOf: () => undefined, problems: [], questions: [{ about: 'date', problem }] };
  }
  const [dayText = '', timeText = '00:00', ...more] = date.trim().split(/[ T]+/);
  const read = /^\d{4}-\d{1,2}-\d{1,2}$/.test(dayText)
    ? readDates([dayText], 'ymd')
    : { unreadable: dayText };
  const clock = parseTime(timeText);
  if (!('dates' in read) || clock === undefined || more.length > 0)
    return failed(`--date "${date}" is not of the form "2025-03-01 14:05"`, { file });
  const moment = toUtc(read.dates[0]!, clock, site.timeZone);
  if (Date.parse(moment) > now + day) return failed(`--date "${date}" is in the future`, { file });
  return { dateOf: () => moment, problems: [], questions: [] };
}

function failed(what: string, where: Place): SettledMoments {
  const remedy =
    'Is "dateOrder" in config/wirebond.json, or --date-order, right for this machine? Its clock? Else correct the file.';
  return {
    dateOf: () => undefined,
    problems: [{ code: 'E9213', what: `${what}.`, where, remedy }],
    questions: [],
  };
}
