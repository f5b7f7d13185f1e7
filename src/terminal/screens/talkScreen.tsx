import { useEffect, useState } from 'react';
import { BatonError, formatProblem } from '../../base/errors.ts';
import { wrapped } from '../draw/wrapped.ts';
import type { Talk, TalkQuestion } from '../talk/talk.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line, Rule } from './parts/parts.tsx';
import { usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import { TalkBox, useConversation } from './parts/talkBox.tsx';

/**
 * A dialogue: what was said above, the question below. Esc goes back to the question before, or away from the first one;
 * going away answers nothing, so nothing is sent.
 */
export function TalkScreen({
  title,
  begin,
  onBack,
}: {
  title: string;
  begin: (talk: Talk) => Promise<void>;
  onBack: () => void;
}) {
  const { strings, rows: height, columns } = useSurroundings();
  const [talk] = useConversation();
  const [first] = useState(() => begin);
  const [ended, setEnded] = useState(false);
  const [scrolled, setScrolled] = useState(0);
  const [help, setHelp] = useState(false);

  useEffect(() => {
    const refused = (error: unknown): void => {
      if (!(error instanceof BatonError)) throw error;
      if (!talk.left.aborted) for (const problem of error.problems) talk.say(formatProblem(problem));
    };
    void first(talk)
      .catch(refused)
      .finally(() => setEnded(true));
    return () => talk.leave();
  }, [first, talk]);

  const { open } = talk;
  const rowsOf = (said: readonly string[]) => said.flatMap((line) => wrapped(line, columns));
  const lines = rowsOf(talk.lines);
  const box = open ? Math.min(height - 8, boxRows(open.question, columns)) : 2;
  const room = height - 3 - box;
  // What is new since the last answer is read from its beginning.
  const begins = open ? rowsOf(talk.lines.slice(0, open.newFrom)).length : Math.max(0, lines.length - room);
  const from = Math.max(0, Math.min(begins + scrolled, Math.max(begins, lines.length - room)));
  const below = lines.length - from - room;
  const move = (by: number) => setScrolled(from + by - begins);

  usePageKeys(
    { onBack: () => (open?.question.back ? back() : onBack()), onHelp: () => setHelp(true) },
    (key) => {
      switch (key.key) {
        case 'pageUp':
          move(-room);
          return true;
        case 'pageDown':
          move(Math.min(room, Math.max(0, below)));
          return true;
        case 'ctrl':
          if (key.letter === 'c') onBack();
          return key.letter === 'c';
        case 'enter':
          if (ended && !key.scanned) onBack();
          return true;
        default:
          return false;
      }
    },
  );

  function back(): void {
    setScrolled(0);
    talk.answer('back');
  }

  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  return (
    <Frame
      left={title}
      right=""
      hints={[
        { keys: 'Enter', does: ended ? strings.keys.back : strings.keys.answer },
        { keys: 'Esc', does: open?.question.back ? strings.keys.before : strings.keys.cancel },
        ...(lines.length > room ? [{ keys: 'PgUp PgDn', does: strings.keys.scrollShort }] : []),
      ]}
    >
      {Array.from({ length: room }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
        <Line key={i}>{lines[from + i] || ' '}</Line>
      ))}
      <Rule title={below > 0 ? strings.talk.more(below) : ''} width={columns} />
      {open ? (
        <TalkBox talk={talk} width={columns} height={box} />
      ) : (
        <Line bold={ended} dimColor={!ended}>
          {ended ? strings.talk.done : strings.talk.working}
        </Line>
      )}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: 'Enter', does: keys.answer },
      { keys: 'y', does: strings.talk.yesHelp },
      { keys: '↑ ↓', does: keys.choose },
      { keys: 'Esc', does: `${keys.before}; ${keys.cancel}` },
      { keys: 'Ctrl-C', does: keys.cancel },
      { keys: 'PgUp PgDn', does: keys.scrollSaid },
    ];
  }
}

/** Rows that a question wants: itself, its field, what is said about it, and its choices. */
function boxRows({ text, choices, hint, wrong = [] }: TalkQuestion, columns: number): number {
  const about = (hint?.split('\n').length ?? 0) + wrong.length;
  return 2 + wrapped(text, columns).length + about + (choices ? Math.min(choices.length + 1, 14) : 0);
}
