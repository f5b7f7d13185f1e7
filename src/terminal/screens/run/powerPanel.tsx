import { Box, Text } from 'ink';
import type { EpochMs } from '../../../base/units.ts';
import type { RunRecord } from '../../../journal/record.ts';
import { plot } from '../../draw/plot.ts';
import { formatAmperes, formatDuration, formatVolts } from '../../numbers.ts';
import type { OutputLimit, RunWatch } from '../../run/runWatch.ts';
import type { Strings } from '../../strings/en.ts';
import { Line, Rule } from '../parts/parts.tsx';
import { useNow, useSurroundings } from '../parts/surroundings.tsx';

type Reading = RunRecord['readings'][string];

/** An output is looked at every second; what is older than this is no picture of now, ms. */
const staleMs = 4000;

/** What is at the module, as it was measured; set-points and limits beside it, named as such. */
export function PowerPanel({ run, width, height }: { run: RunWatch; width: number; height: number }) {
  const { strings } = useSurroundings();
  const readings = Object.values(run.record?.readings ?? {});
  const climate = climateRows(run, strings);
  const roomy = readings.length * 2 + climate.length + 3 < height;
  const used = 1 + readings.length * (roomy ? 2 : 1) + (readings.length === 0 ? 1 : 0) + climate.length + 1;
  const left = height - used;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Rule title={strings.run.power} width={width} />
      {readings.length === 0 && <Line dimColor>{strings.run.noOutputs}</Line>}
      {readings.map((reading) => (
        <Output
          key={reading.at}
          reading={reading}
          limit={run.limits.get(reading.at)}
          handedOver={run.handedOver.has(reading.role)}
          over={run.record?.state === 'ended'}
          roomy={roomy}
        />
      ))}
      {climate.map((row) => (
        <Climate key={row.name} row={row} over={run.record?.state === 'ended'} />
      ))}
      <Guarded run={run} />
      {left >= 3 && <Curve run={run} width={width} height={left} />}
    </Box>
  );
}

function Output({
  reading,
  limit,
  handedOver,
  over,
  roomy,
}: {
  reading: Reading;
  limit: OutputLimit | undefined;
  handedOver: boolean;
  over: boolean;
  roomy: boolean;
}) {
  const { strings } = useSurroundings();
  const age = Math.max(0, useNow() - reading.t);
  const told = formatDuration(Math.round(age / 1000));
  const stale = !over && age > staleMs;
  const name = (
    <>
      <Text bold>{reading.role.toUpperCase()}</Text> {reading.at.padEnd(8)}{' '}
    </>
  );
  if (handedOver)
    return (
      <>
        <Line>
          {name}
          {strings.run.handedOver}
        </Line>
        {roomy && <Line dimColor>{`   ${strings.run.before(plainly(reading, strings), told)}`}</Line>}
      </>
    );
  return (
    <>
      <Line dimColor={stale}>
        {name}
        <Measured reading={reading} />
        {!roomy && stale ? `  ${strings.run.stale(told)}` : ''}
      </Line>
      {roomy && (
        <Line dimColor={!stale}>
          {'   '}
          {stale && <Text color="yellow">{`${strings.run.stale(told)}  `}</Text>}
          {aimed(reading, limit, strings)}
        </Line>
      )}
    </>
  );
}

function Measured({ reading }: { reading: Reading }) {
  const { strings } = useSurroundings();
  const { output, problem, trip } = reading;
  if (problem !== undefined) return <Text color="red">{strings.run.unreadable(problem)}</Text>;
  return (
    <Text>
      <Text bold>{(output === undefined ? '?' : output ? strings.run.on : strings.run.off).padEnd(4)}</Text>
      {output === false ? '' : values(reading)}
      {trip === undefined ? '' : <Text color="red">{`  ${trip}`}</Text>}
    </Text>
  );
}

function values({ voltage, current }: Reading): string {
  return [
    voltage === undefined ? undefined : formatVolts(voltage),
    current === undefined ? undefined : formatAmperes(current),
  ]
    .filter((text) => text !== undefined)
    .join('  ');
}

function plainly(reading: Reading, strings: Strings): string {
  if (reading.problem !== undefined) return strings.run.unreadable(reading.problem);
  return reading.output === false ? strings.run.off : values(reading);
}

