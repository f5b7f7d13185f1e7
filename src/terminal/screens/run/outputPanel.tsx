import { Box } from 'ink';
import type { RunWatch } from '../../run/runWatch.ts';
import { Line, Rule } from '../parts/parts.tsx';
import { useSurroundings } from '../parts/surroundings.tsx';

/** Where somebody scrolled to: what was kept then, and which line is the last one shown. Undefined: it follows. */
export interface Scrolled {
  lines: readonly string[];
  /** Index behind the last line that is shown. */
  end: number;
}

/** The end of what the calibration prints, or the part that was scrolled to. */
export function OutputPanel({
  run,
  scrolled,
  width,
  height,
}: {
  run: RunWatch;
  scrolled: Scrolled | undefined;
  width: number;
  height: number;
}) {
  const { strings } = useSurroundings();
  const room = height - 1;
  const lines = scrolled
    ? scrolled.lines.slice(Math.max(0, scrolled.end - room), scrolled.end)
    : run.log.last(room);
  const running = run.record?.steps.findLast(({ state }) => state !== 'waiting' && state !== 'skipped');
  const title = running ? strings.run.outputOf(running.calibration) : strings.run.output;
  const note = scrolled ? strings.run.scrolled(scrolled.lines.length - scrolled.end) : strings.run.following;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Rule title={title} note={note} width={width} />
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log may be the same
        <Line key={i}>{line.slice(0, width) || ' '}</Line>
      ))}
    </Box>
  );
}

/** Moves by so many lines, up being negative. At the end it follows again. */
export function scroll(
  run: RunWatch,
  scrolled: Scrolled | undefined,
  by: number,
  room: number,
): Scrolled | undefined {
  const lines = scrolled?.lines ?? run.log.all();
  const end = Math.min(
    lines.length,
    Math.max(Math.min(room, lines.length), (scrolled?.end ?? lines.length) + by),
  );
  return end >= lines.length ? undefined : { lines, end };
}
