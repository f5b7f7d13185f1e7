import type { Problem } from '../../base/errors.ts';
import type { RawPull } from '../formats/pullFile.ts';

/**
 * Pulls are numbered by the machine. A number that comes twice in the same session counts a wire twice: an error. A
 * number that is missing may be a wire that somebody took out: a warning.
 *
 * @param alone the file holds no other module, so that its numbers begin at 1
 */
export function numberProblems(pulls: readonly RawPull[], alone: boolean): Problem[] {
  const seen = new Map<string, RawPull>();
  const problems: Problem[] = [];
  for (const pull of pulls) {
    const { date, time } = pull.header;
    const key = `${pull.number} ${date?.text} ${time?.text}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, pull);
    else
      problems.push({
        code: 'E9217',
        what: `Pull ${pull.number} stands twice; it stood in line ${earlier.place.line} already.`,
        where: pull.place,
        remedy:
          'Was the file exported twice into one, or does it hold two modules? Give each its serial number.',
      });
  }
  return [...problems, ...missing(pulls, alone)];
}

function missing(pulls: readonly RawPull[], alone: boolean): Problem[] {
  const numbers = [...new Set(pulls.map(({ number }) => number))].sort((a, b) => a - b);
  const gaps = numbers.flatMap((number, index) => {
    const previous = numbers[index - 1] ?? (alone ? 0 : number - 1);
    if (number <= previous + 1) return [];
    return [number === previous + 2 ? `${previous + 1}` : `${previous + 1} to ${number - 1}`];
  });
  if (gaps.length === 0) return [];
  return [
    {
      code: 'E9218',
      severity: 'warning',
      what: `The file has no pull ${gaps.join(', ')}, though it has later ones.`,
      where: { file: pulls[0]!.place.file },
      remedy: 'Pulls that went wrong should be graded as errors, not taken out.',
    },
  ];
}
