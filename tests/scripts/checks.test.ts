import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Answer, Question, StationReading } from '../../src/scripts/checks/checkModule.ts';
import { CheckSession } from '../../src/scripts/checks/checkSession.ts';
import {
  type ItemEvent,
  type ItemsContext,
  type ModuleResult,
  runItems,
} from '../../src/scripts/checks/runItems.ts';
import { loadSequenceScript } from '../../src/scripts/loadSequenceScript.ts';
import type { JsonObject } from '../../src/scripts/reading/tree.ts';

interface Bench {
  items: readonly JsonObject[];
  options?: JsonObject;
  config?: JsonObject;
  /** More files beside the script: name → text. */
  files?: Record<string, string>;
  ask?: (question: Question, signal: AbortSignal) => Promise<Answer | 'nobody'>;
  read?: () => Promise<StationReading[]>;
  record?: (event: ItemEvent) => void;
  signal?: AbortSignal;
}

interface Ran extends ModuleResult {
  events: ItemEvent[];
  /** `id VERDICT` for each item. */
  brief: string[];
  /** What went wrong when the drivers were closed. */
  closing: string | undefined;
}

/** Writes the module and a script that names it, loads and runs it as the runner would. */
async function run(module: string, bench: Bench): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-checks-'));
  await writeFile(join(folder, 'own.mjs'), module);
  for (const [name, text] of Object.entries(bench.files ?? {})) await writeFile(join(folder, name), text);
  const script = {
    info: { product: 'p', bom: 'b', lot: 'l', location: 'here' },
    config: { drivers: ['station'], ...bench.config },
    tests: [{ module: './own.mjs', options: bench.options ?? {}, items: bench.items }],
  };
  await writeFile(join(folder, 'x.scr'), JSON.stringify(script));
  const loaded = (await loadSequenceScript(join(folder, 'x.scr'))).script;
  const session = await CheckSession.open(loaded.drivers);
  const events: ItemEvent[] = [];
  const context: ItemsContext = {
    session,
    info: loaded.info,
    modules: [{ name: 'M1', serialNumber: '20UPGM20000001' }],
    ask: bench.ask ?? (async () => 'nobody'),
    read: bench.read ?? (async () => []),
    record: (event) => {
      events.push(event);
      bench.record?.(event);
    },
    signal: bench.signal,
  };
  let closing: string | undefined;
  const result = await runItems(loaded.tests[0]!, context).finally(async () => {
    closing = await session.close();
  });
  return { ...result, events, brief: result.items.map(({ id, verdict }) => `${id} ${verdict}`), closing };
}

const passing = 'export const good = ({ measure }) => void measure("v", 1, { min: 0, max: 2, unit: "V" });';

describe('an item is judged', () => {
  test('by its measurements, when it returns nothing', async () => {
    const { verdict, items } = await run(passing, { items: [{ id: 'good' }] });
    expect(verdict).toBe('PASS');
    expect(items[0]!.measurements).toEqual([
      { name: 'v', value: 1, unit: 'V', min: 0, max: 2, verdict: 'PASS' },
    ]);
  });

  test('FAIL by a failed measurement, even if it returns PASS', async () => {
    const module = 'export const bad = ({ measure }) => { measure("v", 3, { max: 2 }); return "PASS"; };';
    expect((await run(module, { items: [{ id: 'bad' }] })).verdict).toBe('FAIL');
  });

  test('worse by what it returns, never better', async () => {
    const module = 'export const bad = ({ measure }) => { measure("v", 1, { max: 2 }); return "FAIL"; };';
    expect((await run(module, { items: [{ id: 'bad' }] })).verdict).toBe('FAIL');
  });

  test('with arguments, options, item keys, info and the modules under test at hand', async () => {
    const module = `export const look = ({ args, options, item, info, modules, blob }) => {
      blob('seen', { args, options, rssi: item.rssi, info, modules }); return 'PASS'; };`;
    const { items } = await run(module, {
      items: [{ id: 'look', args: { a: 1 }, rssi: { min: -60 } }],
      options: { b: [true] },
    });
    expect(items[0]!.blobs).toEqual([
      {
        name: 'seen',
        data: {
          args: { a: 1 },
          options: { b: [true] },
          rssi: { min: -60 },
          info: { product: 'p', bom: 'b', lot: 'l', location: 'here' },
          modules: [{ name: 'M1', serialNumber: '20UPGM20000001' }],
        },
      },
    ]);
  });

  test('and leaves keys, messages and the chosen failure code', async () => {
    const module = `export const bad = ({ key, message, measure, failed }) => {
      key('sn', 17); message('look\\u001b[2Jing\\u0007'); if (!measure('ok', false)) failed('R2'); };`;
    const fail = [
      { fid: 'R1', msg: 'apple' },
      { fid: 'R2', msg: 'banana' },
    ];
    const { items, events } = await run(module, { items: [{ id: 'bad', fail }] });
    expect(items[0]).toMatchObject({
      verdict: 'FAIL',
      keys: [{ name: 'sn', value: '17' }],
      messages: ['looking'],
      fail: fail[1],
    });
    expect(events.map((e) => (e.event === 'itemNote' ? e.note.kind : e.event))).toEqual([
      'itemStarted',
      'key',
      'message',
      'measurement',
      'fail',
      'itemEnded',
    ]);
  });
});

