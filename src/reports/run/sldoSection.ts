import { linePlot, type Trace } from '../../plots/lines.ts';
import { card, dataTable, plotSection } from '../page/pieces.ts';
import { quantity, words } from '../page/text.ts';
import type { ModuleData, SldoResult } from './runData.ts';

/** What the shunt-LDO regulators of a module hold against the current, and from where on. */
export function sldoSection({ module, sldo }: ModuleData, id: string): string {
  return sldo.map((curve) => oneSection(module.name, curve, `${id}-${curve.step}`)).join('');
}

function oneSection(module: string, { current, supply, input, rails }: SldoResult, id: string): string {
  const traces = rails.map(
    ({ name, volts }, i): Trace => ({
      id: `${id}-${name}`,
      name,
      tone: `s${i % 8}`,
      x: current,
      y: volts,
      gaps: true,
    }),
  );
  const knees = rails.flatMap(({ name, volts, knee }) =>
    knee === undefined ? [] : [{ name, x: knee, y: valueAt(current, volts, knee) }],
  );
  const amperes = { label: 'Current', unit: 'A' };
  const regulated = linePlot(
    {
      id: `${id}-rails`,
      title: `Regulated voltages of ${module}, with their knees`,
      x: amperes,
      y: { label: 'Voltage', unit: 'V' },
    },
    [
      ...traces,
      {
        id: `${id}-knees`,
        name: 'knee',
        tone: 'unknown',
        points: true,
        x: knees.map(({ x }) => x),
        y: knees.map(({ y }) => y),
      },
    ],
  );
  const inputs: Trace[] = [
    ...(input
      ? [{ id: `${id}-VIN`, name: 'VIN at the module', tone: 's0', x: current, y: input, gaps: true }]
      : []),
    ...(supply
      ? [{ id: `${id}-supply`, name: 'at the supply', tone: 's1', x: current, y: supply, gaps: true }]
      : []),
  ];
  const inputPlot =
    inputs.length === 0
      ? []
      : [
          linePlot(
            {
              id: `${id}-input`,
              title: `Input voltage of ${module}`,
              x: amperes,
              y: { label: 'Voltage', unit: 'V' },
            },
            inputs,
          ),
        ];
  const legend = [...traces, ...inputs].map(({ id: test, name, tone }) => ({ id: test, name, tone }));
  return plotSection({ id, title: 'Shunt-LDO curves', columns: 'three' }, legend, [
    regulated,
    ...inputPlot,
    card(kneeTable(rails)),
  ]);
}

/** A chip a row, its regulators side by side. */
function kneeTable(rails: SldoResult['rails']): string {
  const kinds = [...new Set(rails.map(({ name }) => kindOf(name)))].sort();
  const chips = [...new Set(rails.map(({ chip }) => chip))].sort((a, b) => Number(a) - Number(b));
  const table = dataTable(
    'A regulator holds its voltage from',
    ['', ...kinds.map((kind) => ({ html: words(kind), of: 'n' }))],
    chips.map((chip) => [
      `chip ${words(chip)}`,
      ...kinds.map((kind) => {
        const rail = rails.find((one) => one.chip === chip && kindOf(one.name) === kind);
        if (!rail) return '';
        return rail.knee === undefined
          ? { html: 'does not regulate', of: 'bad' }
          : { html: quantity(rail.knee, 'A'), of: 'n' };
      }),
    ]),
  );
  return `${table}<p class="quiet">From there on it holds 98 % of its voltage in the upper quarter of the range.</p>`;
}

/** `VDDA_ROC2` → `VDDA`. */
function kindOf(name: string): string {
  return name.replace(/_?(ROC)?\d+$/, '');
}

/** Between its neighbours. */
function valueAt(xs: readonly number[], ys: readonly number[], x: number): number {
  const next = xs.findIndex((one) => one >= x);
  if (next <= 0) return ys[Math.max(0, next)]!;
  const part = (x - xs[next - 1]!) / (xs[next]! - xs[next - 1]!);
  const y = ys[next - 1]! + part * (ys[next]! - ys[next - 1]!);
  return Number.isFinite(y) ? y : ys[next]!;
}
