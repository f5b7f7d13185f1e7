import { Box, Text } from 'ink';
import type { StepRecord } from '../../../journal/record.ts';
import { bar } from '../../draw/bar.ts';
import { firstSeen } from '../../draw/firstSeen.ts';
import { formatClock } from '../../numbers.ts';
import type { RunWatch } from '../../run/runWatch.ts';
import { Line, Rule, verdictColour } from '../parts/parts.tsx';
import { useNow, useSurroundings } from '../parts/surroundings.tsx';

/** The steps that fit, the running one among them. */
export function StepList({ run, width, height }: { run: RunWatch; width: number; height: number }) {
  const { strings } = useSurroundings();
  const steps = run.record?.steps ?? [];
  const at = steps.findIndex(({ state }) => state === 'running');
  const current = at >= 0 ? at : steps.findLastIndex(({ state }) => state !== 'waiting');
  // The running one takes two rows.
  const room = Math.max(1, height - 2);
  const from = firstSeen(current, steps.length, room);
  const note = current >= 0 ? strings.run.of(steps[current]!.step, steps.length) : undefined;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Rule title={strings.run.steps} width={width} {...(note === undefined ? {} : { note })} />
      {steps.slice(from, from + room).map((step) => (
        <StepRow key={step.step} step={step} run={run} width={width} />
      ))}
    </Box>
  );
}

function StepRow({ step, run, width }: { step: StepRecord; run: RunWatch; width: number }) {
  const name = step.calibration.slice(0, width - 18).padEnd(Math.min(20, width - 18));
  const running = step.state === 'running';
  return (
    <>
      <Line bold={running} dimColor={step.state === 'waiting'}>
        {running ? '▸' : ' '}
        {String(step.step).padStart(2)} {name} <State step={step} run={run} />
      </Line>
      {running && <Reached step={step} run={run} width={width} />}
    </>
  );
}

function State({ step, run }: { step: StepRecord; run: RunWatch }) {
  const { strings } = useSurroundings();
  const now = useNow();
  const scale = run.record?.station.timeScale ?? 1;
  if (step.state === 'waiting') return strings.run.about(formatClock(step.estimate / scale));
  if (step.state === 'running') return strings.run.elapsed(formatClock(seconds(step, now)));
  const verdicts = step.results.map(({ verdict }) => verdict);
  const took = step.ended === undefined ? '' : ` ${formatClock(seconds(step, now))}`;
  if (verdicts.length === 0)
    return (
      <Text color={step.state === 'completed' ? '' : 'red'}>
        {strings.run.reasons[step.state] ?? step.state}
        {took}
      </Text>
    );
  return (
    <Text>
      {verdicts.map((verdict, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one a module, in the order of the modules
        <Text key={i} color={verdictColour(verdict)} bold>
          {`${strings.verdicts[verdict]} `}
        </Text>
      ))}
      {took.trim()}
    </Text>
  );
}

/** How far it says it is; a calibration that says nothing is held against its estimate. */
function Reached({ step, run, width }: { step: StepRecord; run: RunWatch; width: number }) {
  const { strings } = useSurroundings();
  const now = useNow();
  const scale = run.record?.station.timeScale ?? 1;
  const reached = run.reached?.step === step.step ? run.reached : undefined;
  const elapsed = seconds(step, now);
  const part = reached && reached.of > 0 ? reached.done / reached.of : undefined;
  const estimated = step.estimate / scale;
  const left = part !== undefined && part > 0.02 ? (elapsed / part) * (1 - part) : estimated - elapsed;
  const told = part === undefined ? '' : ` ${Math.floor(part * 100)} %`;
  const shown = part ?? Math.min(0.99, estimated > 0 ? elapsed / estimated : 0);
  return (
    <Line>
      {'    '}
      {bar(shown, Math.max(8, Math.min(18, width - 24)))}
      {told} {timeLeft()}
    </Line>
  );

  function timeLeft(): string {
    if (left >= 0.5) return strings.run.left(formatClock(left));
    return part === undefined ? strings.run.overdue : '';
  }
}

function seconds({ started, ended }: StepRecord, now: number): number {
  return started === undefined ? 0 : Math.max(0, ((ended ?? now) - started) / 1000);
}
