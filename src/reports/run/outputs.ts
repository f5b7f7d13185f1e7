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
 * When the outputs were on, from the readings and the hand-overs of a journal. An output that was read as on is on until
 * a reading says otherwise, it is handed over, or it is verified as off, or until the journal ends: in doubt it was on.
 * What is read of an output while it changes hands tells of the time before.
 */
export function outputSpans(lines: readonly JournalLine[]): OutputSpan[] {
  const spans: OutputSpan[] = [];
  const open = new Map<string, OutputSpan>();
  const known = new Map<string, 'hv' | 'lv'>();
  const inOtherHands = new Set<string>();
  let actions: readonly Readonly<Record<string, unknown>>[] = [];
  const close = (at: string, t: EpochMs) => {
    const span = open.get(at);
    open.delete(at);
    if (span && t > span.from) spans.push({ ...span, to: t });
  };
  const begin = (at: string, role: 'hv' | 'lv', t: EpochMs, state: OutputSpan['state'], step?: number) =>
    open.set(at, { at, role, from: t, to: t, state, ...(step === undefined ? {} : { step }) });
  const handOver = (roles: unknown, t: EpochMs, step: number | undefined) => {
    for (const [at, role] of known)
      if (Array.isArray(roles) && roles.includes(role)) {
        close(at, t);
        begin(at, role, t, 'handed over', step);
        inOtherHands.add(at);
      }
  };

  for (const line of lines)
    switch (line.event) {
      case 'plan.made':
        actions = line.actions;
        break;
      case 'power': {
        known.set(line.at, line.role);
        if (inOtherHands.has(line.at)) break;
        if (line.output === false) close(line.at, line.t);
        else if (line.output === true && open.get(line.at)?.state !== 'on') {
          close(line.at, line.t);
          begin(line.at, line.role, line.t, 'on');
        }
        break;
      }
      case 'action.started':
        if (line.do === 'handOver') handOver(actions[line.action]?.roles, line.t, line.step);
        if (line.do === 'takeBack') {
          for (const at of inOtherHands) close(at, line.t);
          inOtherHands.clear();
        }
        break;
      // From here on the readings are of whoever brings the station down; until one comes nothing is known.
      case 'safe.started':
      case 'guardian.tookOver':
        inOtherHands.clear();
        break;
      case 'safe.ended':
        for (const { at, off } of line.channels) if (off) close(at, line.t);
        break;
    }
  const end = lines.at(-1)?.t;
  if (end !== undefined) for (const at of [...open.keys()]) close(at, end);
  return spans.sort((a, b) => a.from - b.from);
}
