import { counted } from '../../base/quantityText.ts';
import type { EpochMs } from '../../base/units.ts';
import type { InterlockEvent, JournalLine } from '../../journal/event.ts';
import type { RunRecord, StepState } from '../../journal/record.ts';
import { extent } from '../../plots/axis.ts';
import { type Trace, thinnedApart } from '../../plots/lines.ts';
import { type Mark, type Panel, panelsPlot, type Span } from '../../plots/panels.ts';
import { card, plotSection } from '../page/pieces.ts';
import { moment, words } from '../page/text.ts';
import { type OutputSpan, outputSpans } from './outputs.ts';
import type { RunData } from './runData.ts';

const stateTone: Readonly<Record<StepState, string>> = {
  completed: 's0',
  failed: 'bad',
  stopped: 'bad',
  skipped: 'plain',
  running: 'plain',
  waiting: 'plain',
};

/** HV, LV and temperature over the time of the run, with steps, outputs, interlocks and what people did. */
export function timelineSection(run: RunData): string {
  const { record, lines } = run;
  // Whoever made the station safe may have written after the run's end.
  const end = Math.max(record.ended ?? record.started, lines.at(-1)?.t ?? record.started);
  const clock = clockOf(record.started, end);
  const spans = outputSpans(lines);
  const outputs = [...new Set(lines.flatMap((line) => (line.event === 'power' ? [line.at] : [])))].sort();
  const tone = (at: string) => `s${outputs.indexOf(at) % 8}`;
  const curves = [...readCurves(lines, clock), ...toldCurves(run, spans, clock)];
  const traces = (role: 'hv' | 'lv', of: 'voltage' | 'current'): Trace[] =>
    curves
      .filter((curve) => curve.role === role)
      .flatMap(({ at, by, x, ...values }) => {
        const y = values[of];
        if (!y.some(Number.isFinite)) return [];
        const name = `${role.toUpperCase()} ${of}, ${at}${by ? `, as ${by} wrote it down` : ''}`;
        const key = `${at} ${of} ${by ?? ''}`;
        const told = by ? ' told' : '';
        return [
          {
            id: `output-${at}`,
            key,
            name,
            tone: tone(at) + told,
            gaps: true,
            ...thinnedApart({ x, y }, 300),
          },
        ];
      });
  const temperatures = temperatureTraces(lines, clock.at);
  const panels: Panel[] = [
    panel('HV', 'V', traces('hv', 'voltage'), 10),
    panel('HV', 'nA', traces('hv', 'current').map(inNanoamperes), 10),
    panel('LV', 'V', traces('lv', 'voltage'), 1),
    panel('LV', 'A', traces('lv', 'current'), 1),
    { y: { label: 'T', unit: '°C', domain: temperatureRange(temperatures) }, traces: temperatures },
  ].filter(({ traces: own }) => own.length > 0);
  const plot = panelsPlot(
    {
      title: 'Power, steps and events',
      note:
        record.station.timeScale === 1
          ? 'While a calibration has a supply, what its own files tell is drawn thin; what nobody read is not drawn.'
          : `Simulated: ${record.station.timeScale} station seconds passed in each second of this axis. What a calibration wrote down itself is drawn thin.`,
    },
    {
      id: 'timeline-plot',
      x: { label: `Time since ${moment(record.started)}`, unit: clock.unit, domain: [0, clock.at(end)] },
      rows: [
        { name: 'steps', spans: stepSpans(record, clock.at, end) },
        ...outputRows(record, spans, clock.at),
      ],
      marks: marksOf(lines, clock.at),
      panels,
    },
  );
  const legend = [
    ...outputs.map((at) => ({ id: `output-${at}`, name: at, tone: tone(at) })),
    ...temperatures.map(({ id, name, tone: own }) => ({ id, name, tone: own })),
  ];
  return plotSection({ id: 'timeline', title: 'Timeline', level: 2, columns: 'beside' }, legend, [
    plot,
    eventList(lines, clock),
  ]);
}

