import { formatDuration } from '../../base/quantityText.ts';
import { htmlDocument } from '../../plots/document.ts';
import { linePlot, type Trace } from '../../plots/lines.ts';
import { dataTable, plotSection, verdictMark } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { day, moment, quantity, words } from '../page/text.ts';
import { flagSection } from '../run/runReport.ts';
import { sideOf } from './diagnosis.ts';
import { type Chart, chartsOf, findings } from './findings.ts';
import type { StationRun } from './stationRun.ts';
import { failuresByCode, hvTimeByModule, type Yield, yieldBy, yieldByDay } from './tally.ts';

export interface StationReportInput {
  station: string;
  /** Oldest first. */
  runs: readonly StationRun[];
  made: number;
  /** The shift hand-over page: the runs since then in full; the charts still show all. */
  since?: number | undefined;
  /** Results that wait for the database; absent: nobody asked the outbox. */
  queue?: { waiting: number; held: number; confirmed: number } | undefined;
  /** Self-tests of the interlocks, newest first; absent: none are known. */
  selfTests?: readonly { t: number; what: string; passed: boolean }[] | undefined;
  /** Why the log of the self-tests cannot be trusted. */
  selfTestsBroken?: string | undefined;
}

/** How the station has been: what is usual, what is not, and whom to suspect. */
export function stationReport(input: StationReportInput): string {
  const { station, runs, made, since, queue } = input;
  const charts = chartsOf(runs);
  const shown = since === undefined ? runs : runs.filter(({ t }) => t >= since);
  const title = since === undefined ? `Station ${station}` : `Shift hand-over, station ${station}`;
  const range =
    since === undefined
      ? `${runs.length} runs${runs.length > 0 ? ` from ${day(runs[0]!.t)} to ${day(runs.at(-1)!.t)}` : ''}`
      : `${shown.length} runs since ${moment(since)}; the charts show the last ${runs.length}`;
  const body = [
    `<h1>${words(title)}</h1><p class="quiet">${range}. Written ${moment(made)}.</p>`,
    '<main>',
    flagSection([...unsafeFlags(shown), ...findings(runs, charts)]),
    since === undefined ? '' : openSection(shown),
    yieldSection(shown),
    chartSection(charts),
    durationSection(runs),
    hvSection(shown),
    selfTestSection(input),
    queueSection(queue),
    runSection(shown),
    since === undefined ? '' : '<section id="notes"><h2>Notes</h2><div class="notes"></div></section>',
    '</main>',
  ];
  const style = `${reportStyle}.notes { border: 1px solid var(--line); min-height: 10rem; }`;
  return htmlDocument({ title, style, body: body.join('\n') });
}

function unsafeFlags(runs: readonly StationRun[]) {
  return runs
    .filter(({ unsafe }) => unsafe)
    .map(({ run }) => ({
      severity: 'bad' as const,
      code: 'not safe',
      what: `${run}: it was not verified that everything is off, or its end was not written.`,
      hint: 'Unless a person has done so since: `baton safe`, and read the supplies at their front panels.',
    }));
}

/** What the next shift takes over. */
function openSection(runs: readonly StationRun[]): string {
  const latest = new Map(runs.flatMap((run) => run.modules.map((module) => [module, run] as const)));
  const open = [...latest].filter(([, { verdict }]) => verdict !== 'PASS');
  const table = dataTable(
    'Modules whose last run did not pass',
    ['module', 'verdict', 'why', 'what to do'],
    open.map(([module, { verdict, failures }]) => [
      words(module),
      verdictMark(verdict),
      words(failures[0]?.what ?? ''),
      words(failures[0]?.hint ?? ''),
    ]),
  );
  return `<section id="open"><h2>Open</h2>${table || '<p>Every module passed its last run.</p>'}</section>`;
}

function yieldSection(runs: readonly StationRun[]): string {
  const table = (caption: string, rows: readonly Yield[]) =>
    dataTable(
      caption,
      ['', 'runs', 'passed', ''],
      rows.map(({ of, runs: all, passed }) => [
        words(of),
        { html: String(all), of: 'n' },
        { html: `${passed} (${Math.round((100 * passed) / all)} %)`, of: 'n' },
        `<span class="bar good" style="width:${((8 * passed) / all).toFixed(2)}rem"></span><span class="bar bad" style="width:${((8 * (all - passed)) / all).toFixed(2)}rem"></span>`,
      ]),
    );
  const failures = dataTable(
    'By failure code',
    ['failure', 'runs', 'for example'],
    failuresByCode(runs).map(({ code, runs: all, example }) => [
      words(code),
      { html: String(all), of: 'n' },
      words(example),
    ]),
  );
  return `<section id="yield"><h2>Yield</h2>${table('By day', yieldByDay(runs))}${table(
    'By sequence',
    yieldBy(runs, ({ sequence }) => sequence),
  )}${failures}</section>`;
}

