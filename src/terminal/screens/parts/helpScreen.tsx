import { Text } from 'ink';
import { Frame, Line } from './parts.tsx';
import { useKeys, useSurroundings } from './surroundings.tsx';

interface KeyHelp {
  keys: string;
  does: string;
}

/** Every key of the screen below it. */
export function HelpScreen({
  title,
  keys,
  onClose,
}: {
  title: string;
  keys: readonly KeyHelp[];
  onClose: () => void;
}) {
  const { strings } = useSurroundings();
  const everywhere: KeyHelp[] = [
    { keys: 'Ctrl-Z', does: strings.keys.suspend },
    { keys: 'Ctrl-L', does: strings.keys.redraw },
  ];
  useKeys('dialog', (key) => {
    onClose();
    // Stopping must not wait for a page to be closed: what the screen below does with it, it does.
    return !(key.key === 'ctrl' || (key.key === 'text' && key.text === 's'));
  });
  return (
    <Frame left={`${strings.keys.title}   ${title}`} right="" hints={[]}>
      <Line> </Line>
      {[...keys, ...everywhere].map(({ keys: name, does }) => (
        <Line key={name}>
          {'  '}
          <Text bold>{name.padEnd(22)}</Text>
          {does}
        </Line>
      ))}
      <Line> </Line>
      <Line dimColor>{`  ${strings.keys.close}`}</Line>
    </Frame>
  );
}
