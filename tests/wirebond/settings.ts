import { readFileSync } from 'node:fs';
import type { PullSettings, Reading } from '../../src/wirebond/pullTest.ts';
import { readPullTests } from '../../src/wirebond/readPullTests.ts';
import { readSite } from '../../src/wirebond/site.ts';

export const shippedSite = readSite({
  file: 'config/wirebond.json',
  text: readFileSync('config/wirebond.json', 'utf8'),
}).value!;

export const now = Date.parse('2026-11-20T12:00:00Z');
export const component = '20UPGM22110131';

export function settings(more: Partial<PullSettings> = {}): PullSettings {
  return { site: { ...shippedSite, timeZone: 'UTC' }, now, component, dateOrder: 'dmy', ...more };
}

export function read(content: string | Uint8Array, more: Partial<PullSettings> = {}): Reading {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readPullTests({ file: 'pulls.csv', bytes }, settings(more));
}

/** `E9204 21`: the code and the line of each problem that stops the file. */
export function refusals({ problems }: Reading): string[] {
  return problems
    .filter(({ severity }) => severity !== 'warning')
    .map(({ code, where }) => `${code} ${where?.line ?? '-'}`);
}
