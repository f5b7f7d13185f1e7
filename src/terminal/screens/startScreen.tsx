import { Box } from 'ink';
import { useEffect, useState } from 'react';
import { formatProblem } from '../../base/errors.ts';
import type {
  ModuleChoice,
  Recognised,
  RunChoice,
  RunSummary,
  SequenceChoice,
  StationAccess,
} from '../station.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line, Rule } from './parts/parts.tsx';
import { TypedField } from './parts/scanField.tsx';
import { useKeys, useNow, useSurroundings } from './parts/surroundings.tsx';
import { fitsTyped, type TypedList, useTypedList } from './parts/typedList.tsx';
import { RunRow, wordsOfRun } from './runList.tsx';
import { StationPanel } from './stationPanel.tsx';

/** Runs that fit on the largest screen. */
const recent = 30;

/** A field that is always ready for a scan, the sequences, the state of the station, and the last runs. */
export function StartScreen({
  station,
  typedBefore,
  onSetUp,
  onTraveller,
  onHistory,
  onRun,
  onUploads,
  onRegister,
  onWirebond,
  onQuit,
}: {
  station: StationAccess;
  /** What was typed or scanned on the verdict before. */
  typedBefore: string;
  onSetUp: (sequence: SequenceChoice, module: ModuleChoice | undefined) => void;
  onTraveller: (choice: RunChoice, title: string) => void;
  onHistory: () => void;
  /** To the run that goes on. */
  onRun: () => void;
  /** To what waits for the database. */
  onUploads: () => void;
  onRegister: () => void;
  /** To pull tests, of that module if one was scanned. */
  onWirebond: (module: ModuleChoice | undefined) => void;
  onQuit: () => void;
}) {
  const { strings, columns, rows } = useSurroundings();
  const [module, setModule] = useState<ModuleChoice>();
  const [message, setMessage] = useState<readonly string[]>([]);
  const [sequences, setSequences] = useState<readonly SequenceChoice[]>();
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  const [help, setHelp] = useState(false);
  useEffect(() => {
    void station.sequences().then(setSequences);
    void station.runs(recent).then(setRuns);
  }, [station]);

  const goesOn = runs.some(({ end }) => end === 'running');
  const body = rows - 2 - 5;
  const runRows = Math.min(Math.max(3, Math.floor(body / 3)), Math.max(2, runs.length + 1));
  const listRows = body - runRows;
  const list = useTypedList(sequences ?? [], wordsOf, listRows - 1, { typed: typedBefore });
  const { typed, fitting, chosen, restart } = list;

  useKeys('screen', (key) => {
    if (key.key === 'text' || key.key === 'escape') setMessage([]);
    if (list.press(key)) return true;
    switch (key.key) {
      case 'escape':
        restart();
        return true;
      case 'enter':
        void enter(key.scanned);
        return true;
      case 'F1':
        setHelp(true);
        return true;
      case 'F2':
        onHistory();
        return true;
      case 'F3':
        onRun();
        return true;
      case 'F4':
        onUploads();
        return true;
      case 'F6':
        onRegister();
        return true;
      case 'F7':
        onWirebond(module);
        return true;
      case 'F10':
        onQuit();
        return true;
      case 'ctrl':
        if (key.letter === 'c') onQuit();
        return key.letter === 'c';
      default:
        return false;
    }
  });

  async function enter(scanned: boolean): Promise<void> {
    const text = typed.trim();
    const recognised = text === '' ? undefined : await station.recognise(text);
    if (recognised) take(recognised);
    // A scan that nobody knows chooses nothing by chance.
    else if (chosen && !(scanned && text !== '')) onSetUp(chosen, module);
    else if (text !== '') {
      setMessage([strings.start.unknown(text)]);
      restart();
    }
  }

  function take(recognised: Recognised): void {
    restart();
    if ('module' in recognised) setModule(recognised.module);
    else if ('traveller' in recognised) onTraveller(recognised.traveller, recognised.title);
    else setMessage(recognised.problems.flatMap((problem) => formatProblem(problem).split('\n')));
  }

  if (help) return <HelpScreen title="" keys={helpKeys()} onClose={() => setHelp(false)} />;

  const leftWidth = Math.min(70, Math.floor(columns / 2) - 1);
  const rightWidth = columns - leftWidth - 2;
  return (
    <Frame
      left={`Baton   ${station.id}   ${station.site}`}
      right={<Clock operator={station.operator} />}
      hints={[
        { keys: 'Enter', does: strings.keys.openForm },
        { keys: 'F2', does: strings.keys.history },
        { keys: 'F4', does: strings.keys.uploads },
        ...(goesOn
          ? [{ keys: 'F3', does: strings.keys.lookAtRun }]
          : [
              { keys: 'F6', does: strings.keys.registerShort },
              { keys: 'F7', does: strings.keys.wirebondShort },
            ]),
      ]}
    >
      <TypedField label={strings.start.scan} text={typed} hint={strings.start.scanHint} />
      <Line bold={module !== undefined} dimColor={module === undefined}>
        {module ? strings.start.module(moduleName(module)) : strings.start.noModule}
      </Line>
      {[0, 1, 2].map((row) => (
        <Line key={row} color="yellow" bold>
          {message[row] ?? ' '}
        </Line>
      ))}
      <Box height={listRows} width={columns}>
        <Box flexDirection="column" width={leftWidth} height={listRows} overflow="hidden">
          <Rule title={strings.start.sequences} width={leftWidth} />
          <SequenceList sequences={sequences} list={list} />
        </Box>
        <Box marginLeft={2} width={rightWidth}>
          <StationPanel station={station} width={rightWidth} height={listRows} />
        </Box>
      </Box>
      <Rule title={strings.start.lastRuns} width={columns} />
      {runs.length === 0 && <Line dimColor>{strings.start.noRuns}</Line>}
      {runs
        .filter((run) => typed === '' || fitsTyped(wordsOfRun(run), typed) || fitting.length > 0)
        .slice(0, runRows - 1)
        .map((run) => (
          <RunRow key={run.id} run={run} chosen={false} width={columns} />
        ))}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: '0-9 A-Z', does: `${keys.filter}; ${strings.start.scanHint}` },
      { keys: '↑ ↓', does: keys.chooseSequence },
      { keys: 'Enter', does: keys.openForm },
      { keys: 'Esc', does: keys.clear },
      { keys: 'F2', does: keys.history },
      { keys: 'F3', does: keys.lookAtRun },
      { keys: 'F4', does: keys.uploads },
      { keys: 'F6', does: keys.register },
      { keys: 'F7', does: keys.wirebond },
      { keys: 'Ctrl-C, F10', does: keys.quit },
    ];
  }
}

export function moduleName({ name, serialNumber }: ModuleChoice): string {
  return serialNumber === undefined ? name : `${name}  ${serialNumber}`;
}

function wordsOf({ name, title = '' }: SequenceChoice): string {
  return `${name} ${title}`;
}

function Clock({ operator }: { operator: string }) {
  const now = new Date(useNow());
  return `${operator}   ${now.toTimeString().slice(0, 5)}`;
}

function SequenceList({
  sequences,
  list: { fitting, chosen, seen },
}: {
  sequences: readonly SequenceChoice[] | undefined;
  list: TypedList<SequenceChoice>;
}) {
  const { strings } = useSurroundings();
  if (!sequences) return <Line> </Line>;
  if (fitting.length === 0)
    return (
      <Line dimColor>{sequences.length === 0 ? strings.start.noSequences : strings.start.noneFits}</Line>
    );
  return seen.map((sequence) => (
    <Line key={sequence.name} bold={sequence === chosen} inverse={sequence === chosen}>
      {`${sequence === chosen ? '▸' : ' '} ${sequence.name.padEnd(20)} ${sequence.title ?? strings.start.faulty(sequence.problems)}`}
    </Line>
  ));
}
