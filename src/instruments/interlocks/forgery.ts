import type { Interlock, ReadingName } from '../../station/interlock.ts';
import type { Station } from '../../station/station.ts';
import type { Forge } from '../drivers/driver.ts';
import { driverOf } from '../drivers/registry.ts';
import type { Tamper } from '../transports/tamper.ts';

/** What the self-test makes of a reading on its way in. */
export type Fault = 'beyond the limit' | 'unchanged' | 'lost';

/** A reading of one instrument in the hands of the self-test. */
export class Forgery {
  readonly #instrument: string;
  readonly #interlock: Interlock;
  readonly #forges: readonly Forged[];
  #fault: Fault | undefined;
  #active = true;
  #count = 0;

  constructor(interlock: Interlock, instrument: string, forges: readonly Forged[]) {
    this.#interlock = interlock;
    this.#instrument = instrument;
    this.#forges = forges;
  }

  /** From now on the reading is as it should not be; before, it was a healthy one. */
  begin(fault: Fault): void {
    this.#fault = fault;
  }

  /** Everything is again as the instrument says it. */
  end(): void {
    this.#active = false;
  }

  readonly tamper: Tamper = (instrument, question, reply) => {
    if (!this.#active || instrument !== this.#instrument) return reply;
    for (const { forge, value } of this.#forges) {
      const forged = forge(question, reply, value(this.#wanted()));
      if (forged) return this.#fault === 'lost' ? undefined : forged;
    }
    return reply;
  };

  /** A value on the right side of the limit, or on the wrong one. One that is stale repeats itself. */
  #wanted(): number {
    const { limit, condition, reading } = this.#interlock;
    const margin = Math.max(Math.abs(limit) * 0.1, smallest[reading]);
    if (condition === 'stale') {
      if (this.#fault === undefined) this.#count += 1;
      return plausible[reading] + smallest[reading] * (this.#count % 50);
    }
    const wrong = this.#fault === 'beyond the limit';
    return (condition === 'above') === wrong ? limit + margin : limit - margin;
  }
}

/** A measured value in a reply, and what is to stand there for the reading to have a value. */
interface Forged {
  forge: Forge;
  value(wanted: number): number;
}

/** How a reading at an instrument is forged; undefined: Baton has no driver that could tell it. */
export function forgeryOf(interlock: Interlock, at: string, station: Station): Forgery | undefined {
  const name = at.replace(/:\d+$/, '');
  const driver = driverOf(station.instruments.get(name)?.class ?? '');
  const forges = driver && forgesOf(interlock.reading, driver);
  return forges && new Forgery(interlock, name, forges);
}

/** Colder than the air of any box, so that the margin is that of the plate. */
const coldPlate = -60;

function forgesOf(
  reading: ReadingName,
  driver: NonNullable<ReturnType<typeof driverOf>>,
): Forged[] | undefined {
  const as = (forge: Forge | undefined, value: (wanted: number) => number = (wanted) => wanted) =>
    forge && [{ forge, value }];
  const negative = (wanted: number) => -wanted;
  switch (reading) {
    case 'hv.current':
    case 'hv.voltage':
      return driver.kind === 'supply' ? as(driver.forge[quantity(reading)], negative) : undefined;
    case 'lv.current':
    case 'lv.voltage':
      return driver.kind === 'supply' ? as(driver.forge[quantity(reading)]) : undefined;
    case 'module.temperature':
      return driver.kind === 'probe card' ? as(driver.forge?.temperature) : undefined;
    case 'climate.temperature':
      return driver.kind === 'climate' ? as(driver.forge.temperature) : undefined;
    case 'climate.humidity':
      return driver.kind === 'climate' ? as(driver.forge.humidity) : undefined;
    case 'climate.dewPointMargin':
      if (driver.kind !== 'climate') return undefined;
      return [
        { forge: driver.forge.temperature, value: () => coldPlate },
        { forge: driver.forge.dewPoint, value: (margin) => coldPlate - margin },
      ];
  }
}

function quantity(reading: 'hv.current' | 'hv.voltage' | 'lv.current' | 'lv.voltage'): 'current' | 'voltage' {
  return reading.endsWith('current') ? 'current' : 'voltage';
}

/** A difference that every reading shows. */
const smallest: Record<ReadingName, number> = {
  'hv.current': 1e-9,
  'hv.voltage': 0.1,
  'lv.current': 0.01,
  'lv.voltage': 0.01,
  'climate.temperature': 0.1,
  'climate.humidity': 0.1,
  'climate.dewPointMargin': 0.1,
  'module.temperature': 0.1,
};

const plausible: Record<ReadingName, number> = {
  'hv.current': 1e-7,
  'hv.voltage': 0.1,
  'lv.current': 1,
  'lv.voltage': 1.8,
  'climate.temperature': 20,
  'climate.humidity': 5,
  'climate.dewPointMargin': 40,
  'module.temperature': 22,
};
