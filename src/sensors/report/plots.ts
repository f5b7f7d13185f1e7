import { bandMap } from '../../plots/bandMap.ts';
import { countsPlot } from '../../plots/counts.ts';
import type { Limit } from '../../plots/frame.ts';
import { histogram } from '../../plots/histogram.ts';
import { type Line, linePlot, thinned } from '../../plots/lines.ts';
import { reliefPlot } from '../../plots/relief.ts';
import type { Criteria } from '../analyses/criteria.ts';
import { changed, hasAny, picked } from '../columns.ts';
import type { ColumnName } from '../quantities.ts';
import { derivedValues } from '../values.ts';
import type { Entry } from './entry.ts';

/** The plots of one type of test in one group, in the order in which they stand. */
type PlotsOf = (entries: readonly Entry[], id: string, criteria: Criteria) => string[];

const voltage = { label: 'Voltage', unit: 'V' };

const ivPlots: PlotsOf = (entries, id, { iv }) => [
  linePlot(
    {
      id: `${id}-iv`,
      title: 'Current density at 20 °C',
      x: voltage,
      y: { label: 'Current normalized to area', unit: 'nA/cm²', log: true },
      limits: [
        { axis: 'x', at: iv.testVoltage_V, label: `${iv.testVoltage_V} V` },
        { axis: 'y', at: iv.maximumCurrent_nA_per_cm2, label: `limit to ${iv.testVoltage_V} V` },
      ],
    },
    curves(entries),
  ),
  valueHistogram(
    entries,
    id,
    'currentAtTestVoltage_nA_per_cm2',
    `Current at ${iv.testVoltage_V} V`,
    'nA/cm²',
    0.1,
  ),
  valueHistogram(entries, id, 'breakdownVoltage_V', 'Breakdown voltage', 'V', 5, [iv.testVoltage_V]),
];

/** In the order of the report; a type that is not here is shown in the table alone. */
export const plotsByType: Readonly<Record<string, PlotsOf>> = {
  manufacturing: ivPlots,
  IV: ivPlots,
  CV: (entries, id, { cv }) => [
    linePlot(
      {
        id: `${id}-cv`,
        title: 'Inverse square capacitance, with its fit',
        x: voltage,
        y: { label: '1/C²', unit: 'pF⁻²' },
        limits: [{ axis: 'x', at: cv.maximumDepletion_V, label: 'depletion limit' }],
      },
      curves(entries),
    ),
    valueHistogram(entries, id, 'depletionVoltage_V', 'Depletion voltage', 'V', 1, [cv.maximumDepletion_V]),
    valueHistogram(entries, id, 'activeThickness_um', 'Active thickness', 'µm', 1, [cv.minimumThickness_um]),
  ],
  stability: (entries, id, { stability }) => [
    timePlot(
      entries,
      `${id}-stability`,
      'Leakage current at 20 °C',
      '|Current| or shunt voltage',
      'nA or mV',
      ({ judged }) => (judged.analysis.testType === 'stability' ? judged.analysis.curve : undefined),
    ),
    logPlot(entries, `${id}-temperature`, 'Temperature', '°C', 'temperature_C'),
    logPlot(entries, `${id}-humidity`, 'Humidity', '%', 'humidity_percent', [
      { axis: 'y', at: stability.maximumHumidity_percent, label: 'limit' },
    ]),
  ],
  strip: (entries, id, { strip }) => [
    badStripMap(entries, id),
    stripHistogram(entries, id, 'current_nA', 'Current', 'nA', 0.05),
    stripHistogram(entries, id, 'capacitance_pF', 'Capacitance', 'pF', 0.5),
    stripHistogram(entries, id, 'resistance_MOhm', 'Resistance', 'MΩ', 0.01, [
      strip.minimumResistance_MOhm,
      strip.maximumResistance_MOhm,
    ]),
  ],
  bow: (entries, id, { bow }) => [
    relief(entries, `${id}-surface`, 'Bow: surfaces', 'lines'),
    relief(entries, `${id}-points`, 'Bow: points', 'points', `${id}-surface`),
    valueHistogram(entries, id, 'maximumBow_um', 'Maximum bow', 'µm', 1, [bow.maximumBow_um]),
    valueHistogram(entries, id, 'averageBow_um', 'Average bow', 'µm', 1),
    valueHistogram(entries, id, 'bowDeviation_um', 'Deviation of bow', 'µm', 1),
  ],
  thickness: (entries, id, { thickness }) => [
    valueHistogram(entries, id, 'thickness_um', 'Thickness', 'µm', 1, [
      thickness.minimum_um,
      thickness.maximum_um,
    ]),
  ],
};

