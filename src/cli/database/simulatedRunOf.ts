import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * The run directory of simulated instruments that a file lies in, if it does. What cannot be read there counts as
 * simulated, for rule 11 has no doubtful cases.
 */
export async function simulatedRunOf(path: string): Promise<string | undefined> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'record.json'), 'utf8').catch(() => undefined);
    if (text !== undefined && isSimulated(text)) return folder;
    if (text !== undefined || folder === dirname(folder)) return undefined;
  }
}

interface SimulationMarks {
  station?: { simulated?: boolean };
  instruments?: readonly { simulated?: boolean }[];
}

function isSimulated(text: string): boolean {
  try {
    const { station, instruments } = JSON.parse(text) as SimulationMarks;
    return station?.simulated !== false || (instruments ?? []).some(({ simulated }) => simulated === true);
  } catch {
    return true;
  }
}
