import type { JudgedTest } from '../judged.ts';
import { waferName } from '../record.ts';

/** A test as it stands in a page. */
export interface Entry {
  /** Unique in the page. */
  id: string;
  /** `W161 2019-12-02 15:25`, with `DB` if it came from the database. */
  name: string;
  /** The classes that colour it. */
  tone: string;
  judged: JudgedTest;
}

export const decisionClass = { Pass: 'pass', SoSo: 'soso', Fail: 'fail', MeasErr: 'measerr' } as const;

/** What a decision looks like to those who cannot tell the colours. */
export const decisionSign = { Pass: '✓', SoSo: '~', Fail: '✗', MeasErr: '?', Unknown: '–' } as const;

export function entryOf(judged: JudgedTest, id: string): Entry {
  const { test, decision } = judged;
  const segment = test.segment === undefined ? '' : ` S${test.segment}`;
  const local = test.source === 'file';
  return {
    id,
    name: `${waferName(test.wafer)}${segment} ${momentText(test.timestamp)}${local ? '' : ' DB'}`,
    tone: `${local ? 'local' : 'db'} ${decision === null ? 'unknown' : decisionClass[decision]}`,
    judged,
  };
}

/** `2019-12-02 15:25`. */
export function momentText(timestamp: string | undefined): string {
  return timestamp === undefined ? 'no date' : timestamp.slice(0, 16).replace('T', ' ');
}
