import { useCallback, useEffect, useState } from 'react';
import { BatonError, type Problem } from '../../base/errors.ts';
import type {
  ModuleChoice,
  RunChoice,
  RunDetails,
  RunSummary,
  SequenceChoice,
  StationAccess,
} from '../station.ts';
import { stringsIn } from '../strings/strings.ts';
import type { Talk } from '../talk/talk.ts';
import type { UploadedRun } from '../uploads.ts';
import { FilesScreen } from './filesScreen.tsx';
import { HistoryScreen } from './historyScreen.tsx';
import { Frame, Line } from './parts/parts.tsx';
import { Surrounded, useKeys, useSurroundings } from './parts/surroundings.tsx';
import { PreflightScreen } from './preflightScreen.tsx';
import { ProblemScreen } from './problemScreen.tsx';
import { RecordScreen } from './recordScreen.tsx';
import { RunSession, type WatchedRun } from './run/runSession.tsx';
import { type FormState, SetupScreen } from './setupScreen.tsx';
import { StartScreen } from './startScreen.tsx';
import { TalkScreen } from './talkScreen.tsx';
import { EntriesScreen } from './uploads/entriesScreen.tsx';
import { UploadScreen } from './uploads/uploadScreen.tsx';

interface StationAppProps {
  /** @throws BatonError what is wrong with the station's files */
  load: () => Promise<StationAccess>;
  onQuit: () => void;
}

type Page =
  | { at: 'start'; typed: string }
  | { at: 'setup'; form: FormState }
  /** `form`: where it came from; absent for a traveller. */
  | { at: 'preflight'; title: string; choice: RunChoice; form?: FormState }
  | { at: 'run'; watched: WatchedRun }
  | { at: 'history' }
  | { at: 'record'; details: RunDetails }
  /** `back`: where it was opened. */
  | { at: 'upload'; run: UploadedRun; back: Page }
  | { at: 'uploads' }
  | { at: 'resume'; run: RunSummary }
  | { at: 'register' }
  | { at: 'pullFiles'; component: string }
  | { at: 'pulls'; files: readonly string[]; component: string };

/** The whole terminal of a station, in its language. */
export function StationApp({ load, onQuit }: StationAppProps) {
  const surroundings = useSurroundings();
  const [language, setLanguage] = useState<string>();
  const loadStation = useCallback(async () => {
    const station = await load();
    setLanguage(station.language);
    return station;
  }, [load]);
  const strings = language === undefined ? surroundings.strings : stringsIn(language);
  return (
    <Surrounded by={{ ...surroundings, strings }}>
      <Pages load={loadStation} onQuit={onQuit} />
    </Surrounded>
  );
}

