import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError, isBatonError } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import type { ItkdbClient } from '../client/client.ts';
import { isPassing } from '../client/faults.ts';
import { listAll } from '../client/paging.ts';
import { type JsonObject, objectsOf } from '../json.ts';
import type { ComponentType, Institution, TestType } from '../model.ts';
import { componentTypeOf, institutionOf, testTypeOf } from './shapes.ts';

/** With when the database said so. */
interface Dated<T> {
  value: T;
  fetched: EpochMs;
}

interface DefinitionOptions {
  /** Undefined: offline; what is on disk must do. */
  client: ItkdbClient | undefined;
  /** Which database the definitions are of: definitions of one are never used for another. */
  database: string;
  folder: string;
  now?: () => EpochMs;
  /** Younger than this they are taken from disk without asking. Default one day. */
  freshMs?: number;
  /** Called once when the database cannot be asked and older ones must do. */
  onAged?: (fetched: EpochMs) => void;
}

const oneDay = 86_400_000;
/** What was asked for so long ago is not asked for again because something does not fit it. */
const justNowMs = 60_000;

/**
 * Institutions, component types and test types, asked once a day and kept on disk with their age, so that
 * registering, validating and converting work without network.
 */
export class Definitions {
  readonly #options: Required<Omit<DefinitionOptions, 'client'>> & Pick<DefinitionOptions, 'client'>;
  #toldAge = false;
  /** In their shape, for a queue of any length asks for them again with each entry. */
  readonly #held = new Map<string, Promise<Dated<unknown[]>>>();

  readonly #renewals = new Map<string, { at: number; done: Promise<boolean> }>();

  constructor(options: DefinitionOptions) {
    this.#options = { now: Date.now, freshMs: oneDay, onAged: () => {}, ...options };
  }

  institutions(): Promise<Dated<Institution[]>> {
    return this.#shaped('institutions', 'listInstitutions', {}, institutionOf);
  }

  componentTypes(project: string): Promise<Dated<ComponentType[]>> {
    const filterMap = { project, state: 'active' };
    const name = `component-types-${project}`;
    return this.#shaped(name, 'listComponentTypes', { filterMap }, componentTypeOf);
  }

  testTypes(project: string, componentType: string): Promise<Dated<TestType[]>> {
    const name = `test-types-${project}-${componentType}`;
    return this.#shaped(name, 'listTestTypes', { project, componentType }, testTypeOf);
  }

  async componentType(project: string, code: string): Promise<ComponentType | undefined> {
    const listed = (await this.componentTypes(project)).value.find((type) => type.code === code);
    if (!listed || listed.stages.length > 0) return listed;
    // A list may leave the stages out; the type by itself has them.
    const name = `component-type-${project}-${code}`;
    const whole = await this.#shaped(name, 'getComponentTypeByCode', { project, code }, componentTypeOf);
    return whole.value[0] ?? listed;
  }

  async testType(project: string, componentType: string, code: string): Promise<TestType | undefined> {
    return (await this.testTypes(project, componentType)).value.find((type) => type.code === code);
  }

  /** Asks the database whatever the age, and keeps the answer. */
  async refresh(project: string, componentType: string): Promise<void> {
    await this.#fetch('institutions', 'listInstitutions', {});
    const filterMap = { project, state: 'active' };
    await this.#fetch(`component-types-${project}`, 'listComponentTypes', { filterMap });
    await this.#fetch(`test-types-${project}-${componentType}`, 'listTestTypes', { project, componentType });
    this.#held.clear();
  }

  /** Asks anew for what is older than that, if the database can be asked now: whether anything was got. */
  async renew(project: string, componentType: string, olderThanMs = justNowMs): Promise<boolean> {
    const age = this.#options.now() - (await this.testTypes(project, componentType)).fetched;
    if (!this.#options.client || (age >= 0 && age < olderThanMs)) return false;
    // Several results at once ask once, and not again soon if that failed.
    const key = `${project} ${componentType}`;
    const last = this.#renewals.get(key);
    if (last && performance.now() - last.at < justNowMs) return last.done;
    const done = this.#renewed(project, componentType);
    this.#renewals.set(key, { at: performance.now(), done });
    return done;
  }

  async #renewed(project: string, componentType: string): Promise<boolean> {
    try {
      await this.refresh(project, componentType);
      return true;
    } catch (error) {
      if (isPassing(error) || isBatonError(error, 'E8001')) return false;
      throw error;
    }
  }

  #shaped<T>(
    name: string,
    command: string,
    dtoIn: JsonObject,
    shape: (entry: JsonObject) => T,
  ): Promise<Dated<T[]>> {
    let held = this.#held.get(name) as Promise<Dated<T[]>> | undefined;
    if (!held) {
      held = this.#obtain(name, command, dtoIn).then(({ fetched, value }) => ({
        fetched,
        value: value.map(shape),
      }));
      this.#held.set(name, held);
      held.catch(() => this.#held.delete(name));
    }
    return held;
  }

  async #obtain(name: string, command: string, dtoIn: JsonObject): Promise<Dated<readonly JsonObject[]>> {
    const kept = await this.#read(name);
    const { client, now, freshMs } = this.#options;
    // What comes from the future was kept by a clock that has been set since: nobody knows how old it is.
    const age = kept ? now() - kept.fetched : 0;
    if (kept && (!client || (age >= 0 && age < freshMs))) return kept;
    if (!client) throw this.#unknown(name);
    try {
      return await this.#fetch(name, command, dtoIn);
    } catch (error) {
      // No network, and on a journey often no log-in either.
      if (!kept || !(isPassing(error) || isBatonError(error, 'E8001'))) throw error;
      if (!this.#toldAge) this.#options.onAged(kept.fetched);
      this.#toldAge = true;
      return kept;
    }
  }

  async #fetch(name: string, command: string, dtoIn: JsonObject): Promise<Dated<readonly JsonObject[]>> {
    const { client, now } = this.#options;
    if (!client) throw this.#unknown(name);
    const value: JsonObject[] = [];
    if (command.startsWith('list'))
      for await (const item of listAll(client, command, dtoIn)) value.push(item);
    else value.push(await client.get(command, dtoIn));
    const dated = { fetched: now(), value };
    await writeFileAtomically(this.#path(name), JSON.stringify(dated));
    return dated;
  }

  async #read(name: string): Promise<Dated<readonly JsonObject[]> | undefined> {
    try {
      const { fetched, value } = JSON.parse(await readFile(this.#path(name), 'utf8')) as Dated<unknown>;
      return { fetched, value: objectsOf(value) };
    } catch (error) {
      // Not there, or not ours to read: then it is asked for again, and asking says what is wrong.
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
        return undefined;
      throw error;
    }
  }

  /** Names come from the user and the database: nothing of them may leave the folder. */
  #path(name: string): string {
    const safe = (text: string) => text.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');
    return join(this.#options.folder, safe(this.#options.database), `${safe(name)}.json`);
  }

  #unknown(name: string): BatonError {
    return new BatonError({
      code: 'E8050',
      what: `The definitions of ${this.#options.database} are not on this machine (${name}), and it cannot be asked now.`,
      remedy: 'Go online once: `baton itkdb mirror` fetches them all.',
    });
  }
}

/** `3 days` */
export function ageText(fetched: EpochMs, now: EpochMs): string {
  const minutes = Math.max(0, Math.round((now - fetched) / 60_000));
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
