import { formatQuantity } from '../../base/quantityText.ts';
import type { Seconds } from '../../base/units.ts';
import type { PowerReading } from '../../instruments/cluster.ts';
import {
  type Evaluation,
  evaluate,
  type Memory,
  type Raised,
  type Sample,
} from '../../instruments/interlocks/evaluate.ts';
import {
  samplesOfCard,
  samplesOfClimate,
  samplesOfOutput,
  type Told,
} from '../../instruments/interlocks/samples.ts';
import type { Event } from '../../journal/event.ts';
import { isThermal } from '../../station/interlock.ts';
import { tells } from '../../station/interlockChecks.ts';
import type { Role } from '../../station/station.ts';
import type { RunContext } from '../runContext.ts';

/** Why everything ends: the reason of the watch's signal. */
export class Trip {
  readonly what: string;
  /** Something overheats: LV goes off even under an HV that cannot be shown to be off. */
  readonly thermal: boolean;
  /** What the operator is told to do. */
  readonly message?: string;

  constructor(what: string, { thermal = false, message }: { thermal?: boolean; message?: string } = {}) {
    this.what = what;
    this.thermal = thermal;
    if (message !== undefined) this.message = message;
  }
}

/** How often each kind of instrument is looked at, and never more often than this on the clock on the wall. */
const periods: Readonly<Partial<Record<Role, Seconds>>> = { hv: 1, lv: 1, ab: 1, cb: 2 };
const leastMs = 50;
/** A look that takes longer than this counts as readings that do not come. A coldbox answers within 20 s. */
const patienceMs: Readonly<Partial<Record<Role, number>>> = { hv: 6_000, lv: 6_000, ab: 6_000, cb: 25_000 };

/** What the watch needs to know of a run. */
export type Watched = Pick<RunContext, 'cluster' | 'station' | 'group' | 'pace'>;

/** What one kind of instrument told at the last look. */
interface Look {
  samples: readonly Told[];
  /** When it was over, station time. */
  time: Seconds;
  /** While one is under way: since when. */
  since?: number;
  underWay: Promise<void>;
}

/**
 * Watches the station whatever the sequence does: during ramps, holds, hand-overs and calibrations, each kind of instrument
 * on a timer of its own, so that a slow one delays no other. What a calibration owns is left to it (rule 7).
 */
export class StationWatch {
  readonly #context: Watched;
  readonly #note: (event: Event) => void;
  readonly #trip = new AbortController();
  readonly #ended = new AbortController();
  readonly #watched = new Set<Role>();
  readonly #handed = new Set<Role>();
  readonly #looks = new Map<Role, Look>();
  readonly #on = new Map<'hv' | 'lv', boolean>();
  readonly #waiting: Raised[] = [];
  #memory: Memory = new Map();
  #step: { number: number; category: string } | undefined;

  constructor(context: Watched, note: (event: Event) => void) {
    this.#context = context;
    this.#note = note;
  }

  /** Aborts with a `Trip` when everything must end. */
  get signal(): AbortSignal {
    return this.#trip.signal;
  }

  /** Interlocks that ask for a person before the next step; asked for once. */
  takeWaiting(): readonly Raised[] {
    return this.#waiting.splice(0);
  }

  /** The step that runs now, for interlocks that apply to a category. */
  stepRuns(step: { number: number; category: string } | undefined): void {
    this.#step = step;
  }

