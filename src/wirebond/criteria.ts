import { createHash } from 'node:crypto';
import type { Problem } from '../base/errors.ts';
import { readJson } from '../base/jsonFile.ts';
import type { EpochMs } from '../base/units.ts';
import type { StatisticName } from './statistics.ts';
import { validators } from './validators.ts';

/** One dated file of config/criteria/; schemas/wirebond-criteria.schema.json explains each key. */
export interface Criteria {
  file: string;
  sha256: string;
  name: string;
  /** `2025-10-02`: the day from which they hold. */
  date: string;
  source: string;
  /** With fewer pulls without an error nothing can pass. */
  fewestGoodPulls: number;
  limits: readonly Limit[];
}

/** In grams, percent or a count, as the result is. All the bounds that are given must hold. */
export interface Limit {
  result: StatisticName;
  atLeast?: number;
  above?: number;
  atMost?: number;
  below?: number;
}

export function readCriteria(source: {
  file: string;
  text: string;
}): { value: Criteria; problems: [] } | { value?: never; problems: Problem[] } {
  const read = readJson<Omit<Criteria, 'file' | 'sha256'>>(source, validators.criteria, 'E9220');
  if (!read.value) return read;
  const sha256 = createHash('sha256').update(source.text).digest('hex');
  return { value: { ...read.value, file: source.file, sha256 }, problems: [] };
}

/** The criteria in force: the latest that do not lie in the future. None: nothing can pass, and a problem says so. */
export function criteriaInForce(
  all: readonly Criteria[],
  now: EpochMs,
): { criteria?: Criteria; problems: Problem[] } {
  const today = new Date(now).toISOString().slice(0, 10);
  const holding = all.filter(({ date }) => date <= today);
  const latest = holding
    .map(({ date }) => date)
    .sort()
    .at(-1);
  const [criteria, rival] = holding.filter(({ date }) => date === latest);
  if (criteria && rival)
    return {
      problems: [
        {
          code: 'E9220',
          what: `${criteria.file} and ${rival.file} both hold from ${latest}.`,
          where: { file: rival.file },
          remedy: 'Give one of them another date, or name one with --criteria.',
        },
      ],
    };
  if (criteria) return { criteria, problems: [] };
  return {
    problems: [
      {
        code: 'E9220',
        severity: 'warning',
        what: 'There are no criteria for wirebond pulls, so nothing is judged and nothing passes.',
        remedy: 'Put a dated file wirebond-….json into config/criteria (docs/wirebond.md, Criteria).',
      },
    ],
  };
}
