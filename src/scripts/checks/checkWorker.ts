import { setTimeout as timer } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { plainText } from '../../base/plainText.ts';
import { judge } from '../measurement.ts';
import type { Json } from '../reading/tree.ts';
import type { FromChecks, ItemCall, ItemDescription, ItemNote, ToChecks } from './checkMessages.ts';
import type {
  Answer,
  Check,
  CheckDeclaration,
  DriverModule,
  Question,
  StartedDriver,
  StationReading,
} from './checkModule.ts';

/**
 * The thread in which a site's own checks and drivers run: an endless loop, a leak or an exit of theirs must not stop the
 * runner, which watches the voltage. Its one way to the outside is the port.
 */
const port = parentPort!;
const drivers: StartedDriver[] = [];
const questions = new Map<number, (answer: Answer | { unanswered: string }) => void>();
const readings = new Map<number, (readings: readonly StationReading[] | { failed: string }) => void>();
let number = 0;
let running: AbortController | undefined;

port.on('message', (message: ToChecks) => {
  switch (message.do) {
    case 'start':
      return void reply(startDrivers(message.drivers));
    case 'describe':
      return void reply(describe(message.path));
    case 'run':
      return void reply(run(message.call));
    case 'abort':
      return running?.abort(new Error('the item was ended'));
    case 'answer':
      return questions.get(message.number)?.(message.answer);
    case 'readings':
      return readings.get(message.number)?.(message.readings);
    case 'close':
      return void reply(closeDrivers());
  }
});

async function reply(work: Promise<FromChecks>): Promise<void> {
  say(await work.catch((error: unknown): FromChecks => ({ is: 'refused', why: tell(error) })));
}

function say(message: FromChecks): void {
  port.postMessage(message);
}

