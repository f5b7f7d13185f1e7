import type { Celsius } from '../../base/units.ts';
import { garbled, levelRefused, noChannel, notTaken } from '../faults.ts';
import type { Climate, ClimateMeasured, ClimatePlace, Identity } from '../instrument.ts';
import type { MqttTopic } from '../transports/mqttTopic.ts';
import type { ClimateDriver } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { readNumber } from './reading.ts';

/**
 * PSI coldbox: eight plates on Peltier coolers (TECs) in a dry box, behind the program tessie. Commands and answers go
 * over the topic ctrlTessie: `get Temp_M` is answered with `Temp_M = ` and one value a TEC. [ursl/tessie, README and
 * driveHardware.cc; icicle 2.1.0, psi_coldbox.py]
 */
export const psiColdbox: ClimateDriver = {
  kind: 'climate',
  class: 'PSIColdbox',
  topic: 'ctrlTessie',
  places: 8,
  range: { from: -40, to: 40 },
  forge: {
    temperature: (question, _reply, value) =>
      question === 'get Temp_M'
        ? Buffer.from(`Temp_M = ${Array.from({ length: 8 }, () => value).join(',')}`)
        : undefined,
    humidity: forgeField(/^get RH$/),
    dewPoint: forgeField(/^get DP$/),
  },
  connect: (topic, name) => new PSIColdbox(topic, name),
};

/** It reads its controllers over a slow bus, and does not answer while it does so. [icicle 2.1.0, TIMEOUT] */
const replyMs = 20_000;
const places = psiColdbox.places;
/** The value of a TEC that is not there. [driveHardware.cc, answerIoGet] */
const absent = -99;
/** Regulates to Temp_Set; the other mode holds a voltage. [icicle 2.1.0, instrument_cluster.py] */
const regulating = 0;
/** How long it may take until a written value is the one that is read, and how often it is looked at. */
const takeOverMs = 5_000;
const pauseMs = 100;

class PSIColdbox implements Climate {
  readonly name: string;
  readonly class = psiColdbox.class;
  readonly #topic: MqttTopic;
  readonly #places: readonly Plate[];
  #host: string | undefined;
  #trusted = false;

  constructor(topic: MqttTopic, name: string) {
    this.name = name;
    this.#topic = topic;
    const conversation = { ask: this.#ask.bind(this), write: this.#write.bind(this), label: topic.label };
    this.#places = Array.from({ length: places }, (_, k) => new Plate(conversation, name, k + 1));
  }

  identify(): Promise<Identity> {
    return this.#topic.run(() => this.#identify());
  }

  place(number: number): ClimatePlace {
    const place = this.#places[number - 1];
    if (!place) throw noChannel(this.#topic.label, number, places);
    return place;
  }

  close(): Promise<void> {
    return this.#topic.close();
  }

  /**
   * The first lines of its help name the host. It answers in order, so nothing that comes after them can be the answer to
   * a question from before (rule 4).
   */
  async #identify(): Promise<Identity> {
    this.#trusted = false;
    const host = await this.#topic.ask('help', (line) => /^> hostname:\s*(\S+)/.exec(line)?.[1], replyMs);
    if (this.#host !== undefined && host !== this.#host)
      throw garbled(this.#topic.label, 'help', `${host}, and was ${this.#host} before`);
    this.#host = host;
    this.#trusted = true;
    const simulated = this.#topic.local && host.startsWith('SIM');
    return { text: `tessie at ${host}`, model: 'PSI coldbox', serial: host, simulated };
  }

  /** Values are asked for all TECs at once: the answer for one does not say which, and others ask on this topic too. */
  #ask(register: string): Promise<readonly string[]> {
    return this.#topic.run(async () => {
      if (!this.#trusted) await this.#identify();
      try {
        const answer = new RegExp(`^${register} = (.*)$`);
        return await this.#topic.ask(
          `get ${register}`,
          (message) => {
            const values = answer
              .exec(message)?.[1]
              ?.split(',')
              .map((value) => value.trim());
            // Somebody else asked for a single one.
            return values && (values.length === places || alone.has(register)) ? values : undefined;
          },
          replyMs,
        );
      } catch (error) {
        this.#trusted = false;
        throw error;
      }
    });
  }