// Most of them wait: for their thread to start, or for the second in which one may tidy up.
describe.concurrent('never a PASS', () => {
  test.each<[string, string, string, JsonObject?]>([
    ['an item that judges nothing', 'export const a = () => {};', 'INC'],
    ['an item that only records', 'export const a = ({ measure }) => void measure("v", 5);', 'INC'],
    ['an exception', 'export const a = () => { throw new Error("x"); };', 'INTERNAL_ERROR'],
    ['a rejected promise', 'export const a = async () => { throw new Error("x"); };', 'INTERNAL_ERROR'],
    ['a throw of nothing', 'export const a = () => { throw undefined; };', 'INTERNAL_ERROR'],
    ['SKIP as a result', 'export const a = () => "SKIP";', 'INTERNAL_ERROR'],
    ['DISABLED as a result', 'export const a = () => "DISABLED";', 'INTERNAL_ERROR'],
    ['true as a result', 'export const a = () => true;', 'INTERNAL_ERROR'],
    [
      'NaN without limits',
      'export const a = ({ measure }) => { measure("v", NaN); return "PASS"; };',
      'FAIL',
    ],
    [
      'a misspelt limit',
      'export const a = ({ measure }) => { try { measure("v", 5, { mx: 1 }); } catch {} return "PASS"; };',
      'INTERNAL_ERROR',
    ],
    [
      'a limit that is a text',
      'export const a = ({ measure }) => { measure("v", 5, { max: "1" }); };',
      'INTERNAL_ERROR',
    ],
    [
      'a limit that is NaN',
      'export const a = ({ measure }) => { measure("v", 5, { max: NaN }); };',
      'INTERNAL_ERROR',
    ],
    [
      'a misspelt unit',
      'export const a = ({ measure }) => { measure("v", 5, { max: 9, unit: "CELCIUS" }); };',
      'INTERNAL_ERROR',
    ],
    [
      'a value that is none',
      'export const a = ({ measure }) => { measure("v", undefined, { max: 9 }); };',
      'INTERNAL_ERROR',
    ],
    [
      'one name measured twice',
      'export const a = ({ measure }) => { measure("v", 1, { max: 9 }); measure("v", 2, { max: 9 }); };',
      'INTERNAL_ERROR',
    ],
    [
      'a failure code that the script does not have',
      'export const a = ({ measure, failed }) => { measure("v", 1, { max: 9 }); try { failed(3); } catch {} };',
      'INTERNAL_ERROR',
    ],
    [
      'a forgotten await',
      'export const a = async ({ ask, measure }) => { measure("v", 1, { max: 9 }); ask({ text: "?" }); };',
      'INTERNAL_ERROR',
    ],
    [
      'a question that nobody answers, even if that is caught',
      'export const a = async ({ ask }) => { try { await ask({ text: "?" }); } catch {} return "PASS"; };',
      'TIMEOUT',
    ],
    ['a time-out', 'export const a = ({ sleep }) => sleep(100);', 'TIMEOUT', { timeout: 0.2 }],
    [
      'a time-out that the item catches',
      'export const a = async ({ sleep }) => { try { await sleep(100); } catch {} return "PASS"; };',
      'TIMEOUT',
      { timeout: 0.2 },
    ],
    [
      'an item that ignores its end',
      'export const a = () => new Promise(() => {});',
      'TIMEOUT',
      { timeout: 0.2 },
    ],
    ['an endless loop', 'export const a = () => { for (;;); };', 'TIMEOUT', { timeout: 0.2 }],
    ['process.exit', 'export const a = () => process.exit(0);', 'INTERNAL_ERROR'],
    [
      'an error in a timer',
      'export const a = () => new Promise(() => setTimeout(() => { throw new Error("late"); }));',
      'INTERNAL_ERROR',
    ],
    ['an id that is not exported', 'export const b = () => "PASS";', 'INTERNAL_ERROR'],
    ['an id that every object has', 'export const b = () => "PASS";', 'INTERNAL_ERROR', { id: 'toString' }],
    ['a module that cannot be loaded', 'export const a = ;', 'INTERNAL_ERROR'],
  ])('%s', async (_, module, expected, item = {}) => {
    const { verdict, endsSequence } = await run(module, { items: [{ id: 'a', ...item }] });
    expect(verdict).toBe(expected);
    expect(endsSequence).toBe(true);
  });

  test('an item that passes after one that did not', async () => {
    const module = `${passing} export const a = () => "FAIL";`;
    const { verdict, brief } = await run(module, {
      items: [{ id: 'a' }, { id: 'good' }],
      config: { fail_fast: false },
    });
    expect(brief).toEqual(['a FAIL', 'good PASS']);
    expect(verdict).toBe('FAIL');
  });

  test('a stop between two items', async () => {
    const stop = new AbortController();
    const { verdict, stopped, brief } = await run(passing, {
      items: [{ id: 'good' }, { id: 'good' }],
      record: (event) => event.event === 'itemEnded' && stop.abort(),
      signal: stop.signal,
    });
    expect(brief).toEqual(['good PASS', 'good INC']);
    expect([verdict, stopped]).toEqual(['INC', true]);
  });
});