function tell(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

async function startDrivers(wanted: readonly { path: string; args?: Json }[]): Promise<FromChecks> {
  for (const { path, args } of wanted) {
    const module = (await import(pathToFileURL(path).href)) as Partial<DriverModule>;
    if (typeof module.start !== 'function') throw new Error(`${path} does not export a function start`);
    const driver = await module.start(args, AbortSignal.timeout(60_000));
    const channels = driver?.channels ?? 0;
    if (typeof driver !== 'object' || driver === null || !Number.isInteger(channels) || channels < 0)
      throw new Error(`start of ${path} must give an object, with "channels" a whole number if it has them`);
    drivers.push(driver);
  }
  return { is: 'started', channels: drivers.map(({ channels }) => channels ?? 0) };
}

async function closeDrivers(): Promise<FromChecks> {
  const failures: string[] = [];
  for (const driver of drivers.splice(0).reverse())
    try {
      await driver.close?.();
    } catch (error) {
      failures.push(tell(error));
    }
  return failures.length > 0 ? { is: 'refused', why: failures.join('; ') } : { is: 'closed' };
}

async function itemsOf(path: string): Promise<Map<string, CheckDeclaration>> {
  const namespace = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  // A CommonJS module has its exports in `default` too, and there alone when Node cannot see their names.
  const byDefault = namespace.default;
  const exported = { ...(typeof byDefault === 'object' ? byDefault : {}), ...namespace };
  const items = new Map<string, CheckDeclaration>();
  for (const [id, item] of Object.entries(exported)) {
    if (id === 'default' || id === 'module.exports') continue;
    if (typeof item === 'function') items.set(id, { run: item as CheckDeclaration['run'] });
    else if (typeof (item as CheckDeclaration | null)?.run === 'function')
      items.set(id, item as CheckDeclaration);
  }
  return items;
}

async function describe(path: string): Promise<FromChecks> {
  const items = [...(await itemsOf(path))].map(
    ([id, { title, arguments: declared }]): ItemDescription => ({
      id,
      ...(title === undefined ? {} : { title: String(title) }),
      ...(declared === undefined ? {} : { arguments: declared }),
    }),
  );
  return { is: 'described', items };
}

async function run(call: ItemCall): Promise<FromChecks> {
  const item = (await itemsOf(call.path)).get(call.id);
  if (!item) throw new Error(`${call.path} does not export ${call.id}`);
  const controller = new AbortController();
  running = controller;
  say({ is: 'running' });
  try {
    const result: unknown = await item.run(makeCheck(call, controller.signal));
    if (questions.size + readings.size > 0)
      return { is: 'threw', why: 'it ended while a question or a reading was open: an "await" is missing' };
    if (result === undefined || result === 'PASS' || result === 'FAIL' || result === 'INC')
      return { is: 'returned', result };
    return {
      is: 'threw',
      why: `it returned ${JSON.stringify(result)}; "PASS", "FAIL", "INC" or nothing is understood`,
    };
  } catch (error) {
    return error instanceof Unanswered ? { is: 'unanswered' } : { is: 'threw', why: tell(error) };
  } finally {
    // What an item does after its end belongs to no item.
    running = undefined;
    controller.abort(new Error('the item has ended'));
  }
}

class Unanswered extends Error {
  override name = 'Unanswered';
}

const mostNotes = 10_000;
const longestMessage = 2000;
const largestBlob = 1_000_000;
const mostKeys = 5;

function makeCheck(call: ItemCall, signal: AbortSignal): Check {
  const names = { measurement: new Set<string>(), blob: new Set<string>(), key: new Set<string>() };
  let notes = 0;
  const note = (what: ItemNote) => {
    if (signal.aborted) return;
    if (++notes > mostNotes) throw new Error(`an item may record ${mostNotes} things`);
    say({ is: 'note', note: what });
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!signal.aborted) say({ is: 'note', note: { kind: 'fault', why: tell(error) } });
      throw error;
    }
  };
  const once = (kind: keyof typeof names, name: string) => {
    if (names[kind].has(name)) throw new Error(`this item has a ${kind} ${JSON.stringify(name)} already`);
    names[kind].add(name);
  };
  return {
    ...{
      id: call.id,
      args: call.args,
      item: call.item,
      options: call.options,
      info: call.info,
      modules: call.modules,
    },
    drivers,
    signal,
    measure: (name, value, limits) =>
      guarded(() => {
        const measurement = judge(name, value, limits);
        once('measurement', name);
        note({ kind: 'measurement', measurement });
        return measurement.verdict !== 'FAIL';
      }),
    failed: (chosen) =>
      guarded(() => {
        const entry =
          typeof chosen === 'number' ? call.fail[chosen] : call.fail.find(({ fid }) => fid === chosen);
        if (!entry)
          throw new Error(`the script's "fail" of this item has no entry ${JSON.stringify(chosen)}`);
        note({ kind: 'fail', entry });
      }),
    key: (name, value) =>
      guarded(() => {
        once('key', name);
        if (names.key.size > mostKeys) throw new Error(`a record has ${mostKeys} keys`);
        note({ kind: 'key', name: String(name), value: String(value) });
      }),
    blob: (name, data) =>
      guarded(() => {
        const text = JSON.stringify(data) as string | undefined;
        if (text === undefined || text.length > largestBlob)
          throw new Error(
            `the blob ${JSON.stringify(name)} is not JSON of at most ${largestBlob} characters`,
          );
        once('blob', name);
        note({ kind: 'blob', name: String(name), data: JSON.parse(text) as Json });
      }),
    message: (text) => note({ kind: 'message', text: plainText(String(text)).slice(0, longestMessage) }),
    ask: handled(async (question: Question) => {
      guarded(() => checkQuestion(question));
      const answer = await exchange(questions, signal, (number) => say({ is: 'question', number, question }));
      if ('unanswered' in answer) throw new Unanswered(`the operator was asked: ${answer.unanswered}`);
      return answer;
    }),
    read: handled(async () => {
      const answer = await exchange(readings, signal, (number) => say({ is: 'wants readings', number }));
      if ('failed' in answer) throw new Error(`the station could not be read: ${answer.failed}`);
      return answer;
    }),
    sleep: handled(async (seconds: number) => {
      await timer(Math.max(0, seconds * call.msPerSecond), undefined, { signal });
    }),
  };
}

function checkQuestion({ text, choices, placeholder = '' }: Question): void {
  if (typeof text !== 'string' || text === '') throw new TypeError('a question needs a text');
  if (
    choices !== undefined &&
    (!Array.isArray(choices) || choices.length === 0 || choices.some((c) => typeof c !== 'string'))
  )
    throw new TypeError('the choices of a question are a list of texts');
  if (typeof placeholder !== 'string') throw new TypeError('the placeholder of a question is a text');
}

/** Asks the other thread and waits for what it answers, or for the end of the item. */
function exchange<T>(
  open: Map<number, (answer: T) => void>,
  signal: AbortSignal,
  ask: (number: number) => void,
): Promise<T> {
  number += 1;
  const mine = number;
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      open.delete(mine);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    open.set(mine, (answer) => {
      open.delete(mine);
      signal.removeEventListener('abort', abort);
      resolve(answer);
    });
    ask(mine);
  });
}

/** A promise that an item forgot to await must not bring the thread down when the item ends. */
function handled<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  return (...args) => {
    const promise = work(...args);
    promise.catch(() => undefined);
    return promise;
  };
}
