import { openScreens } from './openScreens.tsx';
import { RunSession, type WatchedRun } from './screens/run/runSession.tsx';

/** How somebody went away from a run: after its verdict, or while it went on. */
type Parting = 'seen' | 'left';

/**
 * Shows one run on the whole terminal, until its verdict was seen or it is left; undefined when the terminal was taken
 * away. Whatever happens here, the run goes on.
 */
export function showRun(watched: WatchedRun, language: string): Promise<Parting | undefined> {
  return openScreens<Parting>(
    (end) => (
      <RunSession watched={watched} scans={false} onLeave={() => end('left')} onEnd={() => end('seen')} />
    ),
    { language },
  );
}