describe.concurrent('order', () => {
  const module = `${passing}
    export const bad = () => 'FAIL';
    export const prepare = ({ message }) => { message('prepared'); };
    export const brokenSetup = () => { throw new Error('no jig'); };
    export const release = ({ message }) => { message('released'); };
    export const brokenTeardown = () => { throw new Error('stuck'); };`;

  test('fail_fast stops at the first item that does not pass, and the teardown runs', async () => {
    const items = [
      { id: 'prepare', setup: true },
      { id: 'bad' },
      { id: 'good' },
      { id: 'release', teardown: true },
    ];
    const { brief, items: results } = await run(module, { items });
    expect(brief).toEqual(['prepare PASS', 'bad FAIL', 'good SKIP', 'release PASS']);
    expect(results[2]!.problems).toEqual(['bad ended with FAIL']);
    expect(results[3]!.messages).toEqual(['released']);
  });

  test('fail_fast of the options goes before that of the config', async () => {
    const items = [{ id: 'bad' }, { id: 'good' }];
    const both = await run(module, { items, options: { fail_fast: false }, config: { fail_fast: true } });
    expect(both.brief).toEqual(['bad FAIL', 'good PASS']);
    expect(both.endsSequence).toBe(false);
  });

  test('a setup that fails keeps the items from running even without fail_fast', async () => {
    const items = [{ id: 'brokenSetup', setup: true }, { id: 'good' }, { id: 'release', teardown: true }];
    const { brief, verdict } = await run(module, { items, config: { fail_fast: false } });
    expect(brief).toEqual(['brokenSetup INTERNAL_ERROR', 'good SKIP', 'release PASS']);
    expect(verdict).toBe('INTERNAL_ERROR');
  });

  test('a teardown that fails spoils the module, and one that passes repairs nothing', async () => {
    const spoilt = await run(module, { items: [{ id: 'good' }, { id: 'brokenTeardown', teardown: true }] });
    expect(spoilt.verdict).toBe('INTERNAL_ERROR');
    const kept = await run(module, { items: [{ id: 'bad' }, { id: 'release', teardown: true }] });
    expect(kept.verdict).toBe('FAIL');
  });

  test('the teardown runs after a stop, after an endless loop and when the journal fails', async () => {
    const stop = new AbortController();
    const waiting = 'export const wait = ({ sleep, message }) => { message("waiting"); return sleep(100); };';
    const stopped = await run(`${module}${waiting}`, {
      items: [{ id: 'wait' }, { id: 'release', teardown: true }],
      record: (event) => event.event === 'itemNote' && stop.abort(),
      signal: stop.signal,
    });
    expect(stopped.brief).toEqual(['wait INC', 'release PASS']);

    const looping = await run(`${module} export const loop = () => { for (;;); };`, {
      items: [
        { id: 'loop', timeout: 0.2 },
        { id: 'release', teardown: true },
      ],
    });
    expect(looping.brief).toEqual(['loop TIMEOUT', 'release PASS']);

    const seen: string[] = [];
    const broken = run(module, {
      items: [{ id: 'good' }, { id: 'good' }, { id: 'release', teardown: true }],
      record: (event) => {
        if (event.event === 'itemStarted') seen.push(event.id);
        if (event.event === 'itemEnded') throw new Error('disk full');
      },
    });
    await expect(broken).rejects.toThrow('disk full');
    expect(seen).toEqual(['good', 'release']);
  });

  test('a disabled item is skipped, "false" as a text too', async () => {
    const { brief } = await run(module, { items: [{ id: 'bad', enable: 'false' }, { id: 'good' }] });
    expect(brief).toEqual(['bad SKIP', 'good PASS']);
  });

  test('items of one module share its state', async () => {
    const counting =
      'let n = 0; export const a = ({ measure }) => { n += 1; measure("n", n, { min: 1, max: 2 }); };';
    const { items } = await run(counting, { items: [{ id: 'a' }, { id: 'a' }] });
    expect(items.map(({ measurements }) => measurements[0]!.value)).toEqual([1, 2]);
  });
});

