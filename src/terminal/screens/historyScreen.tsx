import { useEffect, useState } from 'react';
import { stride } from '../keys/stride.ts';
import type { RunSummary, StationAccess } from '../station.ts';
import { HelpScreen } from './helpScreen.tsx';
import { Frame, Line } from './parts.tsx';
import { RunRow } from './runList.tsx';
import { TypedField, withoutLast } from './scanField.tsx';
import { fitsRun } from './startScreen.tsx';
import { usePageKeys, useSurroundings } from './surroundings.tsx';

/** All runs, newest first; typing filters them. */
export function HistoryScreen({
  station,
  onOpen,
  onUpload,
  onResume,
  onBack,
}: {
  station: StationAccess;
  onOpen: (run: RunSummary) => void;
  onUpload: (run: RunSummary) => void;
  onResume: (run: RunSummary) => void;
  onBack: () => void;
}) {
  const { strings, columns, rows } = useSurroundings();
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [help, setHelp] = useState(false);
  useEffect(() => void station.runs().then(setRuns), [station]);
  const fitting = (runs ?? []).filter((run) => fitsRun(run, typed));
  const room = rows - 4;
  const last = fitting.length - 1;
  const move = (by: number) => setAt(Math.max(0, Math.min(last, Math.min(at, last) + by)));

  const chosen = fitting[Math.min(at, last)];

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    const by = stride(key, room);
    if (by !== undefined) {
      move(by);
      return true;
    }
    switch (key.key) {
      case 'text':
        setTyped(typed + key.text);
        setAt(0);
        return true;
      case 'backspace':
        setTyped(withoutLast(typed));
        return true;
      case 'enter':
        if (chosen) onOpen(chosen);
        return true;
      case 'F4':
        if (chosen) onUpload(chosen);
        return true;
      case 'F5':
        if (chosen?.canResume) onResume(chosen);
        return true;
      default:
        return false;
    }
  });

  if (help)
    return <HelpScreen title={strings.history.title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  const from = Math.max(0, Math.min(Math.min(at, last) - Math.floor(room / 2), fitting.length - room));
  return (
    <Frame
      left={strings.history.title}
      right={runs ? `${fitting.length} / ${runs.length}` : ''}
      hints={[
        { keys: 'Enter', does: strings.keys.open },
        { keys: '↑ ↓', does: strings.keys.choose },
        { keys: 'F4', does: strings.keys.upload },
        ...(chosen?.canResume ? [{ keys: 'F5', does: strings.keys.resume }] : []),
        { keys: 'Esc', does: strings.keys.back },
      ]}
    >
      <TypedField label={strings.history.filter} text={typed} hint="" />
      <Line> </Line>
      {runs && fitting.length === 0 && (
        <Line dimColor>{runs.length === 0 ? strings.history.none : strings.history.noneFits}</Line>
      )}
      {fitting.slice(from, from + room).map((run) => (
        <RunRow key={run.id} run={run} chosen={run === chosen} width={columns} />
      ))}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: '0-9 A-Z', does: keys.filter },
      { keys: '↑ ↓ PgUp PgDn', does: keys.choose },
      { keys: 'Enter', does: keys.open },
      { keys: 'F4', does: keys.upload },
      { keys: 'F5', does: keys.resumeLong },
      { keys: 'Esc, Ctrl-C', does: keys.back },
    ];
  }
}
