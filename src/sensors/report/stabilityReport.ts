import { htmlDocument } from '../../plots/document.ts';
import { heatMap } from '../../plots/heatMap.ts';
import { escapeHtml } from '../../plots/html.ts';
import { type Criteria, shippedCriteria } from '../analyses/criteria.ts';
import { compareNames } from '../judged.ts';
import type { Entry } from './entry.ts';
import { entryOf } from './entry.ts';
import { logPlot, plotsByType } from './plots.ts';
import { key, type ReportOptions, type SensorGroup, testSection } from './report.ts';
import { reportStyle } from './style.ts';
import { waferTable } from './table.ts';
import { unreadText } from './unreadable.ts';

/** The stability tests alone, with the raw current and with humidity against current. */
export function stabilityReport(groups: readonly SensorGroup[], options: ReportOptions = {}): string {
  const title = options.title ?? 'Current stability';
  const criteria = options.criteria ?? shippedCriteria;
  let count = 0;
  const body = groups.map(({ title: name, tests }, index) => {
    const stability = tests.filter(({ test }) => test.testType === 'stability');
    const entries = stability.map((judged) => entryOf(judged, `t${++count}`));
    entries.sort((one, other) => compareNames(one.name, other.name));
    const id = `g${index + 1}`;
    return `<div class="batch" id="${id}"><h2>${escapeHtml(name)}</h2>${waferTable(entries)}${testSection(
      'stability',
      entries,
      plots(entries, id, criteria),
    )}</div>`;
  });
  const head = `<h1>${escapeHtml(title)}</h1>${key()}${unreadText(options.unreadable ?? [], options.duplicates ?? [])}`;
  return htmlDocument({ title, style: reportStyle, body: head + body.join('') });
}

function plots(entries: readonly Entry[], id: string, criteria: Criteria): string[] {
  return [
    logPlot(entries, `${id}-raw`, 'Current as measured', 'nA', 'current_nA'),
    ...plotsByType.stability!(entries, id, criteria),
    heatMap(
      {
        id: `${id}-humidity-current`,
        title: 'Humidity against current at 20 °C',
        x: { label: '|Current| or shunt voltage', unit: 'nA or mV' },
        y: { label: 'Humidity', unit: '%' },
        note: 'Readings that have both; the darker, the more of them.',
      },
      entries.flatMap(humidityByCurrent),
    ),
  ];
}

/** Current at 20 °C and humidity of the same moments. */
function humidityByCurrent({ judged }: Entry): { x: number[]; y: number[] }[] {
  const { analysis, test } = judged;
  const [time, humidity] = [test.columns.time_s, test.columns.humidity_percent];
  if (analysis.testType !== 'stability' || !analysis.curve || !time || !humidity) return [];
  const humidityAt = new Map(Array.from(time, (seconds, i) => [seconds, humidity[i]!]));
  const { x: times, y: currents } = analysis.curve;
  return [
    { x: Array.from(currents), y: Array.from(times, (seconds) => humidityAt.get(seconds) ?? Number.NaN) },
  ];
}
