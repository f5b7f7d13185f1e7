import { dage } from './dage.ts';
import { delvotec } from './delvotec.ts';
import type { PullFormat } from './pullFile.ts';
import { threeColumns } from './threeColumns.ts';

/** Every format that is read, the most particular first. A new one is one file and one line here. */
export const formats: readonly PullFormat[] = [dage, delvotec, threeColumns];

export function formatOf(text: string): PullFormat | undefined {
  return formats.find((format) => format.recognises(text));
}
