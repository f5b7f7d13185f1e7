import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { runFiles } from '../../journal/runDirectory.ts';
import type { RunUpload } from './uploadRun.ts';

/** Writes what became of an upload beside the record of its run: reports show it. */
export async function keepUpload(runPath: string, { queued }: RunUpload): Promise<void> {
  await writeFileAtomically(join(runPath, runFiles.upload), `${JSON.stringify(queued, null, 2)}\n`);
}
