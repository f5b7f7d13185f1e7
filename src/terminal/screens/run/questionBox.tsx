import { Box, Text } from 'ink';
import { useRef, useState } from 'react';
import { presentable } from '../../run/logTail.ts';
import type { RunQuestion } from '../../run/runWatch.ts';
import { Line, Rule } from '../parts/parts.tsx';
import { withoutLast } from '../parts/scanField.tsx';
import { useKeys, useSurroundings } from '../parts/surroundings.tsx';

/** What was typed ahead, before anybody could have read the question, is no answer to it, ms. */
const readingMs = 300;

/**
 * A question of a calibration or a check. An answer may energise the module: so a scan can fill the field and cannot
 * send it, nothing is chosen beforehand, and what comes in the first moment is passed over.
 */
export function QuestionBox({
  question,
  width,
  height,
  onAnswer,
}: {
  question: RunQuestion;
  width: number;
  height: number;
  onAnswer: (text: string) => void;
}) {
  const { strings, now } = useSurroundings();
  const asked = useRef(now());
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<number>();
  const { choices } = question;
  useKeys('dialog', (key) => {
    if (
      key.key !== 'text' &&
      key.key !== 'enter' &&
      key.key !== 'backspace' &&
      key.key !== 'up' &&
      key.key !== 'down'
    )
      return false;
    if (now() - asked.current < readingMs) return true;
    if (key.key === 'enter') send(key.scanned);
    else if (choices) setChosen(choose(choices, chosen, key));
    else if (key.key === 'text') setTyped(typed + key.text);
    else if (key.key === 'backspace') setTyped(withoutLast(typed));
    else return false;
    return true;
  });
  function send(scanned: boolean) {
    if (scanned) return;
    const answer = choices ? choices[chosen ?? -1] : typed;
    if (answer !== undefined) onAnswer(answer);
  }
  const below = choices ? choices.length + 1 : 2;
  const text = question.text
    .split('\n')
    .map(presentable)
    .slice(-Math.max(1, height - 1 - below));
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Rule title={strings.run.asks(question.step)} width={width} />
      {text.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
        <Line key={i} color="yellow" bold>
          {line || ' '}
        </Line>
      ))}
      {choices?.map((choice, i) => (
        <Line key={choice} inverse={i === chosen}>
          {`${i === chosen ? '▸' : ' '} ${i + 1}  ${choice}`}
        </Line>
      ))}
      {!choices && (
        <Line>
          {strings.run.yourAnswer} <Text bold>{question.secret ? '*'.repeat(typed.length) : typed}</Text>
          <Text inverse> </Text>
          {typed === '' && <Text dimColor>{` ${presentable(question.placeholder ?? '')}`}</Text>}
        </Line>
      )}
      <Line dimColor>{choices ? strings.run.chooseAnswer : strings.run.sendAnswer}</Line>
    </Box>
  );
}

function choose(
  choices: readonly string[],
  chosen: number | undefined,
  key: { key: string; text?: string; scanned?: boolean },
): number | undefined {
  if (key.key === 'down') return chosen === undefined ? 0 : Math.min(choices.length - 1, chosen + 1);
  if (key.key === 'up') return chosen === undefined ? choices.length - 1 : Math.max(0, chosen - 1);
  const number = key.key === 'text' && !key.scanned ? Number(key.text) : Number.NaN;
  return Number.isInteger(number) && number >= 1 && number <= choices.length ? number - 1 : chosen;
}
