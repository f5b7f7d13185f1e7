import { Box } from 'ink';
import { useState } from 'react';
import { stride } from '../../keys/stride.ts';
import type { RunWatch } from '../../run/runWatch.ts';
import { Frame, type KeyHint, Line } from '../parts/parts.tsx';
import { useKeys, useRun, useSurroundings } from '../parts/surroundings.tsx';
import { OutputPanel, type Scrolled, scroll } from './outputPanel.tsx';
import { PowerPanel } from './powerPanel.tsx';
import { QuestionBox } from './questionBox.tsx';
import { StepList } from './stepList.tsx';

/** A run that goes on. */
export function RunScreen({
  run,
  onAnswer,
}: {
  run: RunWatch;
  onAnswer: (question: number, text: string) => void;
}) {
  useRun(run);
  const { columns, rows, strings } = useSurroundings();
  const [scrolled, setScrolled] = useState<Scrolled>();
  const { question, record } = run;
  const body = rows - 3;
  const top = Math.min(Math.max(11, Math.floor(body * 0.5)), body - 6);
  const bottom = body - top;
  const leftWidth = Math.min(56, Math.floor(columns / 2) - 1);

  useKeys('screen', (key) => {
    const page = Math.max(1, bottom - 2);
    const move = (by: number) => setScrolled(scroll(run, scrolled, by, bottom - 1));
    const by = stride(key, page);
    if (by !== undefined) {
      move(by);
      return true;
    }
    switch (key.key) {
      case 'home':
        move(Number.NEGATIVE_INFINITY);
        return true;
      case 'end':
        setScrolled(undefined);
        return true;
      default:
        return false;
    }
  });

  const hints: KeyHint[] = [
    { keys: question ? 'Ctrl-C' : 's', does: strings.keys.stopShort },
    ...(question
      ? [{ keys: 'Enter', does: strings.keys.send }]
      : [
          { keys: 'q', does: strings.keys.leaveShort },
          { keys: 'PgUp PgDn', does: strings.keys.scrollShort },
        ]),
  ];
  return (
    <Frame left={titleOf(run)} right={rightOf()} hints={hints}>
      <Status run={run} />
      <Box height={top} width={columns}>
        <StepList run={run} width={leftWidth} height={top} />
        <Box width={columns - leftWidth - 2} marginLeft={2}>
          <PowerPanel run={run} width={columns - leftWidth - 2} height={top} />
        </Box>
      </Box>
      {question ? (
        <QuestionBox
          key={question.id}
          question={question}
          width={columns}
          height={bottom}
          onAnswer={(text) => onAnswer(question.id, text)}
        />
      ) : (
        <OutputPanel run={run} scrolled={scrolled} width={columns} height={bottom} />
      )}
    </Frame>
  );

  function rightOf(): string {
    if (!record) return '';
    const { id, simulated, timeScale } = record.station;
    return simulated ? `${strings.frame.simulated(timeScale)}   ${id}` : id;
  }
}

/** `Electrical QC   Q2X2-0001 20UPGM22110039`. */
export function titleOf({ record }: RunWatch): string {
  if (!record) return 'Baton';
  const modules = record.modules.map(({ name, serialNumber }) =>
    serialNumber === undefined ? name : `${name} ${serialNumber}`,
  );
  return `${record.title}   ${modules.join(', ')}`;
}

/** The row that everybody looks at: a trip, a stop, or what is being done. */
function Status({ run }: { run: RunWatch }) {
  const { strings } = useSurroundings();
  const { record, stopAsked, lost, doing } = run;
  if (!record) return <Line>{strings.run.connecting}</Line>;
  const trip = record.trips.at(-1);
  if (record.safe?.verified)
    return (
      <Line bold color="green">
        {strings.run.safe}
      </Line>
    );
  if (trip)
    return (
      <Line bold inverse color="red">
        {` ${strings.run.trip(trip.what)} `}
      </Line>
    );
  if (record.stops.length > 0 || stopAsked !== undefined)
    return (
      <Line bold inverse color="yellow">
        {` ${strings.run.stopping}${doing === undefined ? '' : `   ${hvNow(run)}`} `}
      </Line>
    );
  if (lost) return <Line color="red">{strings.run.lost}</Line>;
  return <Line>{doing ?? ''}</Line>;
}

/** The ramp as it happens. */
function hvNow({ record }: RunWatch): string {
  return Object.values(record?.readings ?? {})
    .filter(({ role, voltage }) => role === 'hv' && voltage !== undefined)
    .map(({ at, output, voltage }) => (output === false ? `${at} off` : `${at} ${voltage!.toFixed(1)} V`))
    .join('   ');
}
