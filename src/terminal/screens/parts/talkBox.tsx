import { Box } from 'ink';
import { useRef, useState, useSyncExternalStore } from 'react';
import { wrapped } from '../../draw/wrapped.ts';
import { Conversation } from '../../talk/conversation.ts';
import type { TalkQuestion } from '../../talk/talk.ts';
import { ChoiceRow, useDeliberateKey } from './deliberateKey.tsx';
import { Line } from './parts.tsx';
import { TypedField } from './scanField.tsx';
import { useKeys, useSurroundings } from './surroundings.tsx';
import { useTypedList } from './typedList.tsx';

/** A conversation of a screen's own, drawn again when something is said or asked. */
export function useConversation(): [Conversation] {
  const [talk] = useState(() => new Conversation());
  useSyncExternalStore(talk.subscribe, () => talk.version);
  return [talk];
}

/** The question that is open, with its answer as it is typed or chosen. */
export function TalkBox({ talk, width, height }: { talk: Conversation; width: number; height: number }) {
  if (!talk.open) return null;
  const { number, question } = talk.open;
  return (
    <OpenQuestion
      key={number}
      question={question}
      width={width}
      height={height}
      onAnswer={(said) => talk.answer({ said })}
    />
  );
}

function OpenQuestion({
  question,
  width,
  height,
  onAnswer,
}: {
  question: TalkQuestion;
  width: number;
  height: number;
  onAnswer: (said: string) => void;
}) {
  const { choices, confirm, text, hint, default: preset, optional, secret, wrong = [] } = question;
  const { strings, now } = useSurroundings();
  const asked = useRef(now());
  const above = [...wrong, ...wrapped(text, width), ...(hint === undefined ? [] : hint.split('\n'))];
  const room = Math.max(1, height - 2 - above.length);
  const list = useTypedList(choices ?? [], ({ value, name }) => `${value} ${name}`, room, {
    at: Math.max(0, choices?.findIndex(({ value }) => value === preset) ?? 0),
  });
  const consider = useDeliberateKey('y', confirm ? asked.current : undefined, () => onAnswer('yes'));

  useKeys('dialog', (key) => {
    if (confirm) {
      consider(key);
      if (key.key === 'enter' && !key.scanned) onAnswer('no');
      else if (key.key === 'text' && key.text === 'n' && !key.scanned) onAnswer('no');
      else return key.key === 'text' || key.key === 'enter';
      return true;
    }
    if (key.key === 'enter') send(key.scanned);
    // What was said is scrolled with these.
    else if (key.key === 'pageUp' || key.key === 'pageDown') return false;
    else return list.press(key);
    return true;
  });

  /** A scan may be a serial number; of choices it chooses none. */
  function send(scanned: boolean): void {
    if (!choices) onAnswer(list.typed === '' ? (preset ?? '') : list.typed);
    else if (!scanned && list.chosen) onAnswer(list.chosen.value);
  }

  const label = choices ? strings.history.filter : strings.talk.answer;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {wrong.map((line) => (
        <Line key={line} color="red">
          {line}
        </Line>
      ))}
      {wrapped(text, width).map((line) => (
        <Line key={line} bold color="yellow">
          {line}
        </Line>
      ))}
      {hint?.split('\n').map((line) => (
        <Line key={line} dimColor={!confirm}>
          {line || ' '}
        </Line>
      ))}
      {confirm ? (
        <ChoiceRow act={strings.talk.yes} />
      ) : (
        <TypedField
          label={label}
          text={secret ? '*'.repeat(list.typed.length) : list.typed}
          hint={preset !== undefined ? strings.talk.preset(preset) : optional ? strings.talk.optional : ''}
        />
      )}
      {list.seen.map((choice) => (
        <Line key={choice.value} inverse={choice === list.chosen}>
          {`${choice === list.chosen ? '▸' : ' '} ${choice.value}  ${choice.name === choice.value ? '' : choice.name}`}
        </Line>
      ))}
      {choices && list.fitting.length > room && (
        <Line dimColor>{strings.talk.filtered(list.seen.length, choices.length)}</Line>
      )}
    </Box>
  );
}