  #write(command: string): Promise<void> {
    return this.#topic.run(() => this.#topic.write(command));
  }
}

/** Registers of the box, which have one value. */
const alone = new Set(['Temp', 'RH', 'DP']);

interface Conversation {
  label: string;
  ask(register: string): Promise<readonly string[]>;
  write(command: string): Promise<void>;
}

class Plate implements ClimatePlace {
  readonly instrument: string;
  readonly channel: number;
  readonly #box: Conversation;

  constructor(box: Conversation, name: string, channel: number) {
    this.#box = box;
    this.instrument = name;
    this.channel = channel;
  }

  async measure(): Promise<ClimateMeasured> {
    const temperature = await this.#ofPlate('Temp_M');
    if (temperature === absent)
      throw garbled(
        this.#box.label,
        'get Temp_M',
        `${absent} for TEC ${this.channel}, which is switched out`,
      );
    return {
      temperature,
      air: await this.#ofBox('Temp'),
      humidity: await this.#ofBox('RH'),
      dewPoint: await this.#ofBox('DP'),
    };
  }

  async readOn(): Promise<boolean> {
    const [state] = this.#pick('PowerState', await this.#box.ask('PowerState'));
    // An integer 1 that was taken for a float. [icicle 2.1.0, _catch_wrong_type]
    if (state === '1' || state === '1.4013e-45') return true;
    if (state === '0') return false;
    throw garbled(this.#box.label, 'get PowerState', String(state));
  }

  readSetTemperature(): Promise<Celsius> {
    return this.#ofPlate('Temp_Set');
  }

  async writeSetTemperature(temperature: Celsius): Promise<void> {
    const { from, to } = psiColdbox.range;
    if (!(temperature >= from && temperature <= to))
      throw levelRefused(this.#box.label, temperature, '°C', `it goes from ${from} to ${to} °C`);
    const written = Number(temperature.toFixed(2));
    await this.#box.write(`set Temp_Set ${written} tec ${this.channel}`);
    await this.#taken(`the temperature ${written} °C`, async () => {
      const read = await this.readSetTemperature();
      return Math.abs(read - written) < 0.01 ? undefined : `${read} °C`;
    });
  }

  async switch(on: boolean): Promise<void> {
    if (on) await this.#box.write(`set Mode ${regulating} tec ${this.channel}`);
    await this.#box.write(`cmd Power_${on ? 'On' : 'Off'} tec ${this.channel}`);
    await this.#taken(`TEC ${this.channel} ${on ? 'on' : 'off'}`, async () =>
      (await this.readOn()) === on ? undefined : on ? 'off' : 'on',
    );
  }

  async #taken(what: string, differs: () => Promise<string | undefined>): Promise<void> {
    const end = performance.now() + takeOverMs;
    for (;;) {
      const now = await differs();
      if (now === undefined) return;
      if (performance.now() >= end) throw notTaken(this.#box.label, what, `it reads ${now}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #ofPlate(register: string): Promise<number> {
    const [value, all] = this.#pick(register, await this.#box.ask(register));
    return readNumber(this.#box.label, `get ${register} (${all})`, value);
  }

  async #ofBox(register: string): Promise<number> {
    const [value = ''] = await this.#box.ask(register);
    return readNumber(this.#box.label, `get ${register}`, value);
  }

  #pick(register: string, values: readonly string[]): [string, string] {
    const value = values[this.channel - 1];
    if (value === undefined) throw garbled(this.#box.label, `get ${register}`, values.join(','));
    return [value, values.join(',')];
  }
}
