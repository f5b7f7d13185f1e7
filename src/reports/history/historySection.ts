import { toTwentyCelsius } from '../../calibrations/ivResults.ts';
import { linePlot, type Trace } from '../../plots/lines.ts';
import { dataTable, plotSection, verdictMark } from '../page/pieces.ts';
import { moment, quantity, when, words } from '../page/text.ts';
import { curveTraces } from '../run/ivSection.ts';
import type { IVCurve } from '../run/runData.ts';
import { type Change, spokenName } from './changes.ts';
import { leakageAt20C, type PastRun } from './pastRun.ts';

/** A module's run beside its earlier ones. */
export interface History {
  /** Oldest first. */
  past: readonly PastRun[];
  now: PastRun;
  changes: readonly Change[];
  /** Whether a database was asked for more, and what came of it. */
  database: string;
}

export function historySection({ past, now, changes, database }: History, id: string): string {
  const asked = `<p class="quiet">${words(database)}</p>`;
  if (past.length === 0)
    return `<section id="${id}"><h3>Against its past</h3><p>No earlier run of this module is known here.</p>${asked}</section>
`;
  const runs = [...past, now];
  const iv = ivOverlay(runs, id);
  const leakage = trendPlot(
    runs,
    { id: `${id}-leakage`, title: 'Leakage at operating voltage, at 20 °C', axis: 'Leakage', unit: 'A' },
    [leakageAt20C],
  );
  const thresholds = [...now.values.keys()].filter((name) => /\.chip\d+_threshold_mean$/.test(name));
  const drift = trendPlot(
    runs,
    { id: `${id}-threshold`, title: 'Mean threshold', axis: 'Threshold', unit: 'e' },
    thresholds,
  );
  const table = dataTable(
    'Earlier runs',
    ['run', 'when', 'stage', 'from', 'verdict', 'leakage at 20 °C'],
    runs.map((run) => [
      reportLink(run, now),
      when(run.t),
      words(run.stage),
      run.from,
      verdictMark(run.verdict),
      { html: quantity(run.values.get(leakageAt20C)?.value, 'A'), of: 'n' },
    ]),
  );
  return plotSection(
    { id, title: 'Against its past', columns: 'three' },
    iv.legend,
    [iv.plot, leakage, drift].filter((plot) => plot !== undefined),
    changesTable(changes) + table + asked,
  );
}

/** Reports lie in the folders of their runs, side by side. */
function reportLink({ run, from }: PastRun, now: PastRun): string {
  if (run === now.run) return `${words(run)}, this run`;
  return from === 'local'
    ? `<a href="../${encodeURIComponent(run)}/report.html">${words(run)}</a>`
    : words(run);
}

export function changesTable(changes: readonly Change[]): string {
  return dataTable(
    'Changed beyond a limit',
    ['measurement', 'was', 'is', 'since'],
    changes.map(({ name, before, now, unit, since }) => [
      words(spokenName(name)),
      { html: quantity(before, unit), of: 'n' },
      { html: quantity(now, unit), of: 'n' },
      words(since),
    ]),
  );
}

/** All IV curves at 20 °C, one tone a stage; this run's in full strength. */
function ivOverlay(runs: readonly PastRun[], id: string) {
  const stages = [...new Set(runs.map(({ stage }) => stage))];
  const traces = runs.flatMap(({ run, stage, iv, t }, i) => {
    const last = i === runs.length - 1;
    const name = `${stage}, ${moment(t).slice(0, 16)}${last ? ', this run' : ''}`;
    const tone = `s${stages.indexOf(stage) % 8}${last ? '' : ' past'}`;
    return iv
      .flatMap((curve) => curveTraces(atTwentyCelsius(curve), `${id}-${i}-${curve.step}`, name, tone))
      .filter(({ id: trace }) => !/-(back|limited)$/.test(trace) && run !== '');
  });
  const plot =
    traces.length === 0
      ? undefined
      : linePlot(
          {
            id: `${id}-iv`,
            title: 'IV by stage, at 20 °C where the temperature is known',
            x: { label: 'Voltage', unit: 'V' },
            y: { label: '|Current|', unit: 'A', log: true },
          },
          traces,
        );
  return { plot, legend: traces.map((trace) => ({ id: trace.id, name: trace.name, tone: trace.tone })) };
}

function atTwentyCelsius(curve: IVCurve): IVCurve {
  if (curve.temperature === undefined) return curve;
  const factor = toTwentyCelsius(curve.temperature);
  return { ...curve, points: curve.points.map((point) => ({ ...point, current: point.current * factor })) };
}

/** Some numbers of a module over its runs. */
function trendPlot(
  runs: readonly PastRun[],
  { id, title, axis, unit }: { id: string; title: string; axis: string; unit: string },
  names: readonly string[],
): string | undefined {
  const traces = names.flatMap((name, k): Trace[] => {
    const x = runs.flatMap(({ values }, i) => (values.has(name) ? [i - runs.length + 1] : []));
    const y = runs.flatMap(({ values }) => values.get(name)?.value ?? []);
    const labels = runs.flatMap(({ values, run }) => (values.has(name) ? [run] : []));
    return y.length < 2
      ? []
      : [{ id: `${id}-${k}`, name: spokenName(name), tone: `s${k % 8}`, x, y, labels }];
  });
  if (traces.length === 0) return undefined;
  const points = traces.map((trace) => ({ ...trace, id: `${trace.id}-points`, points: true }));
  return linePlot({ id, title, x: { label: 'Run (0: this one)', whole: true }, y: { label: axis, unit } }, [
    ...traces,
    ...points,
  ]);
}