function curves(entries: readonly Entry[]) {
  return entries.flatMap(({ id, name, tone, judged }) => {
    const { analysis } = judged;
    if (!('curve' in analysis) || !analysis.curve) return [];
    const fit = analysis.testType === 'CV' ? analysis.fit?.curve : undefined;
    return [{ id, name, tone, ...analysis.curve, fit }];
  });
}

function valueHistogram(
  entries: readonly Entry[],
  id: string,
  value: string,
  title: string,
  unit: string,
  binWidth: number,
  limits: readonly number[] = [],
): string {
  const values = entries.flatMap(({ judged, ...entry }) => {
    const found = derivedValues(judged.analysis).find(({ name }) => name === value);
    return found ? [{ ...entry, value: found.value }] : [];
  });
  return histogram(
    {
      id: `${id}-${value}`,
      title,
      x: { label: title, unit },
      binWidth,
      limits: limits.map((at) => ({ axis: 'x', at, label: 'limit' })),
    },
    values,
  );
}

const secondsPerHour = 3600;

/** Something against the hours of a stability test. */
function timePlot(
  entries: readonly Entry[],
  id: string,
  title: string,
  label: string,
  unit: string,
  lineOf: (entry: Entry) => Line | undefined,
  limits: readonly Limit[] = [],
): string {
  const traces = entries.flatMap((entry) => {
    const line = lineOf(entry);
    if (!line) return [];
    const { x, y } = thinned(line);
    return [{ id: entry.id, name: entry.name, tone: entry.tone, x: x.map((s) => s / secondsPerHour), y }];
  });
  return linePlot(
    {
      id,
      title,
      x: { label: 'Time', unit: 'h' },
      y: { label, unit },
      limits,
      note: 'Of a long log the lowest and the highest reading of each stretch are drawn.',
    },
    traces,
  );
}

/** A logged quantity against the hours. */
export function logPlot(
  entries: readonly Entry[],
  id: string,
  label: string,
  unit: string,
  name: ColumnName,
  limits: readonly Limit[] = [],
): string {
  return timePlot(entries, id, label, label, unit, ({ judged }) => logged(judged.test.columns, name), limits);
}

function logged(columns: Partial<Record<ColumnName, Float64Array>>, name: ColumnName): Line | undefined {
  const [time, values] = [columns.time_s, columns[name]];
  if (!time || !values) return undefined;
  if (!hasAny(values, Number.isNaN)) return { x: time, y: values };
  const there = (_: number, i: number) => !Number.isNaN(values[i]!);
  return { x: picked(time, there), y: picked(values, there) };
}

function badStripMap(entries: readonly Entry[], id: string): string {
  const columns = entries.flatMap(({ judged, ...entry }) => {
    if (judged.analysis.testType !== 'strip') return [];
    const bands = Object.entries(judged.analysis.bad).map(([channels, flags]) => {
      const [first = 0, last = first] = channels.split('-').map(Number);
      return { first, last, label: `${channels}: ${flags.join(', ')}` };
    });
    return [{ ...entry, group: `segment ${judged.test.segment ?? '?'}`, bands }];
  });
  const channels = entries.reduce((most, { judged }) => Math.max(most, judged.test.rows), 1);
  return bandMap(
    {
      id: `${id}-map`,
      title: 'Bad strips',
      x: { label: 'Segment, a column a test' },
      y: { label: 'Strip' },
    },
    columns,
    channels,
  );
}

function stripHistogram(
  entries: readonly Entry[],
  id: string,
  column: ColumnName,
  title: string,
  unit: string,
  binWidth: number,
  limits: readonly number[] = [],
): string {
  const tests = entries.flatMap(({ judged, ...entry }) => {
    const values = judged.test.columns[column];
    return values ? [{ ...entry, values }] : [];
  });
  return countsPlot(
    {
      id: `${id}-${column}`,
      title: `${title} of the strips`,
      x: { label: title, unit },
      binWidth,
      limits: limits.map((at) => ({ axis: 'x', at, label: 'limit' })),
    },
    tests,
  );
}

function relief(
  entries: readonly Entry[],
  id: string,
  title: string,
  as: 'lines' | 'points',
  pointsOf?: string,
): string {
  const surfaces = entries.flatMap(({ judged, ...entry }) => {
    if (judged.analysis.testType !== 'bow' || !judged.analysis.surface) return [];
    const { x_mm: x, y_mm: y, bow_mm } = judged.analysis.surface;
    return [{ ...entry, x, y, z: changed(bow_mm, (height) => height * 1000) }];
  });
  return reliefPlot(
    { id, title, as, units: { x: 'mm', y: 'mm', z: 'µm' }, ...(pointsOf ? { pointsOf } : {}) },
    surfaces,
  );
}
