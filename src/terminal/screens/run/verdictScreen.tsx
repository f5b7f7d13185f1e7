import { Box, Text } from 'ink';
import { formatProblem } from '../../../base/errors.ts';
import type { RunRecord, StepRecord } from '../../../journal/record.ts';
import { bigText } from '../../draw/bigText.ts';
import { formatDuration, formatMeasurement } from '../../numbers.ts';
import type { Strings } from '../../strings/en.ts';
import { Frame, type KeyHint, Line, verdictColour } from '../parts/parts.tsx';
import { useSurroundings } from '../parts/surroundings.tsx';

/** What a run came to: in words that fill the screen, and below them why. It stays until somebody does something. */
export function VerdictScreen({
  record,
  directory,
  next,
  hints,
}: {
  record: RunRecord;
  directory: string;
  /** What to do now. */
  next: string;
  hints: readonly KeyHint[];
}) {
  const { columns, rows, strings } = useSurroundings();
  const unsafe = record.exitCode === 5 || record.end === 'unsafe';
  const word = unsafe
    ? strings.personNeeded
    : record.end === 'stopped'
      ? strings.stopped
      : strings.verdicts[record.verdict];
  const reasons = reasonsOf(record, strings);
  const body = rows - 2;
  const letters = bigText(word, columns - 4, Math.max(5, Math.min(body - 8, Math.floor(body * 0.55))));
  const room = body - letters.length - (unsafe ? 5 : 4);
  const colour = unsafe ? 'red' : verdictColour(record.verdict);
  const took = record.ended === undefined ? '' : formatDuration((record.ended - record.started) / 1000);
  const modules = record.modules.map(({ name, serialNumber }) => `${name} ${serialNumber ?? ''}`.trim());
  return (
    <Frame left={`${record.title}   ${modules.join(', ')}`} right={strings.verdict.took(took)} hints={hints}>
      <Line> </Line>
      {letters.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of a picture is its place
        <Line key={i} color={colour} bold>
          {`  ${row}`}
        </Line>
      ))}
      <Box marginLeft={2} flexShrink={0}>
        <Text bold color={colour}>
          {endOf(record, strings)}
        </Text>
      </Box>
      <Box flexDirection="column" height={room} overflow="hidden">
        {reasons.slice(0, room).map((reason, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
          <Line key={i}>
            <Text color={reason.colour ?? ''}>{`  ${reason.text}`}</Text>
          </Line>
        ))}
      </Box>
      <Line dimColor>{`  ${strings.verdict.files(directory)}`}</Line>
      <Line bold>{`  ${next}`}</Line>
    </Frame>
  );
}

interface Reason {
  text: string;
  colour?: string;
}

function endOf(record: RunRecord, strings: Strings): string {
  if (record.exitCode === 5 || record.end === 'unsafe') return strings.verdict.unsafe;
  const module = record.modules
    .map(({ name, verdict }) => `${name} ${strings.verdicts[verdict]}`)
    .join('   ');
  if (record.end === 'stopped') return `${module}   ${strings.verdict.stopped}`;
  return record.end === 'tripped' ? `${module}   ${strings.verdict.tripped}` : module;
}

/** What stands in the way of safety first, then trips, then the steps with what did not pass, then other problems. */
export function reasonsOf(record: RunRecord, strings: Strings): Reason[] {
  const notOff = (record.safe?.channels ?? [])
    .filter(({ off }) => !off)
    .map(({ at, problem = '' }): Reason => ({ text: strings.verdict.notSafe(at, problem), colour: 'red' }));
  const trips = record.trips.map(({ what }): Reason => ({ text: strings.run.trip(what), colour: 'red' }));
  const steps = record.steps.flatMap((step) => stepReasons(step, strings));
  const problems = record.problems.flatMap((problem) =>
    formatProblem(problem)
      .split('\n')
      .map((text): Reason => ({ text })),
  );
  return [...notOff, ...trips, ...steps, ...problems];
}

function stepReasons(step: StepRecord, strings: Strings): Reason[] {
  const verdicts = step.results.map(({ verdict, criteria }) =>
    criteria ? strings.verdicts[verdict] : `${strings.verdicts[verdict]} (${strings.verdict.noCriterion})`,
  );
  const state = strings.run.reasons[step.state] ?? step.state;
  const told = step.state === 'completed' && verdicts.length > 0 ? verdicts.join(' ') : state;
  const head = `${String(step.step).padStart(2)}  ${step.calibration.padEnd(20)} ${told}${step.reason === undefined ? '' : `: ${step.reason}`}`;
  const failed = step.results.flatMap(({ measurements }) =>
    measurements.filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'NONE'),
  );
  return [
    { text: head },
    ...failed.map((one): Reason => ({ text: `      ${formatMeasurement(one)}`, colour: 'red' })),
    ...step.problems.map(
      (problem): Reason => ({ text: `      ${problem.code}  ${problem.what}`, colour: 'red' }),
    ),
  ];
}
