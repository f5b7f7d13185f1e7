import type { Breakdown } from '../../base/verdict.ts';
import { wayUp } from '../../calibrations/breakdown.ts';
import type { JournalLine } from '../../journal/event.ts';
import type { BreakdownFound } from '../../journal/stepEvents.ts';
import type { Limit } from '../../plots/frame.ts';
import { linePlot, type Trace } from '../../plots/lines.ts';
import { card, facts, plotSection } from '../page/pieces.ts';
import { quantity, words } from '../page/text.ts';
import type { IVCurve, ModuleData, RunData } from './runData.ts';

/** The IV curves of a module with the limits of the supply, where the sensor breaks down, and the bias that was chosen. */
export function ivSection(run: RunData, { module, iv }: ModuleData, id: string): string {
  if (iv.length === 0) return '';
  const found = breakdownOf(run.lines, module.index);
  const compliance = complianceOf(run.lines);
  const bias = run.record.bias.at(-1);
  const traces = iv.flatMap((curve, i) => {
    const step = run.record.steps.find((one) => one.step === curve.step);
    const name = `step ${curve.step}${step?.state === 'completed' ? '' : `, ${step?.state}: does not count`}`;
    return curveTraces(curve, `${id}-${curve.step}`, name, `s${i % 8}`);
  });
  const limits: Limit[] = [
    ...(bias
      ? [
          {
            axis: 'x',
            at: bias.target,
            label: `${bias.allowed ? 'bias' : 'no bias at'} ${bias.target} V`,
          } as const,
        ]
      : []),
    ...(found ? witnesses(found) : []),
    ...(compliance === undefined
      ? []
      : [{ axis: 'y', at: compliance, label: `compliance ${quantity(compliance, 'A')}` } as const]),
  ];
  const plot = linePlot(
    {
      id: `${id}-plot`,
      title: `IV of ${module.name}`,
      x: { label: 'Voltage', unit: 'V' },
      y: { label: '|Current|', unit: 'A', log: true },
      limits,
      ...(traces.some(({ points }) => points)
        ? { note: 'Thick points: the supply limited the current.' }
        : {}),
    },
    traces,
  );
  const leakage = run.record.steps
    .flatMap(({ results }) => results.filter((result) => result.module === module.index))
    .flatMap(({ measurements }) => measurements)
    .find(({ name }) => name === 'leakage_at_operating_voltage_20C');
  const inWords = (breakdown: Breakdown | undefined) => breakdown && words(breakdownText(breakdown));
  const what = facts([
    ['Breakdown', found && `<b>${inWords(found.breakdown)}</b>`],
    ['reported by the calibration', inWords(found?.reported)],
    ['recomputed from the curve', inWords(found?.recomputed)],
    ['compliance reached', inWords(found?.compliance)],
    ['taken from', found?.from === undefined ? undefined : words(found.from)],
    ['Measured to', found?.measuredTo === undefined ? undefined : quantity(found.measuredTo, 'V')],
    [
      'Bias',
      bias && `<b>${bias.target} V ${bias.allowed ? 'allowed' : 'not allowed'}</b>: ${words(bias.reason)}`,
    ],
    ['Compliance', compliance === undefined ? undefined : quantity(compliance, 'A')],
    ['Leakage at operating voltage, at 20 °C', leakage && quantity(leakage.value, leakage.unit)],
    ['Temperature', iv.at(-1)?.temperature === undefined ? undefined : `${iv.at(-1)!.temperature} °C`],
  ]);
  const legend = traces.map(({ id: test, name, tone }) => ({ id: test, name, tone }));
  return plotSection({ id, title: 'IV curve', columns: 'beside' }, legend, [
    plot,
    card(what, 'What it tells of the sensor'),
  ]);
}

/** One curve: out, back, and the points at which the supply limited. */
export function curveTraces(curve: IVCurve, id: string, name: string, tone: string): Trace[] {
  // A meter's noise about 0 V would stretch a logarithmic axis over decades that say nothing.
  const shown = curve.points.filter(({ set, current }) => Math.abs(set) > 0.5 && current !== 0);
  const out = wayUp(shown);
  const back = shown.filter((point) => !out.includes(point));
  const limited = shown.filter(({ compliance }) => compliance);
  const trace = (points: typeof shown, suffix: string, more: Partial<Trace>): Trace[] =>
    points.length === 0
      ? []
      : [
          {
            id: `${id}${suffix}`,
            name,
            tone,
            x: points.map(({ voltage }) => voltage),
            y: points.map(({ current }) => Math.abs(current)),
            ...more,
          },
        ];
  return [
    ...trace([...out], '', {}),
    ...trace(back, '-back', { name: `${name}, back`, tone: 's7' }),
    ...trace(limited, '-limited', { name: `${name}, in compliance`, tone: 'bad', points: true }),
  ];
}

function witnesses({ reported, recomputed, compliance }: BreakdownFound): Limit[] {
  const at: [Breakdown, string][] = [
    [reported, 'breakdown reported'],
    [recomputed, 'breakdown recomputed'],
    [compliance, 'compliance reached'],
  ];
  return at.flatMap(([breakdown, label]) =>
    breakdown.found === 'at'
      ? [{ axis: 'x', at: breakdown.voltage, label: `${label} ${breakdown.voltage} V` } as const]
      : [],
  );
}

function breakdownText(breakdown: Breakdown): string {
  switch (breakdown.found) {
    case 'none':
      return 'none found';
    case 'at':
      return `at ${breakdown.voltage} V`;
    case 'unknown':
      return `unknown: ${words(breakdown.why)}`;
  }
}

function breakdownOf(lines: readonly JournalLine[], module: string): BreakdownFound | undefined {
  return lines.findLast((line) => line.event === 'breakdown.found' && line.module === module) as
    | BreakdownFound
    | undefined;
}

/** As the plan sets it at the supply. */
function complianceOf(lines: readonly JournalLine[]): number | undefined {
  for (const line of lines)
    if (line.event === 'plan.made')
      for (const action of line.actions)
        if (action.do === 'level' && action.role === 'hv' && typeof action.current === 'number')
          return action.current;
  return undefined;
}