/** Of one output over the time of the run. What is no number interrupts it. */
interface PowerCurve {
  at: string;
  role: 'hv' | 'lv';
  /** The calibration in whose file it stands; absent: Baton read it. */
  by?: string;
  x: number[];
  voltage: number[];
  current: number[];
}

/** Off and not read interrupt the line: what nobody measured is not drawn. */
function readCurves(lines: readonly JournalLine[], clock: Clock): PowerCurve[] {
  const curves = new Map<string, PowerCurve>();
  for (const line of lines) {
    if (isBreak(line))
      for (const { x, voltage, current } of curves.values()) {
        x.push(clock.at(line.t));
        voltage.push(Number.NaN);
        current.push(Number.NaN);
      }
    if (line.event !== 'power') continue;
    const { at, role, t, output } = line;
    const curve = curves.get(at) ?? { at, role, x: [], voltage: [], current: [] };
    curves.set(at, curve);
    curve.x.push(clock.at(t));
    curve.voltage.push(output === false ? Number.NaN : (line.voltage ?? Number.NaN));
    curve.current.push(output === false ? Number.NaN : (line.current ?? Number.NaN));
  }
  return [...curves.values()];
}

/** Nobody read anything between the end of one runner and the first reading of the next. */
function isBreak({ event }: JournalLine): boolean {
  return event === 'guardian.tookOver' || event === 'run.resumed';
}

/** What calibrations wrote down of the supplies that they had in hand, where it is clear which supply that was. */
function toldCurves({ record, modules }: RunData, spans: readonly OutputSpan[], clock: Clock): PowerCurve[] {
  const inHand = (step: number, role: 'hv' | 'lv') => {
    const own = new Set(spans.filter((span) => span.step === step && span.role === role).map(({ at }) => at));
    return own.size === 1 ? [...own][0] : undefined;
  };
  return modules.flatMap(({ iv, sldo }) =>
    [
      ...iv.map(({ step, seconds, points }) => ({
        step,
        role: 'hv' as const,
        seconds,
        voltage: points.map(({ voltage }) => voltage),
        current: points.map(({ current }) => current),
      })),
      ...sldo.map(({ step, seconds, supply = [], current }) => ({
        step,
        role: 'lv' as const,
        seconds,
        voltage: [...supply],
        current: [...current],
      })),
    ].flatMap(({ step: number, role, seconds, voltage, current }): PowerCurve[] => {
      const step = record.steps.find((one) => one.step === number);
      const at = inHand(number, role);
      if (!step?.started || !seconds || at === undefined) return [];
      const from = step.started;
      const x = seconds.map((s) =>
        clock.at(s > epoch ? s * 1000 : from + (1000 * s) / record.station.timeScale),
      );
      return [{ at, role, by: step.calibration, x, voltage, current }];
    }),
  );
}

/** Seconds that are more than ten years are no duration: they are counted from 1970. */
const epoch = 3e8;

function inNanoamperes(trace: Trace): Trace {
  return { ...trace, y: Array.from(trace.y, (value) => value * 1e9) };
}

/** Zero is always shown, and no less than `least` of a unit: else a supply at rest looks restless. */
function panel(label: string, unit: string, traces: Trace[], least: number): Panel {
  const [low, high] = extent(traces.map(({ y }) => y));
  let [bottom, top] = [Math.min(0, low), Math.max(0, high)];
  if (top - bottom < least) [bottom, top] = -bottom > top ? [-least, 0] : [0, least];
  const margin = (top - bottom) / 20;
  const domain = [bottom < 0 ? bottom - margin : 0, top > 0 ? top + margin : 0] as const;
  return { y: { label, unit, domain }, traces };
}

