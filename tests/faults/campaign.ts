import { openBench } from '../runUnderTest.ts';
import { blow, type Only } from './schedule.ts';
import { type Outcome, type StrikeOptions, strike } from './strike.ts';

export interface CampaignOptions extends Omit<StrikeOptions, 'resumes'> {
  runs: number;
  seed: number;
  /** How many at once. */
  jobs: number;
  only?: Only;
  /** One run of it alone, by its number. */
  just?: number;
  onOutcome?: (outcome: Outcome) => void;
}

/** On a busy machine a short phase may be over before the blow falls: such a run shows nothing, and is made again. */
const tries = 6;

/** Carries out the runs of a seed, several at once. */
export async function campaign(options: CampaignOptions): Promise<readonly Outcome[]> {
  const { runs, seed, jobs, just, only = {} } = options;
  const numbers = just === undefined ? Array.from({ length: runs }, (_, at) => at + 1) : [just];
  const bench = openBench();
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const what = blow(seed, number, only);
      const outcome = await untilHit(() => strike(bench, what, { ...options, resumes: true })).catch(
        (error: Error): Outcome => ({ blow: what, hitIn: undefined, violations: [error.message] }),
      );
      outcomes.push(outcome);
      options.onOutcome?.(outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    await bench.close();
  }
  return outcomes.sort((a, b) => a.blow.number - b.blow.number);
}

export async function untilHit(once: () => Promise<Outcome>): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once();
    if (outcome.violations.length > 0 || outcome.hitIn === outcome.blow.aim.phase) return outcome;
    if (attempt < tries) continue;
    const { phase } = outcome.blow.aim;
    return {
      ...outcome,
      violations: [`it was hit ${tries} times in ${outcome.hitIn ?? 'no phase'}, never in ${phase}`],
    };
  }
}
