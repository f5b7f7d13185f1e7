import { quantity, spoken } from '../page/text.ts';
import type { Flag } from '../run/flags.ts';
import { type ControlLimits, controlLimits } from './controlChart.ts';
import { type Outcome, type Suspicion, sideOf, suspicions } from './diagnosis.ts';
import { type KeyNumber, keyNumbers, type StationRun } from './stationRun.ts';
import { withoutChip } from './tally.ts';

export interface Chart {
  number: KeyNumber;
  points: readonly { run: StationRun; value: number }[];
  limits: ControlLimits | undefined;
  suspicions: readonly Suspicion[];
}

/** Each key number over the runs (oldest first), its limits, and what lies outside of them. */
export function chartsOf(runs: readonly StationRun[]): Chart[] {
  return keyNumbers.flatMap((number) => {
    const points = runs.flatMap((run) => {
      const value = run.numbers[number.key];
      return value === undefined || !Number.isFinite(value) ? [] : [{ run, value }];
    });
    if (points.length === 0) return [];
    const limits = controlLimits(
      points.map(({ value }) => value),
      number,
    );
    const outcomes = points.map(
      ({ run, value }): Outcome => ({
        run: run.run,
        modules: run.modules,
        side: limits ? sideOf(value, limits) : 0,
      }),
    );
    return [{ number, points, limits, suspicions: suspicions(outcomes) }];
  });
}

/** What a person should look at: the station, or one module; from the charts and from failures that repeat. */
export function findings(runs: readonly StationRun[], charts: readonly Chart[]): Flag[] {
  const flags = charts.flatMap(({ number, suspicions: found, points }) =>
    found.map((one) => numberFlag(number, one, points)),
  );
  // What concerns every module first.
  const all = [...flags, ...failureStreaks(runs)];
  return [
    ...all.filter(({ code }) => code.startsWith('station')),
    ...all.filter(({ code }) => !code.startsWith('station')),
  ];
}

function numberFlag(
  { title, unit, suspect, key }: KeyNumber,
  found: Suspicion,
  points: Chart['points'],
): Flag {
  const where = found.side > 0 ? 'above' : 'below';
  const value = points.find(({ run }) => run.run === found.runs.at(-1))?.value;
  const [first, last] = [found.runs[0]!, found.runs.at(-1)!];
  const span = first === last ? `in ${first}` : `in ${found.runs.length} runs from ${first} to ${last}`;
  if (found.who === 'station')
    return {
      severity: found.now ? 'bad' : 'unknown',
      code: `station ${key}`,
      what: `The station, not the modules: ${inSentence(title)} was ${where} what is usual here ${span}, whatever module was on it (last ${quantity(value, unit)})${found.now ? '' : '; it is as usual again'}.`,
      hint: `Check ${suspect}, then measure a module that is known to be good. Verdicts of these runs are in doubt.`,
    };
  return {
    severity: 'unknown',
    code: `module ${key}`,
    what: `The module, not the station: ${inSentence(title)} of ${found.module} was ${where} what is usual here ${span} (${quantity(value, unit)}), and other modules beside it were as usual.`,
    hint: 'Look at this module; the station is as it has been.',
  };
}

/** The same failure of one module after the other. */
function failureStreaks(runs: readonly StationRun[]): Flag[] {
  const codes = [
    ...new Set(
      runs.flatMap(({ failures }) =>
        failures.filter(({ follows }) => !follows).map(({ code }) => withoutChip(code)),
      ),
    ),
  ];
  return codes.flatMap((code) => {
    const outcomes = runs.map(
      ({ run, modules, failures }): Outcome => ({
        run,
        modules,
        side: failures.some((failure) => withoutChip(failure.code) === code) ? 1 : 0,
      }),
    );
    return suspicions(outcomes)
      .filter(({ who }) => who === 'station')
      .map(
        ({ runs: own, now }): Flag => ({
          severity: now ? 'bad' : 'unknown',
          code: `station ${code}`,
          what: `The station, not the modules: ${own.length} runs one after the other, with different modules, have the same failure "${spoken(code)}", from ${own[0]} to ${own.at(-1)}${now ? '' : '; it is over'}.`,
          hint: 'Check cables, contacts and probe card, then measure a module that is known to be good. Verdicts of these runs are in doubt.',
        }),
      );
  });
}

/** `LV current` keeps its letters; `Resistance …` becomes `resistance …`. */
function inSentence(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