/** From the scan of a module to its verdict, and to the next one. */
function Pages({ load, onQuit }: StationAppProps) {
  const { strings } = useSurroundings();
  const [station, setStation] = useState<StationAccess>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [page, setPage] = useState<Page>({ at: 'start', typed: '' });
  const [operator, setOperator] = useState<string>();
  const [pullFolder, setPullFolder] = useState<string>();
  const [failed, setFailed] = useState<unknown>();

  const begin = useCallback(async () => {
    setProblems([]);
    try {
      const loaded = await load();
      setStation(loaded);
      const watched = await loaded.goingOn();
      // Whoever comes back to a run that goes on wants to see it.
      if (watched) setPage({ at: 'run', watched });
    } catch (error) {
      if (error instanceof BatonError) setProblems(error.problems);
      else setFailed(error);
    }
  }, [load]);
  useEffect(() => void begin(), [begin]);
  // Thrown where React hands it on: the terminal is given back, and it is shown like any unexpected error.
  if (failed !== undefined) throw failed;

  if (problems.length > 0)
    return <ProblemScreen problems={problems} onAgain={() => void begin()} onQuit={onQuit} />;
  if (!station) return <LoadingScreen onQuit={onQuit} />;
  const toStart = (typed = '') => setPage({ at: 'start', typed });
  switch (page.at) {
    case 'start':
      return (
        <StartScreen
          station={operator === undefined ? station : { ...station, operator }}
          typedBefore={page.typed}
          onSetUp={(sequence, module) => setPage({ at: 'setup', form: emptyForm(sequence, module) })}
          onTraveller={(choice, title) =>
            setPage({ at: 'preflight', title, choice: { ...choice, operator: operator ?? station.operator } })
          }
          onHistory={() => setPage({ at: 'history' })}
          onRun={() => void lookAtRun()}
          onUploads={() => setPage({ at: 'uploads' })}
          onRegister={() => setPage({ at: 'register' })}
          onWirebond={(module) => setPage({ at: 'pullFiles', component: module?.serialNumber ?? '' })}
          onQuit={onQuit}
        />
      );
    case 'setup':
      return (
        <SetupScreen
          station={station}
          form={page.form}
          onChange={(form) => setPage({ at: 'setup', form })}
          onCheck={(choice) => {
            setOperator(choice.operator);
            const title = page.form.sequence.title ?? page.form.sequence.name;
            setPage({ at: 'preflight', title, choice, form: page.form });
          }}
          onBack={() => toStart()}
        />
      );
    case 'preflight':
      return (
        <PreflightScreen
          station={station}
          title={page.title}
          choice={page.choice}
          onStarted={(watched) => setPage({ at: 'run', watched })}
          onBack={() => (page.form ? setPage({ at: 'setup', form: page.form }) : toStart())}
        />
      );
    case 'run':
      return (
        <RunSession
          watched={page.watched}
          scans
          onLeave={() => leave(page.watched)}
          onEnd={(typed) => leave(page.watched, typed)}
          onUpload={() => uploadEnded(page.watched)}
        />
      );
    case 'history':
      return (
        <HistoryScreen
          station={station}
          onOpen={(run) => void open(run)}
          onUpload={(run) => setPage({ at: 'upload', run, back: page })}
          onResume={(run) => setPage({ at: 'resume', run })}
          onBack={() => toStart()}
        />
      );
    case 'record': {
      const { directory: path, record } = page.details;
      return (
        <RecordScreen
          details={page.details}
          onUpload={() => setPage({ at: 'upload', run: { id: record.run, path }, back: page })}
          onBack={() => setPage({ at: 'history' })}
        />
      );
    }
    case 'upload':
      return (
        <UploadScreen
          uploads={station.uploads}
          run={page.run}
          operator={operator ?? station.operator}
          onBack={() => setPage(page.back)}
        />
      );
    case 'uploads':
      return (
        <EntriesScreen title={strings.upload.queueTitle} uploads={station.uploads} onBack={() => toStart()} />
      );
    case 'resume':
      return (
        <TalkScreen
          title={`${strings.resume.title}   ${page.run.title}`}
          begin={(talk) => resume(page.run, talk)}
          onBack={() => setPage({ at: 'history' })}
        />
      );
    case 'register':
      return <TalkScreen title={strings.register.title} begin={station.register} onBack={() => toStart()} />;
    case 'pullFiles':
      return (
        <FilesScreen
          station={station}
          title={strings.wirebond.title}
          startAt={pullFolder}
          onTake={(files, folder) => {
            setPullFolder(folder);
            setPage({ at: 'pulls', files, component: page.component });
          }}
          onBack={() => toStart()}
        />
      );
    case 'pulls':
      return (
        <TalkScreen
          title={strings.wirebond.title}
          begin={(talk) => showPulls(page.files, page.component, talk)}
          onBack={() => setPage({ at: 'pullFiles', component: page.component })}
        />
      );
  }

  async function resume(run: RunSummary, talk: Talk): Promise<void> {
    const watched = await station?.resume(run, operator ?? station.operator, talk);
    if (!watched) return;
    // It goes on, whoever has gone away meanwhile.
    if (talk.left.aborted) watched.leave();
    else setPage({ at: 'run', watched });
  }

  async function showPulls(files: readonly string[], component: string, talk: Talk): Promise<void> {
    const answer = await talk.ask({
      text: strings.wirebond.component,
      hint: strings.wirebond.componentHint,
      optional: true,
      ...(component === '' ? {} : { default: component }),
    });
    if (answer !== 'back') await station?.wirebond(files, answer.said.trim(), talk);
  }

  function leave(watched: WatchedRun, typed = ''): void {
    watched.leave();
    toStart(typed);
  }

  /** The verdict was seen; behind its upload is the start screen. */
  function uploadEnded(watched: WatchedRun): void {
    watched.leave();
    const id = watched.run.record?.run;
    const start: Page = { at: 'start', typed: '' };
    setPage(id === undefined ? start : { at: 'upload', run: { id, path: watched.directory }, back: start });
  }

  async function lookAtRun(): Promise<void> {
    const watched = await station?.goingOn();
    if (watched) setPage({ at: 'run', watched });
  }

  async function open(run: RunSummary): Promise<void> {
    const watched = run.end === 'running' ? await station?.goingOn() : undefined;
    if (watched?.directory === run.path) return setPage({ at: 'run', watched });
    try {
      const details = await station?.record(run);
      if (details) setPage({ at: 'record', details });
    } catch (error) {
      if (error instanceof BatonError) setProblems(error.problems);
      else setFailed(error);
    }
  }

  /** One module alone is the one; of several nobody is taken by chance. */
  function emptyForm(sequence: SequenceChoice, module: ModuleChoice | undefined): FormState {
    const modules = station?.modules ?? [];
    const at = module ? modules.findIndex(({ index }) => index === module.index) : -1;
    return {
      sequence,
      module: at >= 0 ? at : modules.length === 1 ? 0 : undefined,
      operator: operator ?? station?.operator ?? '',
      upload: true,
      values: {},
    };
  }
}

function LoadingScreen({ onQuit }: { onQuit: () => void }) {
  const { strings } = useSurroundings();
  useKeys('screen', (key) => {
    if (key.key === 'ctrl' && key.letter === 'c') onQuit();
    return true;
  });
  return (
    <Frame left="Baton" right="" hints={[{ keys: 'Ctrl-C', does: strings.keys.quit }]}>
      <Line dimColor>{strings.start.loading}</Line>
    </Frame>
  );
}
