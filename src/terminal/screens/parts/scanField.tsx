import { Text } from 'ink';
import { Line } from './parts.tsx';

/** Text that is being typed, with a cursor behind it. */
export function TypedField({ label, text, hint }: { label: string; text: string; hint: string }) {
  return (
    <Line>
      <Text bold>{label} ▸ </Text>
      {text}
      <Text inverse> </Text>
      {text === '' ? <Text dimColor>{` ${hint}`}</Text> : ''}
    </Line>
  );
}

/** What backspace leaves of a text. */
export function withoutLast(text: string): string {
  return [...text].slice(0, -1).join('');
}