describe.concurrent('the operator', () => {
  const asking = (question: string) =>
    `export const a = async ({ ask, measure, message }) => { const answer = await ask(${question}); message(JSON.stringify(answer)); measure('yes', answer.choice === 0); };`;

  test('answers a question', async () => {
    const asked: Question[] = [];
    const { verdict, items } = await run(
      asking('{ text: "Sure?", choices: ["Yes", "No"], placeholder: "Yes" }'),
      {
        items: [{ id: 'a' }],
        ask: async (question) => {
          asked.push(question);
          return { choice: 0, text: 'Yes' };
        },
      },
    );
    expect(asked).toMatchObject([{ text: 'Sure?', choices: ['Yes', 'No'], placeholder: 'Yes' }]);
    expect(asked[0]!.timeout, 'it waits as long as its item may take').toBe(10);
    expect(items[0]!.messages).toEqual(['{"choice":0,"text":"Yes"}']);
    expect(verdict).toBe('PASS');
  });

  test('is asked again when the answer does not match', async () => {
    const answers = ['12', '12345'];
    const texts: string[] = [];
    const module = `export const a = async ({ ask, measure }) => { const { text } = await ask({ text: "Lot?", pattern: "\\\\d{5}" }); measure('lot', text === '12345'); };`;
    const { verdict } = await run(module, {
      items: [{ id: 'a' }],
      ask: async ({ text }) => {
        texts.push(text);
        return { text: answers.shift()! };
      },
    });
    expect(texts).toEqual(['Lot?', 'Lot?\n"12" does not match \\d{5}.']);
    expect(verdict).toBe('PASS');
  });

  test.each([
    ['of its own', '{ text: "?", timeout: 0.2 }', 10],
    ['of the item', '{ text: "?" }', 0.2],
  ])(
    'who does not answer within the time-out %s has the question taken away, and it is no PASS',
    async (_, question, timeout) => {
      let taken = false;
      const { verdict } = await run(asking(question), {
        items: [{ id: 'a', timeout }],
        ask: (_question, signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              taken = true;
              reject(signal.reason);
            }),
          ),
      });
      expect(verdict).toBe('TIMEOUT');
      expect(taken).toBe(true);
    },
  );
});

describe('the station', () => {
  const reading =
    'export const a = async ({ read, measure }) => { for (const { name, value } of await read()) measure(name, value, { min: -1, max: 1, unit: "V" }); };';
  const hv = { name: 'hv_1:1 voltage', value: 0.2, unit: 'V', time: 0 };

  test('is read', async () => {
    const { items } = await run(reading, { items: [{ id: 'a' }], read: async () => [hv] });
    expect(items[0]!.measurements).toMatchObject([{ name: 'hv_1:1 voltage', value: 0.2, verdict: 'PASS' }]);
  });

  test('that cannot be read gives no PASS', async () => {
    const failing = await run(reading, {
      items: [{ id: 'a' }],
      read: async () => Promise.reject(new Error('gone')),
    });
    expect(failing.items[0]).toMatchObject({
      verdict: 'INTERNAL_ERROR',
      problems: [expect.stringContaining('gone')],
    });
    const missing = await run(reading, { items: [{ id: 'a' }], read: async () => [{ ...hv, value: null }] });
    expect(missing.verdict).toBe('INTERNAL_ERROR');
  });
});

