import { useEffect, useState } from 'react';
import type { RunSummary, StationAccess } from '../station.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line } from './parts/parts.tsx';
import { TypedField } from './parts/scanField.tsx';
import { usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import { useTypedList } from './parts/typedList.tsx';
import { RunRow, wordsOfRun } from './runList.tsx';

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
  const [help, setHelp] = useState(false);
  useEffect(() => void station.runs().then(setRuns), [station]);
  const { typed, fitting, chosen, seen, press } = useTypedList(runs ?? [], wordsOfRun, rows - 4);

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    if (press(key)) return true;
    switch (key.key) {
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
      {seen.map((run) => (
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
