import type { Measurement } from '../../base/verdict.ts';
import { htmlDocument } from '../../plots/document.ts';
import { linePlot } from '../../plots/lines.ts';
import { changesTable } from '../history/historySection.ts';
import { dataTable, plotSection, verdictMark } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { quantity, sentence, spoken, when, words } from '../page/text.ts';
import { drawDistributions } from '../readout/draw.ts';
import { meaningOf } from '../readout/meaning.ts';
import type { Distribution } from '../readout/readout.ts';
import type { Flag } from '../run/flags.ts';
import { curveTraces } from '../run/ivSection.ts';
import type { ModuleData } from '../run/runData.ts';
import { flagSection } from '../run/runReport.ts';
import type { ModuleComparison, Pair, RunComparison } from './comparison.ts';

/** Two runs side by side: what changed beyond a limit and what nobody knows first, then the curves over each other, then every number. */
export function comparisonPage({ before, after, modules, unknown, notes }: RunComparison): string {
  const flags: Flag[] = [
    ...modules.flatMap(({ changes }) => changes.map(({ flag }) => flag)),
    ...unknown.map((what) => ({ severity: 'unknown' as const, code: 'not compared', what: sentence(what) })),
  ];
  const runs = dataTable(
    'The runs',
    ['', 'run', 'when', 'station', 'modules', 'verdict'],
    [before, after].map(({ record }, i) => [
      i === 0 ? 'before' : 'after',
      `<code>${words(record.run)}</code>`,
      when(record.started),
      words(record.station.id),
      record.modules.map(({ name, serialNumber }) => words(serialNumber ?? name)).join('<br>'),
      verdictMark(record.verdict),
    ]),
  );
  const said = notes.map((note) => `<p>${words(note)}</p>`).join('');
  return htmlDocument({
    title: `${before.record.run} and ${after.record.run}`,
    style: reportStyle,
    body: `<h1>Two runs compared</h1>${runs}${said}<main>${flagSection(flags)}${modules.map(moduleSection).join('')}</main>`,
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

/** What differs first; what is the same is there for who asks. */
function pairTable(pairs: readonly Pair[]): string {
  const differs = (pair: Pair) => isDifferent(pair) || pair.before?.verdict !== pair.after?.verdict;
  const both = pairs.filter(({ before, after }) => before && after);
  const only = (of: 'before' | 'after') =>
    pairs.filter((pair) => pair[of] && !pair[of === 'before' ? 'after' : 'before']);
  return [
    tableOf('What differs', both.filter(differs)),
    folded('only in the earlier run', only('before')),
    folded('only in the later run', only('after')),
    folded(
      'the same in both',
      both.filter((pair) => !differs(pair)),
    ),
  ].join('');
}

function folded(what: string, pairs: readonly Pair[]): string {
  if (pairs.length === 0) return '';
  return `<details><summary>${pairs.length} measurements ${what}</summary>${tableOf(sentence(what), pairs)}</details>`;
}

function tableOf(caption: string, pairs: readonly Pair[]): string {
  const number = (html: string) => ({ html, of: 'n' });
  return dataTable(
    caption,
    ['calibration', 'measurement', number('before'), '', number('after'), '', number('difference')],
    pairs.map(({ calibration, name, before, after }) => [
      words(calibration),
      words(spoken(name)),
      number(before ? quantity(before.value, before.unit) : ''),
      verdictOf(before),
      number(after ? quantity(after.value, after.unit) : ''),
      verdictOf(after),
      number(differenceText(before, after)),
    ]),
  );
}

export function isDifferent({ before, after }: Pair): boolean {
  return before?.value !== after?.value || before?.unit !== after?.unit;
}

/** What nobody judged needs no mark. */
function verdictOf(measurement: Pair['before']): string {
  if (!measurement || (measurement.verdict === 'NONE' && measurement.flag === undefined)) return '';
  return verdictMark(measurement.verdict);
}

export function differenceText(was: Measurement | undefined, is: Measurement | undefined): string {
  if (was?.value === undefined || is?.value === undefined) return '';
  if (was.unit !== is.unit) return `${words(was.unit)}, then ${words(is.unit)}`;
  const [before, after] = [was.value, is.value];
  const difference = after - before;
  const sign = difference > 0 ? '+' : '';
  // Of the magnitude: -80 V after -40 V is more negative, and so less.
  const part = before === 0 ? '' : ` (${sign}${((100 * difference) / Math.abs(before)).toFixed(1)} %)`;
  return `${sign}${quantity(difference, is.unit)}${part}`;
}
