import type { Amperes, Celsius, Seconds, Volts } from '../../base/units.ts';
import type { Action } from '../../calibrations/action.ts';
import type { PowerState } from '../../calibrations/category.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import type { ChannelAddress, Instrument, PoweringGroup, Role, Station } from '../../station/station.ts';

/** What a box is brought back to before it is opened. */
const room: Celsius = 20;
const usualSettling = { tolerance: 0.5, time: 20, timeout: 600 };

/** How the power stands at a place in a plan. */
export interface Standing {
  hv: 'off' | 'biased';
  lv: 'off' | 'on';
  /** Undefined: nothing was cooled. */
  temperature: Celsius | undefined;
}

/** The actions so far, and the power as they leave it. */
export class PowerPlan {
  readonly actions: Action[] = [];
  step?: number;
  readonly #group: PoweringGroup;
  readonly #hv: Instrument | undefined;
  readonly #station: Station;
  #hvState: 'off' | 'biased' = 'off';
  #lvState: 'off' | 'on' = 'off';
  #compliance: Amperes | undefined;
  /** What the coldbox was set to last; undefined: nothing, it is as warm as the room. */
  #temperature: Celsius | undefined;

  constructor(station: Station, group: PoweringGroup) {
    this.#station = station;
    this.#group = group;
    this.#hv = group.hv ? resolveChannel(station, group.hv).instrument : undefined;
  }

  get hasHv(): boolean {
    return this.#hv !== undefined;
  }

  get hasLv(): boolean {
    return this.#group.lv.length > 0;
  }

  get standing(): Standing {
    return { hv: this.#hvState, lv: this.#lvState, temperature: this.#temperature };
  }

  /** Brings the power to where it would stand if the steps before had been run: cold first, then LV, then HV. */
  stand({ hv, lv, temperature }: Standing): void {
    if (temperature !== undefined) this.reachTemperature(temperature);
    if (hv === 'off') this.#hvOff();
    if (lv === 'off') this.#lvOff();
    else this.#lvOn();
    if (hv === 'biased') this.#hvBiased();
  }

  add(action: Action): void {
    this.actions.push(this.step === undefined ? action : { ...action, step: this.step });
  }

  reach(state: PowerState): void {
    switch (state) {
      case 'hv off':
        this.#hvOff();
        return;
      case 'lv off':
        this.#lvOff();
        return;
      case 'lv on':
        this.#lvOn();
        return;
      case 'hv biased':
        this.#hvBiased();
        return;
    }
  }

  /** A calibration leaves off what it was given. */
  tookBack(roles: readonly Role[]): void {
    if (roles.includes('hv')) this.#hvState = 'off';
    if (roles.includes('lv')) this.#lvState = 'off';
  }

  readBreakdowns(): void {
    if (this.#group.hv && this.#hv)
      this.add({ do: 'readBreakdowns', at: this.#group.hv, target: this.#target });
  }

  /** The compliance of the steps to come; undefined: the station's own. It is written at 0 V alone. */
  limitCurrent(compliance: Amperes | undefined): void {
    if (compliance !== this.#compliance && this.#hvState === 'biased') this.#hvOff();
    this.#compliance = compliance;
  }

  /** Settled before LV comes on. */
  reachTemperature(to: Celsius): void {
    if (to === this.#temperature) return;
    this.#hvOff();
    this.#lvOff();
    const { tolerance, time: validationTime, timeout } = this.#settling;
    const from = this.#temperature ?? room;
    this.add({ do: 'setTemperature', at: this.#places, from, to, tolerance, validationTime, timeout });
    this.#temperature = to;
  }

  /** After everything is off; nothing, where nothing was cooled. */
  warmUp(): void {
    if (this.#temperature === undefined) return;
    const { tolerance, timeout } = this.#settling;
    this.add({ do: 'warmUp', at: this.#places, from: this.#temperature, to: room, tolerance, timeout });
    this.#temperature = undefined;
  }

  #hvOff(): void {
    if (!this.#group.hv || this.#hvState === 'off') return;
    this.#ramp(this.#target, 0);
    this.add({ do: 'output', role: 'hv', at: this.#group.hv, on: false });
    this.#hvState = 'off';
  }

  #lvOff(): void {
    if (this.#lvState === 'off') return;
    for (const at of this.#group.lv) this.add({ do: 'output', role: 'lv', at, on: false });
    this.#lvState = 'off';
  }

  #lvOn(): void {
    if (this.#lvState === 'on') return;
    for (const at of this.#group.lv) {
      const { defaultVoltage, defaultCurrent } = resolveChannel(this.#station, at).instrument;
      this.add({ do: 'level', role: 'lv', at, voltage: defaultVoltage ?? 0, current: defaultCurrent ?? 0 });
      this.add({ do: 'output', role: 'lv', at, on: true });
    }
    this.#lvState = 'on';
  }

  /** All of it only if rule 5 allows the bias; what follows copes with either. */
  #hvBiased(): void {
    if (!this.#group.hv || !this.#hv || this.#hvState === 'biased') return;
    const { defaultCurrent, defaultRange } = this.#hv;
    const current = Math.min(this.#compliance ?? Number.POSITIVE_INFINITY, defaultCurrent ?? 0);
    const at = this.#group.hv;
    const range =
      Math.abs(defaultRange ?? this.#target) > Math.abs(this.#target) ? defaultRange : this.#target;
    this.add({
      do: 'level',
      role: 'hv',
      at,
      current,
      range: range ?? 0,
      when: 'bias allowed',
    });
    this.add({ do: 'output', role: 'hv', at, on: true, when: 'bias allowed' });
    this.#ramp(0, this.#target, 'bias allowed');
    this.#hvState = 'biased';
  }

  #ramp(from: Volts, to: Volts, when?: 'bias allowed'): void {
    const { defaultStepSize, defaultDelay } = this.#hv!;
    const at = this.#group.hv!;
    const ramp = {
      do: 'ramp',
      role: 'hv',
      at,
      from,
      to,
      stepSize: defaultStepSize,
      delay: defaultDelay,
    } as const;
    this.add(when ? { ...ramp, when } : ramp);
  }

  get #places(): ChannelAddress[] {
    const places = this.#group.modules.flatMap(({ channels: { cb } }) =>
      cb && typeof cb.channel === 'number' ? [`${cb.instrument}:${cb.channel}` as const] : [],
    );
    return [...new Set(places)];
  }

  /** The most patient box of the group decides, and the strictest. */
  get #settling(): { tolerance: number; time: Seconds; timeout: Seconds } {
    const boxes = this.#places.map(
      (at) => resolveChannel(this.#station, at).instrument.settling ?? usualSettling,
    );
    return {
      tolerance: Math.min(...boxes.map(({ tolerance }) => tolerance)),
      time: Math.max(...boxes.map(({ time }) => time)),
      timeout: Math.max(...boxes.map(({ timeout }) => timeout)),
    };
  }

  get #target(): Volts {
    return this.#hv?.defaultVoltage ?? 0;
  }
}
