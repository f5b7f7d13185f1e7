import type { EpochMs } from '../../base/units.ts';
import type { JournalLine } from '../../journal/event.ts';

/** A time in which an output was on, or in other hands. */
export interface OutputSpan {
  at: string;
  role: 'hv' | 'lv';
  from: EpochMs;
  to: EpochMs;
  /** `handed over`: a calibration had it, and what it did with it stands in its own files. */
  state: 'on' | 'handed over';
  step?: number;
}

/**
 * When the outputs were on, from the readings and the hand-overs of a journal. An output that was read as on is on
 * until a reading says otherwise or it is handed over, or until the journal ends: in doubt it was on.
 */
export function outputSpans(lines: readonly JournalLine[]): OutputSpan[] {
  const spans: OutputSpan[] = [];
  const open = new Map<string, OutputSpan>();
  const known = new Map<string, 'hv' | 'lv'>();
  let actions: readonly Readonly<Record<string, unknown>>[] = [];
  const close = (at: string, t: EpochMs) => {
    const span = open.get(at);
    open.delete(at);
    if (span && t > span.from) spans.push({ ...span, to: t });
  };
  const begin = (at: string, role: 'hv' | 'lv', t: EpochMs, state: OutputSpan['state'], step?: number) =>
    open.set(at, { at, role, from: t, to: t, state, ...(step === undefined ? {} : { step }) });

  for (const line of lines) {
    if (line.event === 'plan.made') actions = line.actions;
    if (line.event === 'power') {
      known.set(line.at, line.role);
      const span = open.get(line.at);
      if (line.output === false) close(line.at, line.t);
      else if (line.output === true && span?.state !== 'on') {
        close(line.at, line.t);
        begin(line.at, line.role, line.t, 'on');
      }
    }
    if (line.event === 'action.started' && line.do === 'handOver') {
      const roles = actions[line.action]?.roles;
      for (const [at, role] of known)
        if (Array.isArray(roles) && roles.includes(role)) {
          close(at, line.t);
          begin(at, role, line.t, 'handed over', line.step);
        }
    }
    if (line.event === 'action.started' && line.do === 'takeBack')
      for (const [at, span] of open) if (span.state === 'handed over') close(at, line.t);
  }
  const end = lines.at(-1)?.t;
  if (end !== undefined) for (const at of [...open.keys()]) close(at, end);
  return spans.sort((a, b) => a.from - b.from);
}
