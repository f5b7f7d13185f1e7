import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { RunRecord } from './record.ts';
import { runFiles } from './runDirectory.ts';

/** Writes record.json beside the journal that it was folded from. */
export async function writeRecord(directory: string, record: RunRecord): Promise<void> {
  await writeFileAtomically(join(directory, runFiles.record), `${JSON.stringify(record, null, 2)}\n`);
}
