import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { BatonError, type Problem } from '../../base/errors.ts';
import { wrapped } from '../draw/wrapped.ts';
import { formatDuration } from '../numbers.ts';
import type { Finding, Flight, RunChoice, StationAccess } from '../station.ts';
import type { Strings } from '../strings/en.ts';
import { ChoiceRow, useDeliberateKey } from './parts/deliberateKey.tsx';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line, Rule } from './parts/parts.tsx';
import { problemRows } from './parts/problemRows.ts';
import { useNow, usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import type { WatchedRun } from './run/runSession.tsx';

interface Card {
  findings: readonly Finding[];
  /** Undefined while it is still being checked. */
  flight?: Flight | undefined;
  /** When everything was checked. */
  checked?: number;
}

/**
 * Everything that is wrong at once, and what will be done, before anything is. Starting powers the module, so it needs
 * a key of its own: Enter, which opened the card, cancels; a scan or what was typed ahead does nothing.
 */
export function PreflightScreen({
  station,
  title,
  choice,
  onStarted,
  onBack,
}: {
  station: StationAccess;
  title: string;
  choice: RunChoice;
  onStarted: (watched: WatchedRun) => void;
  onBack: () => void;
}) {
  const { strings, rows, columns, now } = useSurroundings();
  const [round, setRound] = useState(0);
  const [card, setCard] = useState<Card>({ findings: [] });
  const [from, setFrom] = useState(0);
  const [starting, setStarting] = useState(false);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [help, setHelp] = useState(false);

  useEffect(() => {
    const ended = new AbortController();
    void round;
    setCard({ findings: [] });
    const tell = (finding: Finding) => {
      if (!ended.signal.aborted)
        setCard((before) => ({ ...before, findings: [...before.findings, finding] }));
    };
    void station.preflight(choice, tell, ended.signal).then((flight) => {
      if (!ended.signal.aborted) setCard((before) => ({ ...before, flight, checked: now() }));
    });
    return () => ended.abort();
  }, [station, choice, round, now]);

  const ready =
    card.checked !== undefined &&
    card.flight !== undefined &&
    card.findings.every(({ state }) => state !== 'wrong');
  const lines = [
    ...card.findings.flatMap((finding) => linesOf(finding, strings, columns)),
    ...refusal(refused, strings, columns),
  ];
  const room = rows - 2 - 6 - Math.min(6, card.flight?.steps.length ?? 0);

  const consider = useDeliberateKey('y', ready && !starting ? card.checked : undefined, () => void start());
  usePageKeys({ onBack: back, onHelp: () => setHelp(true) }, (key) => {
    consider(key);
    switch (key.key) {
      case 'text':
        if (key.text === 'r' && !key.scanned) again();
        if (key.text === 'n' && !key.scanned) back();
        return true;
      case 'enter':
        if (!key.scanned) back();
        return true;
      case 'up':
        setFrom(Math.max(0, from - 1));
        return true;
      case 'down':
        setFrom(Math.max(0, Math.min(lines.length - room, from + 1)));
        return true;
      default:
        return false;
    }
  });

  async function start(): Promise<void> {
    setStarting(true);
    setRefused([]);
    try {
      onStarted(await station.start(choice));
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      setStarting(false);
      setRefused(error.problems);
    }
  }

  function again(): void {
    if (starting) return;
    setRefused([]);
    setRound(round + 1);
  }

  function back(): void {
    // The runner is on its way; it will be seen in a moment.
    if (!starting) onBack();
  }

  if (help)
    return <HelpScreen title={strings.preflight.title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  return (
    <Frame
      left={`${strings.preflight.title}   ${title}`}
      right={card.flight?.modules.join(', ') ?? ''}
      hints={[
        { keys: 'Enter', does: strings.keys.cancel },
        { keys: 'r', does: strings.keys.again },
        { keys: '↑ ↓', does: strings.keys.scrollList },
      ]}
    >
      <Line> </Line>
      <Box flexDirection="column" height={room} overflow="hidden">
        {lines.slice(from, from + room).map(({ text, head, colour }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
          <Line key={i}>
            <Text bold {...(colour ? { color: colour } : {})}>
              {head.padEnd(stateWidth)}
            </Text>
            {text}
          </Line>
        ))}
        {card.checked === undefined && <Line dimColor>{`         ${strings.preflight.checking}`}</Line>}
      </Box>
      <Line dimColor>
        {lines.length - from > room ? strings.preflight.more(lines.length - from - room) : ' '}
      </Line>
      <PlanRows flight={card.flight} width={columns} />
      {starting ? (
        <Line bold>{`  ${strings.preflight.starting}`}</Line>
      ) : (
        <ChoiceRow
          act={
            card.checked === undefined
              ? undefined
              : ready
                ? strings.preflight.start
                : strings.preflight.cannot
          }
          colour={ready ? 'green' : 'red'}
        />
      )}
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: 'y', does: keys.startRun },
      { keys: 'Enter, Esc, n, Ctrl-C', does: keys.cancel },
      { keys: 'r', does: keys.again },
      { keys: '↑ ↓', does: keys.scrollList },
    ];
  }
}

function PlanRows({ flight, width }: { flight: Flight | undefined; width: number }) {
  const { strings } = useSurroundings();
  const now = useNow();
  if (!flight) return <Line> </Line>;
  const end = new Date(now + flight.estimate * 1000).toTimeString().slice(0, 5);
  const plan = strings.preflight.plan(
    flight.steps.length,
    flight.actions,
    formatDuration(flight.estimate),
    end,
  );
  return (
    <>
      <Rule title={plan} width={width} />
      {flight.steps.slice(0, 6).map((step) => (
        <Line key={step}>{`  ${step}`}</Line>
      ))}
    </>
  );
}

interface CardLine {
  head: string;
  text: string;
  colour?: string;
}

const colours = { ok: 'green', warning: 'yellow', wrong: 'red', unknown: '' } as const;
/** Columns of the state, and of what it is about. */
const [stateWidth, aboutWidth] = [9, 23];

/** Nothing is cut: what is wrong may stand at the end of its line. */
function linesOf({ about, state, notes, problems }: Finding, strings: Strings, columns: number): CardLine[] {
  const [first = '', ...rest] = notes.flatMap((note) => wrapped(note, columns - stateWidth - aboutWidth));
  const indent = ' '.repeat(aboutWidth);
  return [
    {
      head: strings.preflight.states[state],
      text: `${about.padEnd(aboutWidth)}${first}`,
      colour: colours[state],
    },
    ...rest.map((text): CardLine => ({ head: '', text: `${indent}${text}` })),
    ...problemLines(problems, columns),
  ];
}

function refusal(problems: readonly Problem[], strings: Strings, columns: number): CardLine[] {
  if (problems.length === 0) return [];
  return [
    { head: strings.preflight.states.wrong, text: strings.preflight.refused, colour: 'red' },
    ...problemLines(problems, columns),
  ];
}

function problemLines(problems: readonly Problem[], columns: number): CardLine[] {
  return problemRows(problems, columns - stateWidth - 2).map((text) => ({ head: '', text: `  ${text}` }));
}