describe.concurrent('drivers', () => {
  const jig = (channels: number) =>
    `import { appendFileSync } from 'node:fs';
     export const start = (args) => ({ channels: ${channels}, light: args.light, close: () => appendFileSync(args.log, 'closed ') });`;

  test('of a site are started with their arguments, handed to the items and closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-drivers-'));
    const log = join(folder, 'log');
    const module =
      'export const a = ({ drivers, measure }) => void measure("light", drivers[0].light, { min: 7, max: 7 });';
    const { verdict, closing } = await run(module, {
      items: [{ id: 'a' }],
      config: { drivers: ['station', ['./jig.mjs', { light: 7, log }]] },
      files: { 'jig.mjs': jig(2) },
    });
    expect([verdict, closing]).toEqual(['PASS', undefined]);
    expect(await readFile(log, 'utf8')).toBe('closed ');
  });

  test('are started anew for what follows an item that had to be ended by force', async () => {
    const module =
      'export const loop = () => { for (;;); }; export const tidy = ({ drivers, message }) => message("light " + drivers[0].light);';
    const { items } = await run(module, {
      items: [
        { id: 'loop', timeout: 0.2 },
        { id: 'tidy', teardown: true },
      ],
      config: { drivers: [['./jig.mjs', { light: 7, log: '/dev/null' }]] },
      files: { 'jig.mjs': jig(1) },
    });
    expect(items[1]!.messages).toEqual(['light 7']);
  });

  test('that fail to close are told', async () => {
    const stuck = 'export const start = () => ({ close() { throw new Error("stuck relay"); } });';
    const { closing } = await run(passing, {
      items: [{ id: 'good' }],
      config: { drivers: ['./jig.mjs'] },
      files: { 'jig.mjs': stuck },
    });
    expect(closing).toBe('Error: stuck relay');
  });

  test('that do not start, or disagree on the number of channels, are refused', async () => {
    const items = [{ id: 'a' }];
    const broken = { 'jig.mjs': 'export const start = () => { throw new Error("no USB"); };' };
    await expect(run(passing, { items, config: { drivers: ['./jig.mjs'] }, files: broken })).rejects.toThrow(
      /E7401.*no USB/,
    );
    const args = { log: '/dev/null' };
    const two = { 'one.mjs': jig(1), 'two.mjs': jig(2) };
    const drivers = [
      ['./one.mjs', args],
      ['./two.mjs', args],
    ];
    await expect(run(passing, { items, config: { drivers }, files: two })).rejects.toThrow(/E7402.*1 and 2/);
  });
});

test('what a check prints does not reach the output of Baton, and is told when it crashes', async () => {
  const module =
    'export const a = () => { console.log("debug 17"); return new Promise((r) => setTimeout(() => { throw new Error("late"); }, 50)); };';
  const { items } = await run(module, { items: [{ id: 'a' }] });
  expect(items[0]!.problems.join()).toMatch(/late.*debug 17/s);
});

test('the shipped check module asks the operator and reads the station', async () => {
  const contact = await readFile('config/checks/contact.js', 'utf8');
  const hv = [
    { name: 'hv_1:1 voltage', value: 0.01, unit: 'V', time: 0 },
    { name: 'hv_1:1 output', value: false, unit: '', time: 0 },
  ];
  const items = [
    { id: 'outputsAreOff', args: { hv: { min: -1, max: 1, unit: 'V' } }, fail: [{ fid: 'POWER', msg: '' }] },
    { id: 'needlesTouch', args: { question: 'Do they?' }, fail: [{ fid: 'NEEDLES', msg: 'Clean them' }] },
  ];
  const ask = async () => ({ choice: 0, text: 'Yes' });
  expect((await run(contact, { items, ask, read: async () => hv })).brief).toEqual([
    'outputsAreOff PASS',
    'needlesTouch PASS',
  ]);

  const no = await run(contact, {
    items,
    ask: async () => ({ choice: 1, text: 'No' }),
    read: async () => hv,
  });
  expect(no.items[1]).toMatchObject({ verdict: 'FAIL', fail: { fid: 'NEEDLES' } });
  const on = await run(contact, {
    items,
    ask,
    read: async () => [
      { ...hv[0]!, value: -50 },
      { ...hv[1]!, value: true },
    ],
  });
  expect(on.brief).toEqual(['outputsAreOff FAIL', 'needlesTouch SKIP']);
  expect((await run(contact, { items, ask })).brief[0]).toBe('outputsAreOff INC');
});
