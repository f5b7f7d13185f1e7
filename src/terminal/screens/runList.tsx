import { Text } from 'ink';
import { formatDuration } from '../numbers.ts';
import type { RunSummary } from '../station.ts';
import { Line, verdictColour } from './parts/parts.tsx';
import { useSurroundings } from './parts/surroundings.tsx';

/** One run in one row. */
export function RunRow({ run, chosen, width }: { run: RunSummary; chosen: boolean; width: number }) {
  const { strings } = useSurroundings();
  const took = run.seconds === undefined ? '' : formatDuration(Math.round(run.seconds));
  const verdict = run.verdict === undefined ? run.end : strings.verdicts[run.verdict];
  const extra = run.verdict !== undefined && run.end !== 'completed' ? ` (${run.end})` : '';
  const titleWidth = Math.max(10, Math.floor((width - 48) * 0.5));
  const moduleWidth = Math.max(10, width - 50 - titleWidth);
  return (
    <Line inverse={chosen}>
      {chosen ? '▸ ' : '  '}
      {startedAt(run.id)}
      {'  '}
      {fitted(run.title, titleWidth)}
      {'  '}
      {fitted(run.modules.join(' '), moduleWidth)}
      {'  '}
      <Text bold {...(run.verdict ? { color: verdictColour(run.verdict) } : {})}>
        {fitted(`${verdict}${extra}`, 18)}
      </Text>
      {took}
    </Line>
  );
}

/** What a run is found by. */
export function wordsOfRun({ id, title, modules, verdict, end }: RunSummary): string {
  return [id, title, ...modules, verdict ?? '', end].join(' ');
}

/** `20261120T120000Z_…` as `11-20 13:00`, on the clock on the wall. */
function startedAt(id: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id) ?? [];
  if (second === undefined) return id.slice(0, 11);
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
