import type { Verdict } from '../../base/verdict.ts';
import type { TestRunDraft } from '../outbox/entry.ts';

/** A person's word instead of the verdict. */
export interface Decision {
  passed: boolean;
  reason: string;
  by: string;
}

/**
 * The test run as that person has it. The judgement stays in its comments, with the reason, and it is marked as one with
 * problems: nobody who reads it takes it for one that passed by the criteria. What was measured does not change.
 */
export function withDecision(draft: TestRunDraft, verdict: Verdict, decision: Decision): TestRunDraft {
  const { passed, reason, by } = decision;
  return {
    ...draft,
    passed,
    problems: true,
    comments: [
      ...(draft.comments ?? []),
      `Decided by ${by}: ${passed ? 'passed' : 'failed'}. The criteria say ${verdict}. Reason: ${reason.trim()}`,
    ],
  };
}
