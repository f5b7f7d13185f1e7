import { Box } from 'ink';
import { useRef, useState, useSyncExternalStore } from 'react';
import { wrapped } from '../draw/wrapped.ts';
import { Conversation } from '../talk/conversation.ts';
import type { TalkChoice, TalkQuestion } from '../talk/talk.ts';
import { ChoiceRow, useDeliberateKey } from './deliberateKey.tsx';
import { Line } from './parts.tsx';
import { TypedField, withoutLast } from './scanField.tsx';
import { useKeys, useSurroundings } from './surroundings.tsx';

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
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(() => Math.max(0, choices?.findIndex(({ value }) => value === preset) ?? 0));
  const asked = useRef(now());
  const fitting = (choices ?? []).filter((choice) => fits(choice, typed));
  const last = fitting.length - 1;
  const consider = useDeliberateKey('y', confirm ? asked.current : undefined, () => onAnswer('yes'));

  useKeys('dialog', (key) => {
    if (confirm) {
      consider(key);
      if (key.key === 'enter' && !key.scanned) onAnswer('no');
      else if (key.key === 'text' && key.text === 'n' && !key.scanned) onAnswer('no');
      else return key.key === 'text' || key.key === 'enter';
      return true;
    }
    switch (key.key) {
      case 'text':
        setTyped(typed + key.text);
        setAt(0);
        return true;
      case 'backspace':
        setTyped(withoutLast(typed));
        return true;
      case 'up':
      case 'down':
        if (!choices) return false;
        setAt(Math.max(0, Math.min(last, at + (key.key === 'up' ? -1 : 1))));
        return true;
      case 'enter':
        send(key.scanned);
        return true;
      default:
        return false;
    }
  });

  /** A scan may be a serial number; of choices it chooses none. */
  function send(scanned: boolean): void {
    if (!choices) onAnswer(typed === '' ? (preset ?? '') : typed);
    else if (!scanned) {
      const answer = fitting[Math.min(at, last)]?.value;
      if (answer !== undefined) onAnswer(answer);
    }
  }

  const head = [...wrong, ...(hint === undefined ? [] : hint.split('\n'))];
  const room = Math.max(1, height - 2 - wrapped(text, width).length - head.length);
  const from = Math.max(0, Math.min(at - Math.floor(room / 2), fitting.length - room));
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
          text={secret ? '*'.repeat(typed.length) : typed}
          hint={preset !== undefined ? strings.talk.preset(preset) : optional ? strings.talk.optional : ''}
        />
      )}
      {fitting.slice(from, from + room).map((choice, i) => (
        <Line key={choice.value} inverse={from + i === at}>
          {`${from + i === at ? '▸' : ' '} ${choice.value}  ${choice.name === choice.value ? '' : choice.name}`}
        </Line>
      ))}
      {choices && fitting.length > room && (
        <Line dimColor>{strings.talk.filtered(Math.min(room, fitting.length), choices.length)}</Line>
      )}
    </Box>
  );
}

function fits({ value, name }: TalkChoice, typed: string): boolean {
  return `${value} ${name}`.toLowerCase().includes(typed.trim().toLowerCase());
}
