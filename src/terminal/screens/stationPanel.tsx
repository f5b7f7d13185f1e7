import { Box } from 'ink';
import { useEffect, useState } from 'react';
import { formatAmperes, formatDuration, formatVolts } from '../numbers.ts';
import type { Readings, StationAccess } from '../station.ts';
import { Line, Rule } from './parts/parts.tsx';
import { useNow, useSurroundings } from './parts/surroundings.tsx';

/** They are read every ten seconds; what is older than this is no picture of now, ms. */
const staleMs = 25_000;
/** Between two looks into the queue for the database, ms. */
const countsMs = 5000;

/** The outputs as they were measured last, with the age of that. */
export function StationPanel({
  station,
  width,
  height,
}: {
  station: StationAccess;
  width: number;
  height: number;
}) {
  const { strings } = useSurroundings();
  const now = useNow();
  const [readings, setReadings] = useState<Readings>();
  useEffect(() => station.watchReadings?.(setReadings), [station]);
  const uploads = useUploadCounts(station);
  const age = readings ? now - readings.at : 0;
  const told = formatDuration(Math.max(0, Math.round(age / 1000)));
  const stale = age > staleMs;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Rule
        title={strings.start.station}
        width={width}
        {...(readings ? { note: stale ? strings.run.stale(told) : strings.start.ago(told) } : {})}
      />
      {uploads !== '' && (
        <Line color="yellow" bold>
          {uploads}
        </Line>
      )}
      {lines().map(({ text, colour }) => (
        <Line key={text} dimColor={stale} {...(colour ? { color: colour } : {})}>
          {text}
        </Line>
      ))}
    </Box>
  );

  function lines(): { text: string; colour?: string }[] {
    if (station.twin) return [{ text: strings.start.twin }];
    if (!readings) return [{ text: strings.start.reading }];
    if ('unread' in readings)
      return [{ text: strings.start.readingFailed(readings.unread), colour: 'yellow' }];
    const outputs = readings.outputs.map(({ role, at, output, voltage, current, problem, trip }) => {
      const name = `${role.toUpperCase()} ${at.padEnd(8)} `;
      if (problem !== undefined) return { text: `${name}${strings.run.unreadable(problem)}`, colour: 'red' };
      const state = output === undefined ? '?' : output ? strings.run.on : strings.run.off;
      const values = [
        voltage === undefined ? '' : formatVolts(voltage),
        current === undefined ? '' : formatAmperes(current),
        trip ?? '',
      ];
      const text = `${name}${state.padEnd(4)}${output === false ? '' : values.filter(Boolean).join('  ')}`;
      // On before anything was started: somebody should look.
      return output ? { text, colour: 'yellow' } : { text };
    });
    return [...outputs, ...readings.probes.map((text) => ({ text })), { text: strings.start.temperature }];
  }
}

/** How many uploads wait or need a person; nothing where none does. */
function useUploadCounts({ uploads }: StationAccess): string {
  const { strings } = useSurroundings();
  const [told, setTold] = useState({ waiting: 0, held: 0 });
  useEffect(() => {
    const look = () => void uploads.counts().then(setTold);
    look();
    const timer = setInterval(look, countsMs);
    return () => clearInterval(timer);
  }, [uploads]);
  const { waiting, held } = told;
  return waiting + held === 0 ? '' : strings.start.uploads(waiting, held);
}
