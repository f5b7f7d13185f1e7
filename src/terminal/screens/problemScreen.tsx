import { useState } from 'react';
import type { Problem } from '../../base/errors.ts';
import { Frame, Line } from './parts/parts.tsx';
import { problemRows } from './parts/problemRows.ts';
import { useKeys, useSurroundings } from './parts/surroundings.tsx';

interface ProblemScreenProps {
  problems: readonly Problem[];
  onAgain: () => void;
  onQuit: () => void;
}

/** What is wrong with the station's files, all of it, however much it is. */
export function ProblemScreen({ problems, onAgain, onQuit }: ProblemScreenProps) {
  const { columns, rows, strings } = useSurroundings();
  const [top, setTop] = useState(0);
  const lines = problemRows(problems, columns);
  // Between the two rows of the frame: a title, a free row, the lines, and how many are below.
  const room = rows - 2 - 3;
  const last = Math.max(0, lines.length - room);
  const from = Math.min(top, last);
  useKeys('screen', (key) => {
    if (key.key === 'ctrl' && key.letter === 'c') onQuit();
    else if (key.key === 'text' && key.text === 'r') onAgain();
    else if (key.key === 'enter' || key.key === 'escape') onAgain();
    else if (key.key === 'up') setTop(Math.max(0, from - 1));
    else if (key.key === 'down') setTop(Math.min(last, from + 1));
    else if (key.key === 'pageUp') setTop(Math.max(0, from - room));
    else if (key.key === 'pageDown') setTop(Math.min(last, from + room));
    else return false;
    return true;
  });
  return (
    <Frame
      left="Baton"
      right=""
      hints={[
        { keys: 'r', does: strings.keys.again },
        { keys: '↑ ↓', does: strings.keys.scrollList },
        { keys: 'Ctrl-C', does: strings.keys.quit },
      ]}
    >
      <Line bold color="red">
        {strings.start.problems}
      </Line>
      <Line> </Line>
      {lines.slice(from, from + room).map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
        <Line key={i}>{text}</Line>
      ))}
      <Line dimColor>{from < last ? strings.preflight.more(last - from) : ' '}</Line>
    </Frame>
  );
}
