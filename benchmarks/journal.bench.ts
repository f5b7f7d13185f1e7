// Events on disk, each flushed before the next as a run does it, against a bare loop that appends and flushes the same
// bytes.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../src/journal/event.ts';
import { Journal } from '../src/journal/journal.ts';
import { inFolder, inTurns, milliseconds } from './measure.ts';
import type { Row } from './row.ts';

const events = 1000;
const event: Event = { event: 'climate', at: 'cb_1', temperature: 20.125, humidity: 11.5, dewPoint: -12.25 };

export default (): Promise<Row[]> =>
  inFolder(async (folder) => {
    let round = 0;
    const journalled = async () => {
      round += 1;
      const journal = await Journal.create(join(folder, `journal-${round}.jsonl`));
      const ms = await milliseconds(async () => {
        for (let i = 0; i < events; i++) await journal.append(event);
      });
      await journal.close();
      return ms;
    };
    const bare = async () => {
      const file = await open(join(folder, `bare-${round}.jsonl`), 'a');
      const line = Buffer.from(`${JSON.stringify({ n: 100, t: Date.now(), ...event })}\n`);
      const ms = await milliseconds(async () => {
        for (let i = 0; i < events; i++) {
          await file.appendFile(line);
          await file.datasync();
        }
      });
      await file.close();
      return ms;
    };
    const [ours, loop] = await inTurns(5, journalled, bare);
    const rate = (ms: number) => `${((events / ms) * 1000).toFixed(0)} events/s`;
    return [
      {
        name: 'journal, every event on disk before the next',
        ratio: ours / loop,
        absolute: rate(ours),
        against: `bare append and fdatasync, ${rate(loop)}`,
        most: 1.5,
      },
    ];
  });
