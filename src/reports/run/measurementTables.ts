import { type Measurement, worst } from '../../base/verdict.ts';
import type { ModuleRecord, RunRecord, StepRecord } from '../../journal/record.ts';
import { escapeHtml } from '../../plots/html.ts';
import { type Cell, dataTable, toneOf, verdictMark } from '../page/pieces.ts';
import { spoken, words } from '../page/text.ts';
import { stepMark } from './heading.ts';
import { measuredText } from './measured.ts';

/** Every measurement with its limits, step by step; what was measured of each chip stands side by side. */
export function measurementTables({ steps, modules }: RunRecord): string {
  const tables = steps.map((step) => {
    const results = step.results.map(({ module: index, measurements, criteria, verdict }) => {
      const module = modules.find((one) => one.index === index);
      const by = criteria ? `by the criteria ${criteria.name} of ${criteria.date}` : 'no criteria';
      const caption = `${module?.name ?? index}, ${step.calibration}: ${by}`;
      const own = modules.length > 1 ? `<p>${verdictMark(verdict)} ${words(module?.name ?? index)}</p>` : '';
      return own + measurementTable(caption, measurements, module);
    });
    const reason = step.reason === undefined ? '' : `<p class="quiet">${words(step.reason)}</p>`;
    return `<section><h3>${step.step} ${words(step.calibration)} ${stepMark(step)}</h3>${reason}${results.join('')}${itemTable(step)}</section>`;
  });
  return `<section id="measurements"><h2>Measurements</h2>${tables.join('\n')}</section>`;
}

/** The same quantity of one chip after the other, or of the module as a whole. */
interface MeasurementRow {
  name: string;
  /** By the chip's number; of the module as a whole under none. */
  of: ReadonlyMap<string | undefined, Measurement>;
}

/** Rows of a table whose columns are the chips. Chips with limits of their own have rows of their own. */
export function byChip(measurements: readonly Measurement[]): { chips: string[]; rows: MeasurementRow[] } {
  const rows = new Map<string, { name: string; of: Map<string | undefined, Measurement> }>();
  const chips = new Set<string>();
  for (const measurement of measurements) {
    const { chip, name } = quantityOf(measurement.name);
    if (chip !== undefined) chips.add(chip);
    const { min, max, source } = measurement;
    const key = JSON.stringify([name, chip === undefined, min, max, source]);
    const row = rows.get(key) ?? { name, of: new Map() };
    row.of.set(chip, measurement);
    rows.set(key, row);
  }
  return {
    chips: [...chips].sort((a, b) => Number(a) - Number(b)),
    rows: [...rows.values()],
  };
}

/** `chip2_noise_mean` → the noise mean of chip 2, `VDDA_ROC0_min` → the VDDA min of chip 0. */
function quantityOf(name: string): { chip?: string; name: string } {
  const [, chip, rest] = /^chip(\d+)_(.+)$/.exec(name) ?? [];
  if (chip !== undefined) return { chip, name: rest! };
  const [, rail, roc, end] = /^(\w+?)_ROC(\d+)(_\w+)?$/.exec(name) ?? [];
  return roc === undefined ? { name } : { chip: roc, name: `${rail}${end ?? ''}` };
}

function measurementTable(
  caption: string,
  measurements: readonly Measurement[],
  module: ModuleRecord | undefined,
): string {
  const { chips, rows } = byChip(measurements);
  const columns = chips.length === 0 ? ['value'] : chips.map((chip) => `chip ${chip}`);
  const number = (html: string): Cell => ({ html, of: 'n' });
  return dataTable(
    caption,
    [
      'measurement',
      ...columns.map(number),
      number('lowest'),
      number('highest'),
      'verdict',
      { html: 'limit from', of: 'wide' },
    ],
    rows.map(({ name, of }): Cell[] => {
      const all = [...of.values()];
      const { min, max, source } = all[0]!;
      const whole = of.get(undefined);
      const values: Cell[] = whole
        ? [{ ...valueCell(whole, module), span: columns.length }]
        : chips.map((chip) => {
            const own = of.get(chip);
            return own ? valueCell(own, module) : '';
          });
      return [
        words(spoken(name)),
        ...values,
        number(limitText(all[0]!, min)),
        number(limitText(all[0]!, max)),
        all.every(isUnjudged) ? '' : verdictMark(worst(all.map(({ verdict }) => verdict))),
        { html: source === undefined ? '' : words(source), of: 'quiet wide text' },
      ];
    }),
  );
}

function limitText(measurement: Measurement, limit: number | undefined): string {
  return limit === undefined ? '' : words(measuredText({ ...measurement, value: limit }, undefined));
}

function isUnjudged({ verdict, min, max, flag }: Measurement): boolean {
  return verdict === 'NONE' && min === undefined && max === undefined && flag === undefined;
}

/** The number as the record has it stands beside the one that is read. */
function valueCell(measurement: Measurement, module: ModuleRecord | undefined): { html: string; of: string } {
  const { name, value, verdict } = measurement;
  const data = value === undefined ? '' : ` data-name="${escapeHtml(name)}" data-value="${value}"`;
  const bad = verdict === 'FAIL' || verdict === 'ERROR' ? ` ${toneOf[verdict]}` : '';
  return { html: `<span${data}>${words(measuredText(measurement, module))}</span>`, of: `n${bad}` };
}

/** Of a site's own checks. */
function itemTable({ items }: StepRecord): string {
  return dataTable(
    'Checks of the site',
    ['check', 'verdict', 'measured', 'said'],
    items.map(({ id, verdict, measurements, messages, fail, problems }) => [
      words(id),
      words(verdict),
      measurements
        .map(({ name, value, unit }) => words(`${String(name)} ${String(value)} ${String(unit ?? '')}`))
        .join('<br>'),
      {
        html: [...messages, ...(fail ? [`${fail.fid}: ${fail.msg}`] : []), ...problems]
          .map(words)
          .join('<br>'),
        of: 'text',
      },
    ]),
  );
}
