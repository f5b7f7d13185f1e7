import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { RunRecord } from '../../journal/record.ts';
import { isSimulated } from '../../journal/simulated.ts';

/**
 * The run directory of simulated instruments that a file lies in, if it does. What cannot be read there counts as
 * simulated, for rule 11 has no doubtful cases.
 */
export async function simulatedRunOf(path: string): Promise<string | undefined> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'record.json'), 'utf8').catch(() => undefined);
    if (text !== undefined && tellsSimulated(text)) return folder;
    if (text !== undefined || folder === dirname(folder)) return undefined;
  }
}

function tellsSimulated(text: string): boolean {
  try {
    return isSimulated(JSON.parse(text) as RunRecord);
  } catch {
    return true;
  }
}
