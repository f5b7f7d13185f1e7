import type { EpochMs } from '../../base/units.ts';
import type { InterlockEvent, JournalLine } from '../../journal/event.ts';
import type { RunRecord, StepState } from '../../journal/record.ts';
import { extent } from '../../plots/axis.ts';
import { type Trace, thinned } from '../../plots/lines.ts';
import { type Mark, type Panel, panelsPlot, type Span } from '../../plots/panels.ts';
import { plotSection } from '../page/pieces.ts';
import { moment, words } from '../page/text.ts';
import { outputSpans } from './outputs.ts';

const stateTone: Readonly<Record<StepState, string>> = {
  completed: 's0',
  failed: 'bad',
  stopped: 'bad',
  skipped: 'plain',
  running: 'plain',
  waiting: 'plain',
};

/** HV, LV and temperature over the time of the run, with steps, outputs, interlocks and what people did. */
export function timelineSection(record: RunRecord, lines: readonly JournalLine[]): string {
  const end = record.ended ?? lines.at(-1)?.t ?? record.started;
  const clock = clockOf(record.started, end);
  const power = lines.filter((line) => line.event === 'power');
  const outputs = [...new Set(power.map(({ at }) => at))].sort();
  const tone = (at: string) => `s${outputs.indexOf(at) % 8}`;
  const traces = (role: 'hv' | 'lv', of: 'voltage' | 'current', scale = 1): Trace[] =>
    outputs
      .map((at) => ({ at, own: power.filter((line) => line.at === at && line.role === role) }))
      .filter(({ own }) => own.some((line) => line[of] !== undefined))
      .map(({ at, own }) => ({
        id: `output-${at}`,
        name: at,
        tone: tone(at),
        gaps: true,
        // Off and not read interrupt the line: what nobody measured is not drawn.
        ...thinned(
          {
            x: own.map(({ t }) => clock.at(t)),
            y: own.map((line) => (line.output === false ? Number.NaN : (line[of] ?? Number.NaN) * scale)),
          },
          300,
        ),
      }));
  const panels: Panel[] = [
    fromZero('HV', 'V', traces('hv', 'voltage')),
    fromZero('HV current', 'nA', traces('hv', 'current', 1e9)),
    fromZero('LV', 'V', traces('lv', 'voltage')),
    fromZero('LV current', 'A', traces('lv', 'current')),
    { y: { label: 'T', unit: '°C' }, traces: temperatures(lines, clock.at) },
  ].filter(({ traces: own }) => own.length > 0);
  const plot = panelsPlot(
    {
      id: 'timeline-plot',
      title: 'Power, steps and events',
      x: { label: `Time since ${moment(record.started)}`, unit: clock.unit, domain: [0, clock.at(end)] },
      rows: [
        { name: 'steps', spans: stepSpans(record, clock.at, end) },
        ...outputRows(record, lines, clock.at),
      ],
      marks: marksOf(lines, clock.at),
      note:
        record.station.timeScale === 1
          ? 'Read between the calibrations; while a calibration has a supply, its own files tell what it did.'
          : `Simulated: ${record.station.timeScale} station seconds passed in each second of this axis.`,
    },
    panels,
  );
  const legend = outputs.map((at) => ({ id: `output-${at}`, name: at, tone: tone(at) }));
  return plotSection(
    { id: 'timeline', title: 'Timeline', level: 2 },
    legend,
    [plot],
    eventList(lines, clock),
  );
}

/** Zero is always shown: else a supply that holds its level to a millivolt looks restless. */
function fromZero(label: string, unit: string, traces: Trace[]): Panel {
  const [low, high] = extent(traces.map(({ y }) => y));
  const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
  const margin = (top - bottom) / 20 || 1;
  return {
    y: { label, unit, domain: [bottom < 0 ? bottom - margin : 0, top > 0 ? top + margin : 0] },
    traces,
  };
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
            tone: stateTone[state],
          },
        ],
  );
}

function outputRows(record: RunRecord, lines: readonly JournalLine[], at: Clock['at']) {
  const spans = outputSpans(lines);
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
          tone: span.state === 'on' ? (span.role === 'hv' ? 's1' : 's2') : 'plain',
        }),
      ),
    };
  });
}

/** Of the module by its probe card, of the chamber, and those that a calibration reports, when its result was judged. */
function temperatures(lines: readonly JournalLine[], at: Clock['at']): Trace[] {
  const traces = new Map<string, { x: number[]; y: number[] }>();
  const add = (name: string, t: EpochMs, value: number | undefined) => {
    const trace = traces.get(name) ?? { x: [], y: [] };
    trace.x.push(at(t));
    trace.y.push(value ?? Number.NaN);
    traces.set(name, trace);
  };
  for (const line of lines) {
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
      ...thinned({ x, y }, 300),
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
      case 'safe.started':
        return [{ t, who: 'safety', what: `Made safe: ${line.reason}` }];
      case 'safe.ended':
        return [
          {
            t,
            who: 'safety',
            what: line.verified ? 'Verified: all off' : 'NOT verified as off: a person is needed',
          },
        ];
      case 'guardian.lost':
        return [{ t, who: 'safety', what: `Guardian lost: ${line.how}` }];
      case 'guardian.tookOver':
        return [{ t, who: 'safety', what: `Taken over by ${line.by}: ${line.reason}` }];
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

/** The same as text, for the printed page and for those who see no plots. */
function eventList(lines: readonly JournalLine[], { unit, at }: Clock): string {
  const items = eventsOf(lines).map(
    ({ t, what }) =>
      `<li><time datetime="${new Date(t).toISOString()}">${at(t).toFixed(1)} ${unit}</time> ${words(what)}</li>`,
  );
  return items.length === 0 ? '' : `<ul class="events">${items.join('')}</ul>`;
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