  /** From now on these are ours to watch. */
  watch(roles: readonly Role[]): void {
    for (const role of roles) {
      this.#handed.delete(role);
      if (this.#watched.has(role)) continue;
      this.#watched.add(role);
      this.#looks.set(role, { samples: [], time: 0, underWay: Promise.resolve() });
      void this.#watchRole(role, this.#looks.get(role)!);
    }
  }

  /** Looks at these no more; resolves when a look that is under way is over. Handed over: a calibration watches them. */
  async release(roles: readonly Role[], { handedOver = false } = {}): Promise<void> {
    for (const role of roles) {
      if (handedOver) this.#handed.add(role);
      this.#watched.delete(role);
    }
    this.#evaluate();
    await Promise.all(roles.map((role) => this.#looks.get(role)?.underWay));
  }

  /** Ends all watching; a look under way is not waited for, for making safe is more urgent. */
  stop(): void {
    this.#ended.abort();
    this.#watched.clear();
  }

  async #watchRole(role: Role, look: Look): Promise<void> {
    const ours = () =>
      this.#watched.has(role) && this.#looks.get(role) === look && !this.#ended.signal.aborted;
    const ms = Math.max(leastMs, this.#context.pace.realMs(periods[role] ?? 1));
    // A look that hangs is seen all the same; when everything else is over, it holds nothing up.
    const late = setInterval(() => this.#evaluate(), 1_000).unref();
    while (ours()) {
      look.since = performance.now();
      look.underWay = this.#read(role).then((samples) => {
        look.samples = samples;
        look.time = this.#now();
        delete look.since;
      });
      await look.underWay;
      if (ours()) this.#evaluate();
      await pause(ms, this.#ended.signal);
    }
    clearInterval(late);
  }

  /** Never throws: what cannot be read is a sample that says so. */
  async #read(role: Role): Promise<readonly Told[]> {
    try {
      switch (role) {
        case 'hv':
        case 'lv':
          return (await this.#context.cluster.read([role])).flatMap((reading) => this.#lookAt(reading));
        case 'cb': {
          const readings = await this.#context.cluster.readClimate();
          if (this.#watched.has(role))
            for (const reading of readings) this.#note({ event: 'climate', ...withoutTime(reading) });
          return readings.flatMap(samplesOfClimate);
        }
        case 'ab': {
          const readings = await this.#context.cluster.readTemperatures();
          if (this.#watched.has(role))
            for (const reading of readings) this.#note({ event: 'temperature', ...withoutTime(reading) });
          return readings.flatMap(samplesOfCard);
        }
        case 'hb':
          return [];
      }
    } catch (error) {
      return this.#expected(role).map((one) => ({ ...one, state: { missing: (error as Error).message } }));
    }
  }

  /** Besides the interlocks: a supply that cannot be read, trips or goes off by itself ends everything at once. */
  #lookAt(reading: PowerReading): readonly Told[] {
    const { at, role, output, trip, problem } = reading;
    if (!this.#watched.has(role)) return [];
    this.#note({ event: 'power', ...withoutTime(reading) });
    if (output !== undefined) this.#on.set(role, output);
    if (problem !== undefined) this.#tripNow(new Trip(`${at} could not be read: ${problem}`));
    else if (trip !== undefined) this.#tripNow(new Trip(`${at} tripped: ${trip}`));
    return samplesOfOutput(reading);
  }

  #evaluate(): void {
    const { interlocks } = this.#context.station;
    const evaluation = evaluate(interlocks, this.#memory, this.#samples(), {
      hvOn: this.#mayBeOn('hv'),
      lvOn: this.#mayBeOn('lv'),
      category: this.#step?.category,
    });
    this.#memory = evaluation.memory;
    this.#act(evaluation);
  }

  #act({ raised, cleared }: Evaluation): void {
    for (const one of raised) {
      this.#note({ event: 'interlock', state: 'tripped', ...this.#described(one) });
      const { action, message, reading } = one.interlock;
      if (action === 'pauseAfterStep') this.#waiting.push(one);
      if (action === 'hvOff' || action === 'allOff')
        this.#tripNow(
          new Trip(sentence(one), { thermal: action === 'allOff' && isThermal(reading), message }),
        );
    }
    for (const one of cleared) this.#note({ event: 'interlock', state: 'cleared', ...this.#described(one) });
  }

  #described({ interlock, at, value, missing }: Raised) {
    const { name, reading, condition, limit, grace, action, message, written } = interlock;
    return {
      name,
      reading,
      at,
      ...(value === undefined ? {} : { value }),
      ...(missing === undefined ? {} : { missing }),
      condition,
      limit,
      unit: condition === 'stale' ? 's' : siUnit(written.unit),
      grace,
      action,
      message,
      ...(this.#step ? { step: this.#step.number } : {}),
    };
  }

  #tripNow(trip: Trip): void {
    if (this.#trip.signal.aborted) return;
    const { what } = trip;
    this.#note({ event: 'trip', what, ...(this.#step ? { step: this.#step.number } : {}) });
    this.#trip.abort(trip);
  }

  #now(): Seconds {
    return (performance.now() / 1000) * this.#context.pace.scale;
  }

