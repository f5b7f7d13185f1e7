import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalLine } from '../../src/journal/event.ts';
import { foldJournal, type RunRecord } from '../../src/journal/record.ts';
import type { LiveRun } from '../interlocks/liveStation.ts';
import { judge } from '../witness.ts';
import { measured } from './scene.ts';
import type { StruckRun } from './struckRun.ts';

/**
 * Resumes the run when everything is well again, and tells in words what is not as if nothing had happened. A run that was
 * carried out to its end, whatever its verdict, has nothing to go on with.
 */
export async function goesOn(run: StruckRun, before: readonly JournalLine[]): Promise<string[]> {
  const { live } = run;
  const stood = foldJournal(before);
  if (!stood || stood.end === 'completed') return [];
  for (const { id } of (await live.station.state()).faults) await live.station.endFault(id);

  // Somebody scans it again: simulated chips have codes of their own, which no modules.json knows.
  const words = ['--module', stood.modules[0]!.serialNumber!, '--yes', '--renderer', 'plain'];
  const { code, stdout, stderr } = await run.baton('runs', 'resume', live.path, ...words);
  const journal = live.journal();
  const record = recordOf(live);
  const kept = stood.steps.filter(({ state }) => state === 'completed').map(({ step }) => step);
  const since = journal.slice(journal.findLastIndex(({ event }) => event === 'run.resumed'));
  const again = since.flatMap((line) => (line.event === 'step.started' ? [line.step] : []));
  const { violations, endsSafe } = judge(live.witness(), { maxStep: measured.step });
  return [
    ...(code === 0 ? [] : [`resumed: exit code ${code}: ${stderr.trim() || stdout.trim().slice(-400)}`]),
    ...(record.verdict === 'PASS' ? [] : [`resumed: ${record.verdict}, and undisturbed it is a PASS`]),
    ...again.filter((step) => kept.includes(step)).map((step) => `resumed: step ${step} is measured again`),
    ...(journal.every(({ n }, at) => n === at) ? [] : ['resumed: the journal has a gap']),
    ...violations.map((rule) => `resumed: at the module: ${rule}`),
    ...(endsSafe ? [] : ['resumed: it is still powered']),
  ];
}

function recordOf({ path }: LiveRun): RunRecord {
  return JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as RunRecord;
}
