import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExitCode, Problem } from '../../base/errors.ts';
import type { JournalLine } from '../../journal/event.ts';
import { fold, type RunRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { JournalTail } from '../../journal/tail.ts';
import type { LiveListener } from '../runContext.ts';
import { connectToRun, type RunClient } from './runClient.ts';
import type { ToClient } from './runProtocol.ts';

const pollMs = 50;
/** After a runner that died its guardian writes within this, unless it died too, ms. */
const guardianMs = 10_000;

type AskedQuestion = Extract<ToClient, { question: unknown }>['question'];

/** Who is shown a run: what is written into its journal, and what passes by. */
interface RunViewer extends LiveListener {
  line(line: JournalLine, record: RunRecord | undefined): void;
  /** Nothing comes any more. */
  close(): void;
}

/** What a run tells besides what is shown. */
interface RunTidings {
  question(question: AskedQuestion, client: RunClient): void;
  /** Somebody answered it, or nobody did in time. */
  answered?(question: number): void;
  /** The runner has closed its end; if the run has not ended, its guardian goes on. */
  runnerGone?(): void;
}

interface FollowedRun {
  client: RunClient;
  /** The exit code of the run; undefined when it was left before its end, or its end was never written. */
  ended: Promise<ExitCode | undefined>;
  /** Leaves it. It goes on. */
  leave(): void;
}

/**
 * Shows a run that goes on: everything so far, then what happens, and, if the runner dies, what its guardian writes.
 * Undefined when nobody runs there.
 */
export async function followRun(
  run: RunDirectory,
  viewer: RunViewer,
  tidings: RunTidings,
): Promise<FollowedRun | undefined> {
  let record: RunRecord | undefined;
  let next = 0;
  let left = false;
  const show = (line: JournalLine) => {
    next = line.n + 1;
    record = fold(record, line);
    viewer.line(line, record);
  };
  const client = await connectToRun(run.path, (message) => {
    if ('line' in message) show(message.line);
    if ('output' in message) viewer.output(message.output.step, message.output.chunk);
    if ('progress' in message) viewer.progress(message.progress.step, message.progress);
    if ('question' in message) tidings.question(message.question, client!);
    if ('answered' in message) tidings.answered?.(message.answered);
  });
  if (!client) return undefined;
  const ended = (async () => {
    await client.ended;
    tidings.runnerGone?.();
    const tail = new JournalTail(join(run.path, runFiles.journal), next);
    for (let silentSince = performance.now(); !left && record?.state !== 'ended'; await sleep(pollMs)) {
      const lines = tail.read();
      for (const line of lines) show(line);
      if (lines.length > 0) silentSince = performance.now();
      else if (performance.now() - silentSince > guardianMs && !record?.takenOver) break;
    }
    viewer.close();
    return record?.exitCode;
  })();
  return {
    client,
    ended,
    leave: () => {
      left = true;
      client.close();
    },
  };
}

/** Both the runner and its guardian are gone. */
export function endNotWritten({ id }: RunDirectory): Problem {
  return {
    code: 'E4603',
    what: `the runner of ${id} is gone, and nobody wrote an end: whether the station is safe is not known.`,
    remedy: 'Run `baton safe`, and look at the supplies.',
  };
}