/** At least five degrees. */
function temperatureRange(traces: readonly Trace[]): [number, number] {
  const [low, high] = extent(traces.map(({ y }) => y));
  const margin = Math.max(0.5, (5 - (high - low)) / 2);
  return [low - margin, high + margin];
}

interface Clock {
  unit: string;
  at(t: EpochMs): number;
}

function clockOf(started: EpochMs, ended: EpochMs): Clock {
  const seconds = (ended - started) / 1000;
  const [unit, divisor] = seconds < 300 ? ['s', 1e3] : seconds < 3 * 3600 ? ['min', 6e4] : ['h', 3.6e6];
  return { unit: unit as string, at: (t) => (t - started) / (divisor as number) };
}

function stepSpans(record: RunRecord, at: Clock['at'], end: EpochMs): Span[] {
  return record.steps.flatMap(({ step, calibration, state, started, ended }) =>
    started === undefined
      ? []
      : [
          {
            from: at(started),
            to: at(ended ?? end),
            label: `${step} ${calibration}${state === 'completed' ? '' : ` (${state})`}`,
            short: String(step),
            tone: stateTone[state],
          },
        ],
  );
}

function outputRows(record: RunRecord, spans: readonly OutputSpan[], at: Clock['at']) {
  const calibration = (step: number | undefined) =>
    record.steps.find((one) => one.step === step)?.calibration ?? 'a calibration';
  const outputs = [...new Set(spans.map((span) => span.at))].sort();
  return outputs.map((output) => {
    const own = spans.filter((span) => span.at === output);
    const role = own[0]!.role.toUpperCase();
    return {
      name: outputs.length > 2 ? output : role,
      spans: own.map(
        (span): Span => ({
          from: at(span.from),
          to: at(span.to),
          label: span.state === 'on' ? `${role} on` : `with ${calibration(span.step)}`,
          short: span.state === 'on' ? 'on' : '',
          tone: span.state === 'on' ? (span.role === 'hv' ? 's1' : 's2') : 'plain',
        }),
      ),
    };
  });
}

/** Of the module by its probe card, of the chamber, and those that a calibration reports, when its result was judged. */
function temperatureTraces(lines: readonly JournalLine[], at: Clock['at']): Trace[] {
  const traces = new Map<string, { x: number[]; y: number[] }>();
  const add = (name: string, t: EpochMs, value: number | undefined) => {
    const trace = traces.get(name) ?? { x: [], y: [] };
    trace.x.push(at(t));
    trace.y.push(value ?? Number.NaN);
    traces.set(name, trace);
  };
  for (const line of lines) {
    if (isBreak(line)) for (const name of traces.keys()) add(name, line.t, undefined);
    if (line.event === 'temperature') add(`module, ${line.at}`, line.t, line.temperature);
    if (line.event === 'climate') {
      add(`chamber, ${line.at}`, line.t, line.temperature);
      add(`dew point, ${line.at}`, line.t, line.dewPoint);
    }
    if (line.event === 'step.judged')
      for (const { unit, value } of line.measurements)
        if (unit === 'C' && value !== undefined) add('measured by a calibration', line.t, value);
  }
  return [...traces]
    .filter(([, { y }]) => y.some(Number.isFinite))
    .map(([name, { x, y }], i) => ({
      id: `temperature-${i}`,
      name,
      tone: `s${(4 + i) % 8}`,
      gaps: true,
      points: y.length === 1 || name.startsWith('measured'),
      ...thinnedApart({ x, y }, 300),
    }));
}

interface Event {
  t: EpochMs;
  what: string;
  who: 'interlock' | 'operator' | 'safety' | 'problem';
}