/** What it was told to give: never to be taken for a measurement. */
function aimed(reading: Reading, limit: OutputLimit | undefined, strings: Strings): string {
  const { run } = strings;
  return [
    reading.setpoint === undefined ? undefined : `${run.set} ${formatVolts(reading.setpoint)}`,
    limit?.current === undefined
      ? undefined
      : `${reading.role === 'hv' ? run.compliance : run.limit} ${formatAmperes(limit.current)}`,
  ]
    .filter((text) => text !== undefined)
    .join('  ');
}

interface ClimateRow {
  name: string;
  text: string;
  problem: boolean;
  t: EpochMs;
}

/** Temperatures as the probe cards and the climate instrument measure them; without any, that is said. */
function climateRows({ record }: RunWatch, { run }: Strings): ClimateRow[] {
  const temperatures = Object.values(record?.temperatures ?? {}).map(
    ({ at, temperature, problem, t }): ClimateRow => ({
      name: at,
      text: problem === undefined ? celsius(temperature) : run.unreadable(problem),
      problem: problem !== undefined,
      t,
    }),
  );
  const chambers = Object.values(record?.climate ?? {}).map(
    ({ at, temperature, set, humidity, dewPoint, problem, t }): ClimateRow => ({
      name: at,
      text:
        problem === undefined
          ? [
              celsius(temperature),
              set === undefined ? '' : `${run.set} ${celsius(set)}`,
              humidity === undefined ? '' : `${humidity.toFixed(0)} % RH`,
              dewPoint === undefined ? '' : run.dewPoint(celsius(dewPoint)),
            ]
              .filter(Boolean)
              .join('  ')
          : run.unreadable(problem),
      problem: problem !== undefined,
      t,
    }),
  );
  return [...temperatures, ...chambers];
}

function celsius(value: number | undefined): string {
  return value === undefined ? '?' : `${value.toFixed(1)} °C`;
}

function Climate({ row, over }: { row: ClimateRow; over: boolean }) {
  const { strings } = useSurroundings();
  const age = useNow() - row.t;
  const stale = !over && age > staleMs;
  return (
    <Line dimColor={stale}>
      <Text bold>{'T  '}</Text>
      {row.name.padEnd(8)} <Text {...(row.problem ? { color: 'red' } : {})}>{row.text}</Text>
      {stale ? `  ${strings.run.stale(formatDuration(Math.round(age / 1000)))}` : ''}
    </Line>
  );
}

/** The last interlock that tripped, a warning too, and the last trip. */
function Guarded({ run }: { run: RunWatch }) {
  const { strings } = useSurroundings();
  const trip = run.record?.trips.at(-1);
  const interlock = run.record?.interlocks.at(-1);
  if (trip)
    return (
      <Line color="red" bold>
        {strings.run.trip(trip.what)}
      </Line>
    );
  if (interlock)
    return <Line color="yellow">{strings.run.interlock(interlock.name, interlock.message)}</Line>;
  return <Line dimColor>{strings.run.noTrip}</Line>;
}

/** I against V while an IV is measured; else HV against time. */
function Curve({ run, width, height }: { run: RunWatch; width: number; height: number }) {
  const { strings, unicode } = useSurroundings();
  const iv = run.traces.iv;
  const running = run.record?.steps.find(({ state }) => state === 'running');
  const hv = Object.values(run.record?.readings ?? {}).find(({ role }) => role === 'hv');
  const isIV = running?.category === 'ivcurve' && iv.length > 0;
  const points = isIV ? iv : hv ? (run.traces.voltage.get(hv.at) ?? []) : [];
  const last = points.at(-1);
  if (!last || points.length < 2) return null;
  const note = isIV
    ? `${formatAmperes(last.y)} at ${formatVolts(last.x)}`
    : `${formatDuration(Math.round(last.x))}`;
  return (
    <Box flexDirection="column">
      <Line dimColor>{`${isIV ? strings.run.ivCurve : strings.run.timeCurve(hv?.at ?? '')}  ${note}`}</Line>
      {plot(points, width - 2, Math.min(8, height - 1), unicode).map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of a picture is its place
        <Line key={i} color="cyan">
          {row}
        </Line>
      ))}
    </Box>
  );
}
