import { htmlDocument } from '../../plots/document.ts';
import { linePlot } from '../../plots/lines.ts';
import { changesTable } from '../history/historySection.ts';
import { dataTable, plotSection, verdictMark } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { moment, quantity, spoken, words } from '../page/text.ts';
import { drawDistributions } from '../readout/draw.ts';
import { meaningOf } from '../readout/meaning.ts';
import type { Distribution } from '../readout/readout.ts';
import { curveTraces } from '../run/ivSection.ts';
import type { ModuleData, RunData } from '../run/runData.ts';
import { flagSection } from '../run/runReport.ts';
import type { ModuleComparison, Pair } from './comparison.ts';

/** Two runs side by side: what changed beyond a limit first, then the curves over each other, then every number. */
export function comparisonPage(
  before: RunData,
  after: RunData,
  modules: readonly ModuleComparison[],
): string {
  const flags = modules.flatMap(({ changes, other }) => (other ? [] : changes.map(({ flag }) => flag)));
  const different = modules.some(({ other }) => other)
    ? '<p class="simulated">Different modules: what differs has not changed.</p>'
    : '';
  const runs = dataTable(
    'The runs',
    ['', 'run', 'when', 'station', 'modules', 'verdict'],
    [before, after].map(({ record }, i) => [
      i === 0 ? 'before' : 'after',
      `<code>${words(record.run)}</code>`,
      moment(record.started),
      words(record.station.id),
      record.modules.map(({ name, serialNumber }) => words(serialNumber ?? name)).join('<br>'),
      verdictMark(record.verdict),
    ]),
  );
  return htmlDocument({
    title: `${before.record.run} and ${after.record.run}`,
    style: reportStyle,
    body: `<h1>Two runs compared</h1>${different}${runs}<main>${flagSection(flags)}${modules.map(moduleSection).join('')}</main>`,
  });
}

function moduleSection(comparison: ModuleComparison, i: number): string {
  const { before, after, other, changes, pairs } = comparison;
  const id = `module${i}`;
  const traces = [
    ...curves(before, `${id}-before`, 'before', 's1'),
    ...curves(after, `${id}-after`, 'after', 's0'),
  ];
  const iv =
    traces.length === 0
      ? []
      : [
          linePlot(
            {
              id: `${id}-iv`,
              title: 'IV curves, as measured',
              x: { label: 'Voltage', unit: 'V' },
              y: { label: '|Current|', unit: 'A', log: true },
            },
            traces,
          ),
        ];
  const legend = [
    { id: `${id}-before`, name: 'before', tone: 's1' },
    { id: `${id}-after`, name: 'after', tone: 's0' },
  ];
  const title = other ? `${before.module.name} and ${after.module.name}` : after.module.name;
  return plotSection(
    { id, title, level: 2 },
    legend,
    [...iv, ...distributions(comparison, id)],
    `${other ? '' : changesTable(changes)}${pairTable(pairs)}`,
  );
}

function curves({ iv }: ModuleData, id: string, name: string, tone: string) {
  return iv
    .slice(-1)
    .flatMap((curve) => curveTraces(curve, id, name, tone))
    .filter((trace) => trace.id === id);
}

/** After tuning, chip by chip. */
function distributions({ before, after }: ModuleComparison, id: string): string[] {
  const [old, fresh] = [tuned(before), tuned(after)];
  return [...fresh].flatMap(([key, distribution]) => {
    const earlier = old.get(key);
    return earlier
      ? [
          drawDistributions({ id: `${id}-${key.replace(' ', '-')}`, title: `${key}, after tuning` }, [
            { id: `${id}-before`, name: 'before', tone: 's1', distribution: earlier },
            { id: `${id}-after`, name: 'after', tone: 's0', distribution },
          ]),
        ]
      : [];
  });
}

function tuned({ readout }: ModuleData): Map<string, Distribution> {
  const found = new Map<string, Distribution>();
  for (const { file, objects } of readout)
    for (const object of objects) {
      const meaning = meaningOf(file.split('/').at(-1)!, object);
      if (object.kind !== 'distribution' || !meaning || meaning.when === 'before') continue;
      found.set(`${meaning.quantity} chip${meaning.chip ?? ''}`, object);
    }
  return found;
}

function pairTable(pairs: readonly Pair[]): string {
  return dataTable(
    'Every measurement',
    ['calibration', 'measurement', 'before', 'after', 'difference', '', ''],
    pairs.map(({ calibration, name, unit, before, after }) => [
      words(calibration),
      words(spoken(name)),
      { html: quantity(before?.value, unit), of: 'n' },
      { html: quantity(after?.value, unit), of: 'n' },
      { html: differenceText(before?.value, after?.value, unit), of: 'n' },
      before ? verdictMark(before.verdict) : '',
      after ? verdictMark(after.verdict) : '',
    ]),
  );
}

export function differenceText(before: number | undefined, after: number | undefined, unit: string): string {
  if (before === undefined || after === undefined) return '';
  const difference = after - before;
  const part =
    before === 0 ? '' : ` (${difference > 0 ? '+' : ''}${((100 * difference) / before).toFixed(1)} %)`;
  return `${difference > 0 ? '+' : ''}${quantity(difference, unit)}${part}`;
}
