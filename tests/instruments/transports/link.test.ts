import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAndReadBack } from '../../../src/instruments/drivers/readBack.ts';
import { scpiGreeting } from '../../../src/instruments/drivers/scpi.ts';
import { Lines } from '../../../src/instruments/transports/line.ts';
import { Link } from '../../../src/instruments/transports/link.ts';
import { quickTiming } from '../exchange.ts';
import { FakeInstrument } from '../fakeSupplies.ts';

const greeting = scpiGreeting(/^ACME,Supply/, 'an ACME supply');
let value: number;
let supply: FakeInstrument;
let link: Link;

beforeEach(async () => {
  value = 1;
  supply = await new FakeInstrument((line) => {
    if (line.startsWith('SET ')) value = Number(line.slice(4));
    const answers: Record<string, string> = { '*IDN?': 'ACME,Supply,1,1', 'V?': String(value), 'I?': '7' };
    return answers[line];
  }).start();
  link = aLink(supply.resource);
});

afterEach(async () => {
  await link.close();
  await supply.stop();
});

function aLink(resource: string, lines = new Lines(quickTiming), name = 'it'): Link {
  return new Link({ name, class: 'Supply', resource, serial: { baudRate: 9_600 }, greeting, lines });
}

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );
const ask = (question: string) => link.ask((wire) => wire.query(question));
const set = (wanted: number) =>
  writeAndReadBack(link, {
    what: `the value ${wanted}`,
    write: (wire) => wire.write(`SET ${wanted}`),
    read: async (wire) => Number(await wire.query('V?')),
    holds: (read) => read === wanted,
  });

describe('believing', () => {
  test('nothing is believed before the instrument has said who it is', async () => {
    expect(await ask('V?')).toBe('1');
    expect(supply.heard).toEqual(['*IDN?', 'V?']);
  });

  test('what an owner before left unread is not taken for an answer', async () => {
    const early = aLink(supply.resource);
    supply.say('99\n');
    expect(await early.ask((wire) => wire.query('V?'))).toBe('1');
    await early.close();
  });

  test('a late reply after a time-out never answers the next question', async () => {
    let slow = true;
    // It answers in order, as instruments do: the late answer comes right before the next one.
    const sluggish: FakeInstrument = await new FakeInstrument((line) => {
      if (line === 'I?') return '7';
      if (line === 'V?') return slow ? undefined : '1';
      const late = slow && sluggish.heard.includes('V?');
      if (late) slow = false;
      return late ? '41\nACME,Supply,1,1' : 'ACME,Supply,1,1';
    }).start();
    const patient = aLink(sluggish.resource);
    expect(await patient.ask((wire) => wire.query('V?'))).toBe('1');
    expect(await patient.ask((wire) => wire.query('I?'))).toBe('7');
    expect(sluggish.heard).toEqual(['*IDN?', 'V?', '*IDN?', '*IDN?', 'V?', 'I?']);
    await patient.close();
    await sluggish.stop();
  });

  test('a line that nobody asked for is not taken for an answer', async () => {
    await link.identify();
    supply.say('99\n');
    await expect.poll(async () => ask('V?')).toBe('1');
    expect(await ask('I?')).toBe('7');
  });

  test('half a reply is no reply', async () => {
    await link.identify();
    supply.silent = true;
    const half = failure(ask('V?'));
    await expect.poll(() => supply.heard.includes('V?')).toBe(true);
    supply.say('1.2');
    expect((await half).message).toMatch(/E3005/);
  });

  test('a reply that ends with CR alone is no reply, and what to set is said', async () => {
    await link.identify();
    supply.silent = true;
    const unended = failure(link.act((wire) => wire.query('V?')));
    await expect.poll(() => supply.heard.includes('V?')).toBe(true);
    supply.say('1.2\r');
    expect((await unended).message).toMatch(/E3005.*set its terminator to LF/s);
  });

  test('the message of a time-out has what came', async () => {
    await link.identify();
    supply.silent = true;
    const half = failure(link.act((wire) => wire.query('V?')));
    await expect.poll(() => supply.heard.includes('V?')).toBe(true);
    supply.say('1.2');
    expect((await half).message).toMatch(/only "1\.2" came/);
  });

  test('another instrument in the same place is refused, and what it said is not believed', async () => {
    await link.identify();
    await supply.stop();
    supply.garble = { question: /IDN/, reply: 'ACME,Supply,2,1' };
    await supply.start();
    await expect(ask('V?')).rejects.toThrow(/E3006.*ACME,Supply,2,1.*as before/s);
    expect(supply.heard.filter((line) => line === 'V?')).toEqual([]);
  });

  test('a stream that does not end is not believed', async () => {
    const chatter = setInterval(() => supply.say('1\n'), 2);
    try {
      await expect(link.identify()).rejects.toThrow(/E300[67]/);
    } finally {
      clearInterval(chatter);
    }
  });
});

