import { Text } from 'ink';
import { useRef, useState } from 'react';
import { formatProblem } from '../../../base/errors.ts';
import { firstSeen } from '../../draw/firstSeen.ts';
import { chooseRows, decided, toggled } from '../../review.ts';
import type { Strings } from '../../strings/en.ts';
import type { ReviewRow, UploadReview } from '../../uploads.ts';
import { ChoiceRow, useDeliberateKey } from '../parts/deliberateKey.tsx';
import { HelpScreen } from '../parts/helpScreen.tsx';
import { Frame, Line, verdictColour } from '../parts/parts.tsx';
import { TypedField, withoutLast } from '../parts/scanField.tsx';
import { usePageKeys, useSurroundings } from '../parts/surroundings.tsx';

/** A line that is being typed below the list. */
type Typing = { what: 'ranges' | 'reason'; text: string };

/** What goes into the database, and what is said of it there: only what passed, until somebody changes it. */
export function UploadReviewScreen({
  review,
  operator,
  onUpload,
  onBack,
}: {
  review: UploadReview;
  operator: string;
  onUpload: (rows: readonly ReviewRow[]) => void;
  onBack: () => void;
}) {
  const { strings, rows: height, columns, now } = useSurroundings();
  const [rows, setRows] = useState(review.rows);
  const [at, setAt] = useState(0);
  const [typing, setTyping] = useState<Typing>();
  const [problem, setProblem] = useState('');
  const [help, setHelp] = useState(false);
  const shown = useRef(now());
  const count = rows.filter(({ upload }) => upload).length;
  const row = rows[at];
  const passes = row ? !(row.decision?.passed ?? row.verdict === 'PASS') : true;

  const consider = useDeliberateKey('y', typing || count === 0 ? undefined : shown.current, () =>
    onUpload(rows),
  );
  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    consider(key);
    setProblem('');
    if (typing) {
      if (key.key === 'text') setTyping({ ...typing, text: typing.text + key.text });
      else if (key.key === 'backspace') setTyping({ ...typing, text: withoutLast(typing.text) });
      else if (key.key === 'enter' && !key.scanned) take(typing);
      else if (key.key === 'escape') setTyping(undefined);
      else return false;
      return true;
    }
    switch (key.key) {
      case 'up':
        setAt(Math.max(0, at - 1));
        return true;
      case 'down':
        setAt(Math.min(rows.length - 1, at + 1));
        return true;
      case 'text':
        if (!key.scanned) press(key.text);
        return true;
      case 'enter':
        if (!key.scanned) onBack();
        return true;
      default:
        return false;
    }
  });

  function press(sign: string): void {
    if (sign === 'n') onBack();
    else if (sign === 'r') setTyping({ what: 'ranges', text: '' });
    else if (sign === ' ' && row) setRows(toggled(rows, at));
    // Files have no verdict in the database that could be changed.
    else if (sign === 'd' && row?.testType !== undefined) setTyping({ what: 'reason', text: '' });
    else if (sign === 't' && row?.decision) change(decided(rows, at, undefined));
  }

  function take({ what, text }: Typing): void {
    change(
      what === 'ranges'
        ? chooseRows(rows, text)
        : decided(rows, at, { passed: passes, reason: text, by: operator }),
    );
  }

  function change(changed: ReturnType<typeof chooseRows>): void {
    if ('problem' in changed) {
      setProblem(changed.problem);
      return;
    }
    setRows(changed);
    setTyping(undefined);
  }

  const title = `${strings.upload.title}   ${review.title}`;
  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  const notes = review.notes
    .flatMap((note) => formatProblem(note).split('\n'))
    .slice(0, Math.max(0, Math.min(8, height - 12 - rows.length)));
  const room = Math.max(3, height - 9 - notes.length);
  const from = firstSeen(at, rows.length, room);
  return (
    <Frame
      left={title}
      right={strings.upload.to(review.database)}
      hints={[
        { keys: 'Enter', does: strings.keys.cancel },
        { keys: 'Space', does: strings.keys.toggle },
        { keys: 'r', does: strings.keys.rangesShort },
        { keys: 'd', does: strings.keys.decideShort },
      ]}
    >
      <Line bold>{rowText(strings.upload.heads, columns)}</Line>
      {rows.length === 0 && <Line dimColor>{strings.upload.nothing}</Line>}
      {rows.slice(from, from + room).map((one, i) => (
        <Row key={`${one.step} ${one.component}`} row={one} number={from + i} chosen={from + i === at} />
      ))}
      <Line> </Line>
      <Line>{row ? `  ${row.component}   ${row.step}   ${strings.upload.files(row.files)}` : ' '}</Line>
      <Line>{row ? decisionOf(row, strings) : ' '}</Line>
      {notes.map((text) => (
        <Line key={text} dimColor>
          {text}
        </Line>
      ))}
      {typing ? (
        <TypedField
          label={typing.what === 'ranges' ? strings.upload.ranges : strings.upload.reason(word(passes))}
          text={typing.text}
          hint={typing.what === 'ranges' ? strings.upload.rangesHint : strings.upload.reasonHint}
        />
      ) : (
        <ChoiceRow
          act={count === 0 ? strings.upload.none : strings.upload.act(count, review.database)}
          colour={count === 0 ? 'yellow' : 'green'}
        />
      )}
      <Line color="red">{problem || ' '}</Line>
    </Frame>
  );

  function word(passed: boolean): string {
    return strings.verdicts[passed ? 'PASS' : 'FAIL'];
  }

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: 'y', does: keys.upload },
      { keys: 'Enter, Esc, n, Ctrl-C', does: keys.cancel },
      { keys: '↑ ↓', does: keys.choose },
      { keys: 'Space', does: keys.toggle },
      { keys: 'r', does: `${keys.ranges}: ${strings.upload.rangesHint}` },
      { keys: 'd', does: keys.decide },
      { keys: 't', does: keys.takeBack },
    ];
  }
}

function Row({ row, number, chosen }: { row: ReviewRow; number: number; chosen: boolean }) {
  const { strings, columns } = useSurroundings();
  const { upload } = strings;
  const verdict = row.decision ? (row.decision.passed ? 'PASS' : 'FAIL') : row.verdict;
  const cells = {
    row: String(number),
    upload: row.upload ? upload.yes : upload.no,
    verdict: strings.verdicts[verdict],
    component: row.component,
    what: row.testType ?? upload.files(row.files),
    step: row.step,
    remarks: remarksOf(row, strings),
  };
  return (
    <Line inverse={chosen} bold={row.upload}>
      <Text color={verdictColour(verdict)}>{rowText(cells, columns)}</Text>
    </Line>
  );
}

function remarksOf({ decision, known }: ReviewRow, { upload }: Strings): string {
  if (decision) return upload.byHand;
  return known ? (upload.known[known] ?? known) : '';
}

function decisionOf({ decision, verdict }: ReviewRow, { upload, verdicts }: Strings): string {
  if (!decision) return ' ';
  const word = decision.passed ? verdicts.PASS : verdicts.FAIL;
  return `  ${upload.decided(word, verdicts[verdict], decision.reason)}`;
}

type Cells = Strings['upload']['heads'];

/** The numbers are those that ranges are typed with. */
function rowText({ row, upload, verdict, component, what, step, remarks }: Cells, columns: number): string {
  const wide = columns >= 110;
  return [
    row.padStart(3),
    upload.padEnd(7),
    verdict.padEnd(13),
    ...(wide ? [component.padEnd(14), what.padEnd(24), step.padEnd(24)] : [what.slice(0, 22).padEnd(22)]),
    wide || remarks ? remarks : step,
  ].join('  ');
}
