import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputLog } from '../../../src/sequence/calibrating/outputLog.ts';

const block = Buffer.alloc(1 << 16, 'x');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('somebody who prints as fast as it is read does not hold up the end, and what was there by then is read', async () => {
  const path = join(folder, 'stdout.log');
  writeFileSync(path, block);
  const log = await OutputLog.open(path);
  const over = new AbortController();
  let [written, read, atEnd] = [block.length, 0, 0];
  for await (const chunk of log.follow(over.signal)) {
    read += chunk.length;
    appendFileSync(path, block);
    written += block.length;
    if (read === 3 * block.length) {
      atEnd = written;
      over.abort();
    }
    expect(read, 'it is still read').toBeLessThan(20 * block.length);
  }
  await log.close();
  expect(read).toBeGreaterThanOrEqual(atEnd);
});
