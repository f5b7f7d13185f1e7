import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { Journal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-journal-'));
  path = join(directory, 'journal.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const stopBy = (by: string): Event => ({ event: 'stop.requested', by });

async function written(...events: Event[]): Promise<void> {
  const journal = await Journal.create(path);
  for (const event of events) void journal.append(event);
  await journal.close();
}

describe('writing', () => {
  test('lines stand in the order of the calls, numbered without a gap, however many are under way', async () => {
    const journal = await Journal.create(path);
    const seen: JournalLine[] = [];
    journal.listen((line) => seen.push(line));
    await Promise.all(Array.from({ length: 50 }, (_, k) => journal.append(stopBy(`caller ${k}`))));
    await journal.close();
    const { lines } = await readJournal(path);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, k) => k));
    expect(lines.map((line) => line.event === 'stop.requested' && line.by)).toEqual(
      Array.from({ length: 50 }, (_, k) => `caller ${k}`),
    );
    expect(seen).toEqual(lines);
  });

  test('an event is in the file before anybody is told of it', async () => {
    const journal = await Journal.create(path);
    let inFile = '';
    journal.listen(() => {
      inFile = readFileSync(path, 'utf8');
    });
    await journal.append(stopBy('somebody'));
    expect(inFile).toContain('"by":"somebody"');
    await journal.close();
  });

  test('an existing journal is never written over', async () => {
    await written(stopBy('first'));
    await expect(Journal.create(path)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('one that cannot be written does not silence the one after it', async () => {
    const journal = await Journal.create(path);
    const circular: { event: string; by?: unknown } = { event: 'stop.requested' };
    circular.by = circular;
    await expect(journal.append(circular as unknown as Event)).rejects.toThrow();
    await journal.append(stopBy('the next one'));
    await journal.close();
    expect(readFileSync(path, 'utf8')).toContain('the next one');
  });

  test('a journal that goes on counts on', async () => {
    await written(stopBy('a'), stopBy('b'));
    const journal = await Journal.continue(path, 2);
    await journal.append(stopBy('c'));
    await journal.close();
    expect((await readJournal(path)).lines).toHaveLength(3);
  });

  test('any text that a calibration prints comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), async (texts) => {
        rmSync(path, { force: true });
        await written(...texts.map((text): Event => ({ event: 'step.prompted', step: 1, text })));
        const { lines, torn } = await readJournal(path);
        expect(lines.map((line) => line.event === 'step.prompted' && line.text)).toEqual(texts);
        expect(torn).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

describe('reading', () => {
  test('a last line that was cut anywhere is left out and said; all before it stand', async () => {
    await written(stopBy('a'), stopBy('b'), stopBy('c'));
    const whole = readFileSync(path);
    const lastBegins = whole.subarray(0, -1).lastIndexOf('\n') + 1;
    for (let bytes = lastBegins + 1; bytes < whole.length - 1; bytes++) {
      writeFileSync(path, whole.subarray(0, bytes));
      const { lines, torn, intactBytes } = await readJournal(path);
      expect(lines).toHaveLength(2);
      expect(torn).toBe(true);
      expect(intactBytes).toBe(lastBegins);
    }
  });

  test('a line that lacks its newline alone is whole, and said to be unfinished', async () => {
    await written(stopBy('a'), stopBy('b'));
    truncateSync(path, readFileSync(path).length - 1);
    const { lines, torn } = await readJournal(path);
    expect(lines).toHaveLength(2);
    expect(torn).toBe(true);
  });

  test('a journal that was not cut is not torn', async () => {
    await written(stopBy('a'));
    expect(await readJournal(path)).toMatchObject({ torn: false, intactBytes: readFileSync(path).length });
  });

  test('an unreadable line in the middle, or a number that does not follow, is an error with its place', async () => {
    await written(stopBy('a'), stopBy('b'), stopBy('c'));
    const [first, second, third] = readFileSync(path, 'utf8').split('\n');
    for (const changed of [`${first}\n{"half\n${third}\n`, `${first}\n${third}\n${second}\n`]) {
      writeFileSync(path, changed);
      await expect(readJournal(path)).rejects.toMatchObject({
        code: 'E5002',
        problems: [{ where: { file: path, line: 2 } }],
      });
    }
  });

  test('an empty journal has no lines', async () => {
    writeFileSync(path, '');
    expect(await readJournal(path)).toMatchObject({ lines: [], torn: false });
  });

  test('bytes that are no journal at all are never taken for events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await rm();
        await written(stopBy('a'));
        appendFileSync(path, bytes);
        const read = await readJournal(path).catch((error) => error as { code?: string });
        if ('lines' in read) expect(read.lines).toHaveLength(1);
        else expect(read).toMatchObject({ code: 'E5002' });
      }),
      { numRuns: 60 },
    );
  });

  async function rm(): Promise<void> {
    rmSync(path, { force: true });
  }
});

test('a disk that was full for a while costs what it could not take, and nothing before or after it', async () => {
  await written(stopBy('before'));
  const journal = await Journal.continue(path, 1);
  // A file may not grow beyond this for a while: what is written then is half a line, and an error.
  const file = await open(path, 'a');
  await file.close();
  const prototype = Object.getPrototypeOf(file) as { appendFile: (data: Buffer) => Promise<void> };
  const { appendFile } = prototype;
  prototype.appendFile = async function (this: FileHandle, data: Buffer) {
    await this.write(data.subarray(0, 10));
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  try {
    await expect(journal.append(stopBy('lost'))).rejects.toMatchObject({ code: 'ENOSPC' });
  } finally {
    prototype.appendFile = appendFile;
  }
  await journal.append(stopBy('after'));
  await journal.close();
  const { lines, torn } = await readJournal(path);
  expect(lines.map((line) => line.event === 'stop.requested' && line.by)).toEqual(['before', 'after']);
  expect(torn).toBe(false);
});