function chartSection(charts: readonly Chart[]): string {
  const plots = charts.map(({ number, points, limits }) => {
    const last = points.length - 1;
    const trace = (id: string, name: string, tone: string, wanted: (i: number) => boolean): Trace => ({
      id: `${number.key}-${id}`,
      name,
      tone,
      points: true,
      x: points.flatMap((_, i) => (wanted(i) ? [i - last] : [])),
      y: points.flatMap(({ value }, i) => (wanted(i) ? [value] : [])),
    });
    const isOut = (i: number) => limits !== undefined && sideOf(points[i]!.value, limits) !== 0;
    return linePlot(
      {
        id: `chart-${number.key}`,
        title: number.title,
        x: { label: 'Run (0: the last)', whole: true },
        y: { label: number.title, unit: number.unit.replace('Ohm', 'Ω'), log: number.log },
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
          id: `${number.key}-line`,
          name: number.title,
          tone: 's0',
          x: points.map((_, i) => i - last),
          y: points.map(({ value }) => value),
        },
        trace('usual', 'as usual', 's0', (i) => !isOut(i)),
        trace('out', 'outside the limits', 'bad', isOut),
      ],
    );
  });
  return plots.length === 0 ? '' : plotSection({ id: 'charts', title: 'Key numbers', level: 2 }, [], plots);
}

function durationSection(runs: readonly StationRun[]): string {
  const calibrations = [...new Set(runs.flatMap(({ durations }) => Object.keys(durations)))];
  if (calibrations.length === 0) return '';
  const traces = calibrations.map((calibration, i): Trace => {
    const own = runs.flatMap(({ durations }, k) =>
      durations[calibration] === undefined ? [] : [{ x: k - runs.length + 1, y: durations[calibration] }],
    );
    return {
      id: `time-${i}`,
      name: calibration,
      tone: `s${i % 8}`,
      x: own.map(({ x }) => x),
      y: own.map(({ y }) => y),
    };
  });
  const points = traces.map((trace) => ({ ...trace, points: true }));
  const plot = linePlot(
    {
      id: 'times',
      title: 'Time by step',
      x: { label: 'Run (0: the last)', whole: true },
      y: { label: 'Time', unit: 's', log: true },
    },
    [...traces, ...points],
  );
  const legend = traces.map(({ id, name, tone }) => ({ id, name, tone }));
  return plotSection({ id: 'durations', title: 'Time by step', level: 2 }, legend, [plot]);
}

function hvSection(runs: readonly StationRun[]): string {
  const table = dataTable(
    'Station time under HV; what a calibration had in hand counts as on',
    ['module', 'HV on', 'runs'],
    hvTimeByModule(runs).map(({ module, hvOn, runs: all }) => [
      words(module),
      { html: formatDuration(hvOn), of: 'n' },
      { html: String(all), of: 'n' },
    ]),
  );
  return `<section id="hv"><h2>HV by module</h2>${table || '<p>No runs.</p>'}</section>`;
}

function selfTestSection({ selfTests, selfTestsBroken }: StationReportInput): string {
  if (selfTests === undefined) return '';
  const table = dataTable(
    'Self-tests of the interlocks',
    ['when', 'what', ''],
    selfTests.map(({ t, what, passed }) => [moment(t), words(what), verdictMark(passed ? 'PASS' : 'FAIL')]),
  );
  const broken = selfTestsBroken
    ? `<p class="simulated">The log of the self-tests cannot be trusted: ${words(selfTestsBroken)}.</p>`
    : '';
  return `<section id="interlocks"><h2>Interlocks</h2>${broken}${table || '<p>No self-test is on record.</p>'}</section>`;
}

function queueSection(queue: StationReportInput['queue']): string {
  if (queue === undefined) return '';
  return `<section id="queue"><h2>Uploads</h2><p>${queue.waiting} waiting, ${queue.held} held, ${queue.confirmed} in the database.</p></section>`;
}

function runSection(runs: readonly StationRun[]): string {
  const table = dataTable(
    'Newest first',
    ['when', 'module', 'sequence', 'verdict', { html: 'run', of: 'wide' }],
    runs
      .toReversed()
      .map(({ t, modules, sequence, verdict, run }) => [
        moment(t),
        modules.map(words).join('<br>'),
        words(sequence),
        verdictMark(verdict),
        { html: `<code>${words(run)}</code>`, of: 'wide' },
      ]),
  );
  return `<section id="runs"><h2>Runs</h2>${table || '<p>None.</p>'}</section>`;
}
