import { useEffect, useState } from 'react';
import { BatonError, formatProblem } from '../../base/errors.ts';
import type { Folder, StationAccess } from '../station.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line } from './parts/parts.tsx';
import { TypedField } from './parts/scanField.tsx';
import { usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import { useTypedList } from './parts/typedList.tsx';

/** The folder above, as it stands in the list. */
const above = '..';

/** Files are picked: typing filters, Enter opens a folder or takes a file with all that are marked. */
export function FilesScreen({
  station,
  title,
  startAt,
  onTake,
  onBack,
}: {
  station: Pick<StationAccess, 'folder'>;
  title: string;
  /** Undefined: where the program was started. */
  startAt: string | undefined;
  onTake: (files: readonly string[], folder: string) => void;
  onBack: () => void;
}) {
  const { strings, rows: height } = useSurroundings();
  const [path, setPath] = useState(startAt);
  const [folder, setFolder] = useState<Folder>();
  const [marked, setMarked] = useState<readonly string[]>([]);
  const { typed, chosen, seen, press, move, restart } = useTypedList(
    [{ name: above, folder: true, bytes: 0, changed: 0 }, ...(folder?.entries ?? [])],
    ({ name }) => name,
    height - 6,
  );
  const [problem, setProblem] = useState('');
  const [help, setHelp] = useState(false);
  useEffect(() => {
    station.folder(path).then(
      (found) => {
        setFolder(found);
        // Behind the folder above.
        restart('', 1);
        setProblem('');
      },
      (error: unknown) => {
        if (!(error instanceof BatonError)) throw error;
        setProblem(error.problems.map(formatProblem).join(' '));
      },
    );
  }, [station, path, restart]);

  const whole = (name: string) => `${folder?.path === '/' ? '' : folder?.path}/${name}`;

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    switch (key.key) {
      case 'backspace':
        if (typed !== '') return press(key);
        setPath(whole(above));
        return true;
      case 'tab':
        if (chosen && !chosen.folder) mark(whole(chosen.name));
        return true;
      case 'enter':
        enter();
        return true;
      default:
        return press(key);
    }
  });

  function mark(file: string): void {
    setMarked(marked.includes(file) ? marked.filter((one) => one !== file) : [...marked, file]);
    move(1);
  }

  function enter(): void {
    // A path that was typed or pasted is opened as it is.
    if (typed.startsWith('/')) setPath(typed);
    else if (chosen?.folder) setPath(whole(chosen.name));
    else if (chosen && folder) onTake([...new Set([...marked, whole(chosen.name)])], folder.path);
  }

  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  return (
    <Frame
      left={`${title}   ${strings.wirebond.files}`}
      right={marked.length > 0 ? strings.wirebond.marked(marked.length) : ''}
      hints={[
        { keys: 'Enter', does: chosen?.folder ? strings.keys.open : strings.keys.take },
        { keys: 'Tab', does: strings.keys.mark },
        { keys: '↑ ↓', does: strings.keys.choose },
        { keys: 'Esc', does: strings.keys.back },
      ]}
    >
      <Line>{`${strings.wirebond.folder}   ${folder?.path ?? ''}`}</Line>
      <TypedField label={strings.history.filter} text={typed} hint={strings.wirebond.filterHint} />
      <Line color="red">{problem || ' '}</Line>
      {seen.map((entry) => (
        <Line key={entry.name} inverse={entry === chosen} bold={entry.folder}>
          {`${marked.includes(whole(entry.name)) ? '*' : ' '} ${entry.name}${entry.folder ? '/' : ''}`.padEnd(
            44,
          )}
          {entry.folder ? '' : `${changedAt(entry.changed)}  ${sizeOf(entry.bytes)}`}
        </Line>
      ))}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: 'Enter', does: keys.openFolder },
      { keys: 'Tab', does: keys.mark },
      { keys: '↑ ↓ PgUp PgDn', does: keys.choose },
      { keys: '0-9 A-Z', does: `${keys.filter}; ${strings.wirebond.filterHint}` },
      { keys: 'Backspace', does: keys.enclosing },
      { keys: 'Esc, Ctrl-C', does: keys.back },
    ];
  }
}

/** On the clock on the wall, `2026-11-20 13:00`. */
function changedAt(ms: number): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function sizeOf(bytes: number): string {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}