describe('losing and finding', () => {
  test('a port that vanished and came back is opened again, and the instrument says who it is', async () => {
    expect(await ask('V?')).toBe('1');
    await supply.stop();
    const waiting = ask('V?');
    await supply.start();
    expect(await waiting).toBe('1');
    expect(supply.heard).toEqual(['*IDN?', 'V?', '*IDN?', 'V?']);
  });

  test('a port that stays away is an error', async () => {
    const impatient = aLink(supply.resource, new Lines({ ...quickTiming, reopenMs: 100 }));
    await impatient.identify();
    await supply.stop();
    await expect(impatient.ask((wire) => wire.query('V?'))).rejects.toThrow(/E3002|E3004/);
    await impatient.close();
  });

  test('a question is asked a second time after a time-out', async () => {
    let missed = 0;
    const forgetful = await new FakeInstrument((line) => {
      if (line === '*IDN?') return 'ACME,Supply,1,1';
      missed += 1;
      return missed === 1 ? undefined : '1';
    }).start();
    const patient = aLink(forgetful.resource);
    expect(await patient.ask((wire) => wire.query('V?'))).toBe('1');
    expect(forgetful.heard).toEqual(['*IDN?', 'V?', '*IDN?', 'V?']);
    await patient.close();
    await forgetful.stop();
  });

  test('a write that broke off is never sent again: a reading tells whether it acted', async () => {
    await link.identify();
    const writing = writeAndReadBack(link, {
      what: 'the value 5',
      write: async (wire) => {
        await wire.write('SET 5');
        // The plug is pulled after the command went out.
        await expect.poll(() => value).toBe(5);
        await supply.stop();
        await supply.start();
        await wire.query('V?');
      },
      read: async (wire) => Number(await wire.query('V?')),
      holds: (read) => read === 5,
    });
    expect(await writing).toBe(5);
    expect(supply.heard.filter((line) => line === 'SET 5')).toHaveLength(1);
  });

  test('a write that did not act is an error, and not repeated either', async () => {
    supply.deafTo = /^SET/;
    await expect(set(5)).rejects.toThrow(/E3009.*the value 5.*it reads 1/s);
    expect(supply.heard.filter((line) => line === 'SET 5')).toHaveLength(1);
  });

  test('a closed link says so and opens nothing', async () => {
    await link.identify();
    await link.close();
    await expect(ask('V?')).rejects.toThrow(/E3016/);
    await expect.poll(() => supply.clients).toBe(0);
  });

  test('an address where nobody listens is an error with what to do', async () => {
    await supply.stop();
    await expect(aLink(supply.resource).identify()).rejects.toThrow(/E3002.*refuses connections/s);
  });
});

test.each(['TCPIP::192.168.0.22::INSTR', 'ASRL4::INSTR', 'GPIB::24::INSTR'])(
  'the resource %s is refused with what would be right',
  (resource) => {
    expect(() => aLink(resource)).toThrow(/E3001/);
  },
);

test('many who talk at once get their own answers, in turn', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 ? ask('V?') : ask('I?'))));
  expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => (i % 2 ? '1' : '7')));
});

describe('behind a GPIB adapter', () => {
  test('two instruments share one port, one queue, and each exchange goes to its own address', async () => {
    const adapter = await new FakeAdapter({
      '9': (line) => ({ '*IDN?': 'ACME,Supply,9,1', 'V?': '1.5E+1' })[line],
      '24 98': (line) => ({ '*IDN?': 'ACME,Supply,24,1', 'V?': '24' })[line],
    }).start();
    const lines = new Lines(quickTiming);
    const nine = aLink(`GPIB::9::INSTR@${adapter.resource}`, lines, 'nine');
    const other = aLink(`GPIB::24::2::INSTR@${adapter.resource}`, lines, 'other');
    const asked = await Promise.all([nine, other, nine].map((one) => one.ask((wire) => wire.query('V?'))));
    expect(asked).toEqual(['1.5E+1', '24', '1.5E+1']);
    expect(adapter.clients).toBe(1);
    expect(adapter.heard.slice(0, 11)).toEqual([
      '++savecfg 0',
      '++mode 1',
      '++auto 0',
      '++eoi 1',
      '++eos 2',
      '++read_tmo_ms 3000',
      '++addr 9',
      '++clr',
      '*IDN?',
      '++read eoi',
      'V?',
    ]);
    await nine.close();
    expect(await other.ask((wire) => wire.query('V?'))).toBe('24');
    await other.close();
    await expect.poll(() => adapter.clients).toBe(0);
    await adapter.stop();
  });

  test('a plus sign in a command reaches the instrument', async () => {
    const adapter = await new FakeAdapter({
      '9': (line) => ({ '*IDN?': 'ACME,Supply,9,1', 'SET? 1E+3': 'taken' })[line],
    }).start();
    const nine = aLink(`GPIB::9::INSTR@${adapter.resource}`);
    expect(await nine.ask((wire) => wire.query('SET? 1E+3'))).toBe('taken');
    await nine.close();
    await adapter.stop();
  });
});

/** Speaks as the adapter's manual says: swallows unescaped plus signs, answers only when told to read. */
class FakeAdapter extends FakeInstrument {
  constructor(devices: Record<string, (line: string) => string | undefined>) {
    let address = '';
    let pending: string | undefined;
    super((line) => {
      if (line.startsWith('++addr ')) address = line.slice('++addr '.length);
      if (line === '++clr') pending = undefined;
      if (line.startsWith('++read')) {
        const reply = pending;
        pending = undefined;
        return reply;
      }
      if (line.startsWith('++')) return undefined;
      const unescaped = line.replace(/\x1b(.)|\+/g, (_, kept: string | undefined) => kept ?? '');
      pending = devices[address]?.(unescaped);
      return undefined;
    });
  }
}
