import { BatonError, formatProblem } from '../../base/errors.ts';
import { startDetachedRun } from '../../sequence/attach/detachedRun.ts';
import type { WatchedRun } from '../../terminal/screens/run/runSession.tsx';
import type { Talk } from '../../terminal/talk/talk.ts';
import { proposeResume, resumeWords, withConfirmed } from '../running/resume/resumeRun.ts';
import { demandLabel, resumeSummary } from '../running/resume/resumeTold.ts';
import { watchRun } from '../running/watchRun.ts';
import { isTwin } from '../station/stationFiles.ts';
import type { Login } from './login.ts';

/**
 * Goes on with an interrupted run: what is kept and what is run again is shown, each module whose chips cannot say so is
 * confirmed by its label, and a yes of its own powers it. Undefined: it was not wanted.
 *
 * @throws BatonError why it cannot go on
 */
export async function resumeTalk(
  login: Login,
  path: string,
  operator: string,
  talk: Talk,
): Promise<WatchedRun | undefined> {
  // A run on its own simulated twin has its station's files in its folder.
  const station = isTwin(login.station) ? undefined : login.station;
  const { config } = login;
  const place = { config, station };
  const proposal = await proposeResume({
    ...place,
    run: path,
    modules: [],
    operator,
    faults: [],
    look: false,
  });
  for (const warning of proposal.warnings) talk.say(formatProblem(warning));
  for (const line of resumeSummary(proposal)) talk.say(line);
  const expected = proposal.request.resumed!.expected.filter(({ confirmedBy }) => confirmedBy === undefined);
  const asked = new Set(expected.map(({ module }) => module));
  const modules = proposal.record.modules.filter(({ index }) => asked.has(index));
  for (const module of modules) await confirmLabel(module, talk);
  const agreed = await talk.ask({
    text:
      proposal.changes.length > 0
        ? 'Go on with the station as it is now? The module is powered.'
        : 'Go on? The module is powered.',
    confirm: true,
  });
  if (agreed === 'back' || agreed.said !== 'yes') {
    talk.say('Not resumed.');
    return undefined;
  }
  const confirmed = withConfirmed(proposal, operator, modules);
  return watchRun(await startDetachedRun(resumeWords(confirmed, place)));
}

/** Asked again until it is the one. */
export async function confirmLabel(
  { name, serialNumber = name }: { name: string; serialNumber?: string | undefined },
  talk: Talk,
): Promise<void> {
  let wrong: readonly string[] = [];
  for (;;) {
    const text = `Scan or type the serial number of ${name} (${serialNumber}), as its label says`;
    const answer = await talk.ask({ text, wrong });
    const label = answer === 'back' ? '' : answer.said.trim();
    try {
      demandLabel(label, { name, serialNumber });
      return;
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      wrong = error.problems.flatMap((problem) => formatProblem(problem).split('\n'));
    }
  }
}
