import { linePlot, type Trace } from '../../plots/lines.ts';
import { plotSection } from '../page/pieces.ts';
import { moment, quantity } from '../page/text.ts';
import { sideOf } from './diagnosis.ts';
import type { Chart } from './findings.ts';
import type { StationRun } from './stationRun.ts';

const runAxis = { label: 'Run (0: the last)', whole: true };

/** Each key number over the last runs, with what is usual; the pointer tells which module it was. */
export function chartSection(charts: readonly Chart[]): string {
  const plots = charts.map(({ number, points, limits }) => {
    const last = points.length - 1;
    const unit = number.unit.replace('Ohm', 'Ω');
    const places = points.map((_, i) => i);
    const trace = (id: string, name: string, tone: string, shown: readonly number[]): Trace => ({
      id: `${number.key}-${id}`,
      name,
      tone,
      points: true,
      x: shown.map((i) => i - last),
      y: shown.map((i) => points[i]!.value),
      labels: shown.map((i) => runText(points[i]!.run)),
    });
    const isOut = (i: number) => limits !== undefined && sideOf(points[i]!.value, limits) !== 0;
    return linePlot(
      {
        id: `chart-${number.key}`,
        title: number.title,
        x: runAxis,
        y: { label: number.axis, unit, log: number.log },
        limits: limits
          ? [
              { axis: 'y', at: limits.low, label: 'lower limit' },
              { axis: 'y', at: limits.high, label: 'upper limit' },
            ]
          : [],
        note: limits
          ? `Usual: ${quantity(limits.centre, number.unit)}, between ${quantity(limits.low, number.unit)} and ${quantity(limits.high, number.unit)}.`
          : 'Too few runs for limits: at least eight.',
      },
      [
        {
          ...trace('line', number.title, 's0', places),
          points: false,
        },
        trace(
          'usual',
          'as usual',
          's0',
          places.filter((i) => !isOut(i)),
        ),
        trace('out', 'outside the limits', 'bad', places.filter(isOut)),
      ],
    );
  });
  return plots.length === 0 ? '' : plotSection({ id: 'charts', title: 'Key numbers', level: 2 }, [], plots);
}

function runText({ modules, t }: StationRun): string {
  return `${modules.join(', ')}, ${moment(t).slice(0, 16)}`;
}

/** How long each step took, run by run. */
export function durationSection(runs: readonly StationRun[]): string {
  const calibrations = [...new Set(runs.flatMap(({ durations }) => Object.keys(durations)))];
  if (calibrations.length === 0) return '';
  const traces = calibrations.map((calibration, i): Trace => {
    const own = runs.flatMap((run, k) =>
      run.durations[calibration] === undefined
        ? []
        : [{ x: k - runs.length + 1, y: run.durations[calibration], run }],
    );
    return {
      id: `time-${i}`,
      name: calibration,
      tone: `s${i % 8}`,
      x: own.map(({ x }) => x),
      y: own.map(({ y }) => y),
      labels: own.map(({ run }) => runText(run)),
    };
  });
  const points = traces.map((trace) => ({ ...trace, points: true }));
  const plot = linePlot(
    { id: 'times', title: 'Time by step', x: runAxis, y: { label: 'Time', unit: 's', log: true } },
    [...traces, ...points],
  );
  const legend = traces.map(({ id, name, tone }) => ({ id, name, tone }));
  return plotSection({ id: 'durations', title: 'Time by step', level: 2 }, legend, [plot]);
}
