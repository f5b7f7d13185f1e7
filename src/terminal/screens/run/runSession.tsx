import { useEffect, useRef, useState } from 'react';
import type { EpochMs } from '../../../base/units.ts';
import type { Key } from '../../keys/key.ts';
import type { RunWatch } from '../../run/runWatch.ts';
import { HelpScreen } from '../parts/helpScreen.tsx';
import { useKeys, useRun, useSurroundings } from '../parts/surroundings.tsx';
import { RunScreen, titleOf } from './runScreen.tsx';
import { VerdictScreen } from './verdictScreen.tsx';

/** A run that somebody looks at, and what can be told to its runner. */
export interface WatchedRun {
  run: RunWatch;
  /** Its folder. */
  directory: string;
  stop(): void;
  answer(question: number, text: string): void;
  /** Looks no longer; the run goes on. */
  leave(): void;
}

/** A verdict is not dismissed by what was typed before it could be seen, ms. */
const seeingMs = 500;

/**
 * A run from its beginning to the verdict. Stopping is one key, on every page of it, without a question, and shows at
 * once; the verdict stays until somebody does something.
 */
export function RunSession({
  watched,
  scans,
  onLeave,
  onEnd,
  onUpload,
}: {
  watched: WatchedRun;
  /** The next module can be scanned on the verdict; else there is nothing but to leave. */
  scans: boolean;
  /** Goes away from it; the run goes on. */
  onLeave: () => void;
  /** The verdict was seen; with what was typed meanwhile. */
  onEnd: (typed: string) => void;
  /** To the upload of what it measured. */
  onUpload?: () => void;
}) {
  const run = useRun(watched.run);
  const { strings, now } = useSurroundings();
  const [help, setHelp] = useState(false);
  const endedSince = useRef<EpochMs>(undefined);
  const ended = run.record?.state === 'ended';
  useEffect(() => {
    if (ended) endedSince.current = now();
  }, [ended, now]);

  useKeys('session', (key) => {
    if (key.key === 'F1') {
      setHelp(true);
      return true;
    }
    return ended ? verdictKey(key) : runKey(key);
  });

  function runKey(key: Key): boolean {
    if (key.key === 'ctrl' && key.letter === 'c') stop();
    else if (key.key === 'text' && !key.scanned && key.text === 's') stop();
    // Signs within a scan press nothing.
    else if (key.key === 'text' && !key.scanned && key.text === 'q') onLeave();
    else return key.key === 'text';
    return true;
  }

  function stop(): void {
    watched.stop();
    run.stopRequested(now());
  }

  function verdictKey(key: Key): boolean {
    if (endedSince.current === undefined || now() - endedSince.current < seeingMs) return true;
    if (key.key === 'enter' || (key.key === 'ctrl' && key.letter === 'c')) onEnd('');
    else if (key.key === 'F4' && onUpload) onUpload();
    else if (key.key === 'text' && scans) onEnd(key.text);
    else if (key.key === 'text' && key.text === 'q') onEnd('');
    else return false;
    return true;
  }

  if (help)
    return (
      <HelpScreen title={titleOf(run)} keys={ended ? endKeys() : runKeys()} onClose={() => setHelp(false)} />
    );
  if (ended && run.record)
    return (
      <VerdictScreen
        record={run.record}
        directory={watched.directory}
        next={scans ? strings.verdict.next : strings.verdict.leave}
        hints={[
          { keys: 'Enter', does: scans ? strings.keys.start : strings.keys.leaveVerdict },
          ...(onUpload ? [{ keys: 'F4', does: strings.keys.upload }] : []),
        ]}
      />
    );
  return <RunScreen run={run} onAnswer={watched.answer} />;

  function runKeys() {
    const { keys } = strings;
    return [
      { keys: 's', does: `${keys.stop} (${keys.notWhileAsked})` },
      { keys: 'Ctrl-C', does: keys.stop },
      { keys: 'q', does: `${keys.leave} (${keys.notWhileAsked})` },
      { keys: '↑ ↓ PgUp PgDn Home', does: keys.scroll },
      { keys: 'End', does: keys.follow },
      { keys: 'Enter', does: keys.send },
    ];
  }

  function endKeys() {
    const { keys } = strings;
    return [
      ...(scans ? [{ keys: '0-9 A-Z', does: keys.next }] : []),
      { keys: 'Enter', does: scans ? keys.start : keys.leaveVerdict },
      ...(onUpload ? [{ keys: 'F4', does: keys.upload }] : []),
    ];
  }
}