  /** Everything that should be there now: told by the last look, in a calibration's hands, or missing. */
  #samples(): Sample[] {
    return [...this.#looks].flatMap(([role, look]) => {
      const told = this.#told(role, look);
      return told ? this.#expected(role).map((one) => ({ ...one, ...told(one) })) : [];
    });
  }

  /** Undefined: it is not watched, or not yet. */
  #told(
    role: Role,
    { samples, since, time }: Look,
  ): ((one: Pick<Sample, 'reading' | 'at'>) => Pick<Sample, 'time' | 'state'>) | undefined {
    if (this.#handed.has(role)) return () => ({ time, state: 'handed over' });
    if (!this.#watched.has(role)) return undefined;
    if (since !== undefined && performance.now() - since > (patienceMs[role] ?? 6_000))
      return () => ({ time: this.#now(), state: { missing: 'no answer' } });
    // The first look is not over yet.
    if (samples.length === 0) return undefined;
    return (one) => {
      const found = samples.find(({ reading, at }) => reading === one.reading && at === one.at);
      return { time, state: found?.state ?? { missing: 'it was not among the readings' } };
    };
  }

  /** What the group's instruments of a role should tell. */
  #expected(role: Role): Pick<Sample, 'reading' | 'at'>[] {
    const { group, station } = this.#context;
    const places = new Map(
      group.modules.flatMap(({ channels }) => {
        const channel = channels[role];
        if (!channel) return [];
        const at = role === 'ab' ? channel.instrument : `${channel.instrument}:${channel.channel ?? 1}`;
        return [[at, station.instruments.get(channel.instrument)] as const];
      }),
    );
    return [...places].flatMap(([at, instrument]) =>
      tells(role, instrument).map((reading) => ({ reading, at })),
    );
  }

  /** What a calibration has in its hands counts as on. */
  #mayBeOn(role: 'hv' | 'lv'): boolean {
    return this.#handed.has(role) || (this.#watched.has(role) && this.#on.get(role) === true);
  }
}

/** Until then, or until the watching ends. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended.addEventListener('abort', done);
  });
}

function withoutTime<T extends { time: number }>({ time, ...rest }: T): Omit<T, 'time'> {
  return rest;
}

function siUnit(unit: string): string {
  return unit.replace(/^[mnµu](?=[AV]$)/, '');
}

/** `module too hot: module.temperature at ab_1 is 47.2 °C, above 45 °C for 2 s`. */
export function sentence({ interlock, at, value, missing }: Raised): string {
  const { name, reading, condition, written, grace } = interlock;
  const lasted = grace > 0 ? ` for ${grace} s` : '';
  if (missing !== undefined) return `${name}: ${reading} at ${at} does not come${lasted} (${missing})`;
  if (condition === 'stale')
    return `${name}: ${reading} at ${at} has not changed for ${written.limit} ${written.unit}`;
  const shown = value === undefined ? '?' : formatQuantity(value, siUnit(written.unit), 5);
  return `${name}: ${reading} at ${at} is ${shown}, ${condition} ${written.limit} ${written.unit}${lasted}`;
}
