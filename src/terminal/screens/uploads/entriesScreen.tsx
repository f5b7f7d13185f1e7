import { Text } from 'ink';
import { useCallback, useEffect, useState } from 'react';
import { BatonError, formatProblem, type Problem } from '../../../base/errors.ts';
import { firstSeen } from '../../draw/firstSeen.ts';
import type { Talk } from '../../talk/talk.ts';
import type { QueuedUpload, UploadAccess, UploadEnd, UploadProgress } from '../../uploads.ts';
import { HelpScreen } from '../parts/helpScreen.tsx';
import { Frame, Line, Rule } from '../parts/parts.tsx';
import { usePageKeys, useSurroundings } from '../parts/surroundings.tsx';
import { TalkBox, useConversation } from '../parts/talkBox.tsx';
import { HeldScreen } from './heldScreen.tsx';

type Begin = (talk: Talk, progress: UploadProgress) => Promise<UploadEnd>;

/** Uploads on their way, and what became of them. What is held is compared and decided from here. */
export function EntriesScreen({
  title,
  uploads,
  begin,
  onBack,
}: {
  title: string;
  uploads: UploadAccess;
  /** What is under way at first; without it, what waits is shown, and nothing sent until somebody wants it. */
  begin?: Begin;
  onBack: () => void;
}) {
  const { strings, rows: height, columns } = useSurroundings();
  const [talk] = useConversation();
  const [entries, setEntries] = useState<readonly QueuedUpload[]>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [sending, setSending] = useState(false);
  const [first] = useState(() => begin);
  const [at, setAt] = useState(0);
  const [held, setHeld] = useState<QueuedUpload>();
  const [help, setHelp] = useState(false);
  const entry = entries?.[Math.min(at, entries.length - 1)];

  const run = useCallback(
    async (work: Begin): Promise<void> => {
      setSending(true);
      setProblems([]);
      try {
        const end = await work(talk, { tell: setEntries, signal: talk.left });
        setEntries(end.entries);
        setProblems(end.problems);
      } catch (error) {
        if (!(error instanceof BatonError)) throw error;
        if (!talk.left.aborted) setProblems(error.problems);
      } finally {
        setSending(false);
      }
    },
    [talk],
  );
  useEffect(() => {
    if (first) void run(first);
    else void uploads.queue().then(setEntries);
    // What is on its way when somebody leaves stays in the queue, and is asked for before it is sent again.
    return () => talk.leave();
  }, [first, uploads, talk, run]);

  usePageKeys({ onBack, onHelp: () => setHelp(true), covered: held !== undefined }, (key) => {
    switch (key.key) {
      case 'up':
        setAt(Math.max(0, at - 1));
        return true;
      case 'down':
        setAt(Math.min((entries?.length ?? 1) - 1, at + 1));
        return true;
      case 'enter':
        if (key.scanned) return true;
        if (entry?.state === 'held' && !sending) setHeld(entry);
        else if (!sending) onBack();
        return true;
      case 'text':
        if (key.text === 's' && !key.scanned && !sending && entries?.length) void run(uploads.send);
        return true;
      default:
        return false;
    }
  });

  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  if (held)
    return (
      <HeldScreen
        entry={held}
        uploads={uploads}
        onDecided={(decided) => {
          setHeld(undefined);
          setEntries(entries?.map((one) => (one.n === decided.n ? decided : one)));
          if (decided.state === 'waiting') void run(sendOnly(entries ?? [], decided));
        }}
        onBack={() => setHeld(undefined)}
      />
    );
  const told = [...problems.flatMap((problem) => formatProblem(problem).split('\n')), ...talk.lines];
  const below = talk.open ? 8 : Math.min(6, told.length + 1);
  const room = Math.max(3, height - 5 - below);
  const from = firstSeen(at, entries?.length ?? 0, room);
  return (
    <Frame
      left={title}
      right={summary()}
      hints={[
        { keys: 'Enter', does: entry?.state === 'held' ? strings.keys.compare : strings.keys.back },
        { keys: 's', does: strings.keys.sendNow },
        { keys: 'Esc', does: strings.keys.back },
      ]}
    >
      <Line bold>{sending ? progressText() : ' '}</Line>
      {entries?.length === 0 && <Line dimColor>{strings.upload.empty}</Line>}
      {(entries ?? []).slice(from, from + room).map((one) => (
        <EntryRow key={one.n} entry={one} chosen={one === entry} />
      ))}
      {below > 1 && <Rule title={strings.upload.told} width={columns} />}
      {talk.open ? (
        <TalkBox talk={talk} width={columns} height={below} />
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
        told.slice(-below + 1).map((text, i) => <Line key={i}>{text}</Line>)
      )}
    </Frame>
  );

  /** The one that was decided is sent, and the others on the screen stay there. */
  function sendOnly(before: readonly QueuedUpload[], decided: QueuedUpload): Begin {
    return async (who, { signal }) => {
      const merge = (now: readonly QueuedUpload[]) =>
        before.map((one) => now.find(({ n }) => n === one.n) ?? (one.n === decided.n ? decided : one));
      const end = await uploads.send(who, { tell: (now) => setEntries(merge(now)), signal });
      return { ...end, entries: merge(end.entries) };
    };
  }

  function progressText(): string {
    const done = (entries ?? []).filter(({ state }) => state === 'confirmed' || state === 'held').length;
    return entries ? strings.upload.sending(done, entries.length) : strings.talk.working;
  }

  function summary(): string {
    const count = (...states: string[]) =>
      (entries ?? []).filter(({ state }) => states.includes(state)).length;
    return strings.upload.sent(count('confirmed'), count('waiting', 'sending'), count('held'));
  }

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: '↑ ↓', does: keys.choose },
      { keys: 'Enter', does: `${keys.compare}; ${keys.back}` },
      { keys: 's', does: keys.sendNow },
      { keys: 'Esc, Ctrl-C', does: keys.back },
    ];
  }
}

const colours: Partial<Record<QueuedUpload['state'], string>> = { confirmed: 'green', held: 'red' };

function EntryRow({ entry, chosen }: { entry: QueuedUpload; chosen: boolean }) {
  const { strings } = useSurroundings();
  const { state, component, what, runNumber = '', problems, remote } = entry;
  const [problem] = problems;
  const colour = colours[state];
  return (
    <Line inverse={chosen}>
      {chosen ? '▸ ' : '  '}
      <Text bold {...(colour ? { color: colour } : {})}>
        {(strings.upload.states[state] ?? state).padEnd(16)}
      </Text>
      {`${component.padEnd(15)}${what.padEnd(20)} `}
      {problem ? `${problem.code} ${problem.what}` : state === 'confirmed' ? (remote ?? '') : runNumber}
    </Line>
  );
}
