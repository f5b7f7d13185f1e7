import { Box, Text, type TextProps } from 'ink';
import type { ReactNode } from 'react';
import type { Verdict } from '../../../base/verdict.ts';
import { useSurroundings } from './surroundings.tsx';

/** One row of text, cut where the room ends. */
export function Line({ children, ...style }: TextProps & { children?: ReactNode }) {
  return (
    <Text wrap="truncate" {...style}>
      {children ?? ' '}
    </Text>
  );
}

/** A row that divides, with a title in it. */
export function Rule({ title, note, width }: { title: string; note?: string; width: number }) {
  const behind = note === undefined ? '' : ` ${note} `;
  if (title === '')
    return <Line dimColor>{`${'─'.repeat(Math.max(0, width - behind.length))}${behind}`}</Line>;
  const used = title.length + 4 + behind.length;
  return (
    <Line dimColor={false}>
      <Text dimColor>── </Text>
      <Text bold>{title}</Text>
      <Text dimColor> {'─'.repeat(Math.max(0, width - used))}</Text>
      {behind}
    </Line>
  );
}

export interface KeyHint {
  keys: string;
  does: string;
}

/** The last row: what can be pressed. */
function KeyBar({ hints }: { hints: readonly KeyHint[] }) {
  const { strings } = useSurroundings();
  return (
    <Line>
      {[...hints, { keys: 'F1', does: strings.frame.help }].map(({ keys, does }, i) => (
        <Text key={keys}>
          {i === 0 ? '' : '  '}
          <Text bold inverse>
            {` ${keys} `}
          </Text>
          {` ${does}`}
        </Text>
      ))}
    </Line>
  );
}

/** Every screen fits into this. */
const least = { columns: 80, rows: 24 };

/** A screen: one row on top, one at the bottom, and what is between cut to fit. */
export function Frame({
  left,
  right,
  hints,
  children,
}: {
  left: ReactNode;
  right: ReactNode;
  hints: readonly KeyHint[];
  children: ReactNode;
}) {
  const { columns, rows, strings } = useSurroundings();
  if (columns < least.columns || rows < least.rows)
    return (
      <Box width={columns} height={rows} overflow="hidden">
        <Text bold>{strings.frame.tooSmall(columns, rows)}</Text>
      </Box>
    );
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Box width={columns} height={1} justifyContent="space-between">
        <Box flexShrink={0} overflow="hidden" height={1}>
          <Line bold>{left}</Line>
        </Box>
        <Box flexShrink={1} overflow="hidden" height={1} marginLeft={2}>
          <Line>{right}</Line>
        </Box>
      </Box>
      <Box flexDirection="column" height={rows - 2} width={columns} overflow="hidden">
        {children}
      </Box>
      <Box height={1} width={columns} overflow="hidden">
        <KeyBar hints={hints} />
      </Box>
    </Box>
  );
}

/** Colour says nothing that the words beside it do not. */
export function verdictColour(verdict: Verdict): string {
  return verdict === 'PASS' ? 'green' : verdict === 'NONE' ? 'yellow' : 'red';
}
