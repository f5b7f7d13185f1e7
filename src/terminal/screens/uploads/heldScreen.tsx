import { Box, Text } from 'ink';
import { useEffect, useRef, useState } from 'react';
import { BatonError, formatProblem, type Problem } from '../../../base/errors.ts';
import { firstSeen } from '../../draw/firstSeen.ts';
import type { ComparedField, Comparison, HeldDecision, QueuedUpload, UploadAccess } from '../../uploads.ts';
import { ChoiceRow, useDeliberateKey } from '../parts/deliberateKey.tsx';
import { HelpScreen } from '../parts/helpScreen.tsx';
import { Frame, Line, Rule } from '../parts/parts.tsx';
import { TypedField, withoutLast } from '../parts/scanField.tsx';
import { usePageKeys, useSurroundings } from '../parts/surroundings.tsx';
import { TalkBox, useConversation } from '../parts/talkBox.tsx';

/** Rows for why it is held. */
const problemRows = 5;
/** Rows for both values of the field that is chosen. */
const valueRows = 3;

/** An upload that needs a person: why, beside what it looks like, field by field, and what is to become of it. */
export function HeldScreen({
  entry,
  uploads,
  onDecided,
  onBack,
}: {
  entry: QueuedUpload;
  uploads: UploadAccess;
  onDecided: (entry: QueuedUpload) => void;
  onBack: () => void;
}) {
  const { strings, rows: height, columns, now } = useSurroundings();
  const [talk] = useConversation();
  const [beside, setBeside] = useState<Comparison | 'none'>();
  const [problems, setProblems] = useState(entry.problems);
  const [at, setAt] = useState(0);
  const [reason, setReason] = useState<string>();
  const [help, setHelp] = useState(false);
  const shown = useRef<number>(undefined);

  useEffect(() => {
    const refused = (error: unknown): void => {
      if (!(error instanceof BatonError)) throw error;
      if (!talk.left.aborted) setProblems((before: readonly Problem[]) => [...before, ...error.problems]);
    };
    void uploads
      .compare(entry, talk)
      .then((found) => setBeside(found ?? 'none'), refused)
      .finally(() => {
        shown.current = now();
      });
    return () => talk.leave();
  }, [uploads, entry, talk, now]);

  /** One that looks like another is sent although it does; what was wrong otherwise may have been put right. */
  const again: HeldDecision = { do: beside === 'none' ? 'try again' : 'send anyway' };
  const consider = useDeliberateKey(
    'y',
    reason === undefined && beside ? shown.current : undefined,
    () => void decide(again),
  );
  const lines = changedFirst(beside && beside !== 'none' ? beside.fields : []);
  const field = lines[at];
  const text = problems.flatMap((problem) => formatProblem(problem).split('\n'));
  const room = height - 6 - problemRows - valueRows;
  const from = firstSeen(at, lines.length, room);
  const move = (by: number) => setAt(Math.max(0, Math.min(lines.length - 1, at + by)));

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    consider(key);
    if (reason !== undefined) {
      if (key.key === 'text') setReason(reason + key.text);
      else if (key.key === 'backspace') setReason(withoutLast(reason));
      else if (key.key === 'escape') setReason(undefined);
      else if (key.key === 'enter' && !key.scanned && reason.trim() !== '')
        void decide({ do: 'drop', reason: reason.trim() });
      else return false;
      return true;
    }
    switch (key.key) {
      case 'up':
        move(-1);
        return true;
      case 'down':
        move(1);
        return true;
      case 'text':
        if (key.text === 'd' && !key.scanned) setReason('');
        return true;
      case 'enter':
        if (!key.scanned) onBack();
        return true;
      default:
        return false;
    }
  });

  async function decide(decision: HeldDecision): Promise<void> {
    onDecided(await uploads.decide(entry, decision));
  }

  const title = `${strings.upload.states.held}   ${entry.what}   ${entry.component}`;
  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  const { compareHeads } = strings.upload;
  return (
    <Frame
      left={title}
      right=""
      hints={[
        { keys: 'Enter', does: strings.keys.later },
        { keys: 'd', does: strings.keys.drop },
        { keys: '↑ ↓', does: strings.keys.choose },
      ]}
    >
      <Box flexDirection="column" height={problemRows} overflow="hidden" flexShrink={0}>
        {text.map((line) => (
          <Text key={line}>{line}</Text>
        ))}
      </Box>
      <Rule title={beside && beside !== 'none' ? strings.upload.beside(beside.other) : ''} width={columns} />
      {!beside && !talk.open && <Line dimColor>{strings.upload.comparing}</Line>}
      {talk.open && <TalkBox talk={talk} width={columns} height={room} />}
      {beside === 'none' && <Line dimColor>{strings.upload.nothingBeside}</Line>}
      {lines.length > 0 && <Line bold>{fieldText(compareHeads, columns)}</Line>}
      {lines.slice(from, from + room).map((line) => (
        <Line key={line.field} dimColor={line.same} bold={!line.same} inverse={line === field}>
          {fieldText(line, columns)}
        </Line>
      ))}
      {field && (
        <Box flexDirection="column" height={valueRows} overflow="hidden" flexShrink={0}>
          <Line>{`${compareHeads.earlier}: ${field.earlier}`}</Line>
          <Text>{`${compareHeads.new}: ${field.new}`}</Text>
        </Box>
      )}
      {reason === undefined ? (
        <ChoiceRow
          act={
            beside &&
            `${again.do === 'try again' ? strings.upload.again : strings.upload.anyway}    ${strings.upload.drop}`
          }
          colour="yellow"
        />
      ) : (
        <TypedField label={strings.upload.dropReason} text={reason} hint={strings.upload.dropHint} />
      )}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: 'Enter, Esc, Ctrl-C', does: keys.later },
      { keys: 'y', does: again.do === 'try again' ? keys.tryAgain : keys.anyway },
      { keys: 'd', does: keys.drop },
      { keys: '↑ ↓', does: keys.choose },
    ];
  }
}

function changedFirst(fields: readonly ComparedField[]): ComparedField[] {
  return [...fields.filter(({ same }) => !same), ...fields.filter(({ same }) => same)];
}

function fieldText(
  { field, earlier, new: now, change }: { field: string; earlier: string; new: string; change: string },
  columns: number,
): string {
  const width = Math.floor((columns - 6) / 4);
  const cell = (text: string) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
  return `  ${[field, earlier, now].map(cell).join(' ')} ${change}`;
}