/** What is no reading and no planned action: interlocks, people, safety. */
function eventsOf(lines: readonly JournalLine[]): Event[] {
  return lines.flatMap((line): Event[] => {
    const { t } = line;
    switch (line.event) {
      case 'interlock':
        return [{ t, who: 'interlock', what: interlockText(line) }];
      case 'trip':
        return [{ t, who: 'interlock', what: `Interlock: ${line.what}` }];
      case 'stop.requested':
        return [{ t, who: 'operator', what: `Stop asked for by ${line.by}` }];
      case 'step.prompted':
        return [
          {
            t,
            who: 'operator',
            what: `Step ${line.step} asks: ${line.text.trim().split('\n').at(-1) ?? ''}`,
          },
        ];
      case 'step.answered':
        return [{ t, who: 'operator', what: `Step ${line.step} answered: ${line.answer} (${line.by})` }];
      case 'item.noted':
        return [{ t, who: 'operator', what: `${line.item}: ${noteText(line.note)}` }];
      case 'bias.decided':
        return [
          {
            t,
            who: 'safety',
            what: `Bias ${line.target} V at ${line.at}: ${line.allowed ? 'allowed' : 'not allowed'}, ${line.reason}`,
          },
        ];
      case 'run.resumed':
        return [
          {
            t,
            who: 'operator',
            what: `Goes on, by ${line.operator}: ${counted(line.kept.length, 'step')} kept, ${line.repeated.length} again${line.changes.map((change) => `; ${change}`).join('')}`,
          },
        ];
      case 'module.confirmed':
        return [{ t, who: 'operator', what: `Module ${line.module} is the same: ${line.by}` }];
      case 'safe.started':
        return [{ t, who: 'safety', what: `Made safe: ${line.reason}` }];
      case 'safe.ended':
        return [
          {
            t,
            who: line.verified ? 'safety' : 'interlock',
            what: line.verified ? 'Verified: all off' : 'NOT verified as off: a person is needed',
          },
        ];
      case 'guardian.lost':
        return [{ t, who: 'problem', what: `Guardian lost: ${line.how}` }];
      case 'guardian.tookOver':
        return [{ t, who: 'problem', what: `Taken over by ${line.by}: ${line.reason}` }];
      case 'problem':
        return [{ t, who: 'problem', what: `${line.problem.code} ${line.problem.what}` }];
      default:
        return [];
    }
  });
}

const markTone: Readonly<Record<Event['who'], string>> = {
  interlock: 'bad',
  operator: 's3',
  safety: 's2',
  problem: 'unknown',
};

function marksOf(lines: readonly JournalLine[], at: Clock['at']): Mark[] {
  return eventsOf(lines).map(({ t, what, who }) => ({ at: at(t), label: what, tone: markTone[who] }));
}

/** The same as text, for the printed page and for those who see no plots. What repeats itself is said once. */
function eventList(lines: readonly JournalLine[], { unit, at }: Clock): string {
  const told: (Event & { times: number })[] = [];
  for (const event of eventsOf(lines)) {
    const again = told.slice(-2).find(({ what }) => what === event.what);
    if (again) again.times += 1;
    else told.push({ ...event, times: 1 });
  }
  const items = told.map(
    ({ t, what, who, times }) =>
      `<li class="${markTone[who]}"><time datetime="${new Date(t).toISOString()}">${at(t).toFixed(1)} ${unit}</time> ${words(what)}${times > 1 ? ` <span class="quiet">(${times} times)</span>` : ''}</li>`,
  );
  return items.length === 0 ? '' : card(`<ul class="events">${items.join('')}</ul>`, 'What happened');
}

function noteText(note: Readonly<Record<string, unknown>>): string {
  const text = note.text ?? note.message ?? note.answer;
  return typeof text === 'string' ? text : JSON.stringify(note);
}

function interlockText(line: InterlockEvent): string {
  if (line.state === 'cleared') return `Interlock ${line.name}: ${line.reading} is as it should be again`;
  const value = line.value === undefined ? (line.missing ?? 'no reading') : `${line.value} ${line.unit}`;
  return `Interlock ${line.name}: ${line.reading} at ${line.at}, ${value} (${line.condition} ${line.limit}): ${line.message}`;
}
