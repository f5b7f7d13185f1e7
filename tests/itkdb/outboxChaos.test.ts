import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fault, FaultSource } from '../../src/itkdb/server/fault.ts';
import { bundled } from './bundled.ts';
import { startDatabase, temporaryFolder } from './localDatabase.ts';

/*
 * Answers lost after the commit, requests carried out twice, server faults, and a SIGKILL between any two actions.
 * `npm run chaos:itkdb` does it with 1000 documents; here a seeded selection.
 */
const documents = Number(process.env.BATON_CHAOS_DOCUMENTS ?? 50);
const seeds = (process.env.BATON_CHAOS_SEEDS ?? '1').split(',').map(Number);

/** mulberry32: small, seeded, good enough to choose faults with. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const writeFaults: readonly (readonly [Fault, number])[] = [
  ['cut after', 0.1],
  ['twice', 0.1],
  ['server error after', 0.05],
  ['half an answer', 0.05],
  ['cut before', 0.05],
  ['web page', 0.02],
];
const readFaults: readonly (readonly [Fault, number])[] = [
  ['cut before', 0.02],
  ['server error', 0.02],
];

function chosen(faults: readonly (readonly [Fault, number])[], draw: number): Fault | undefined {
  let sum = 0;
  return faults.find(([, share]) => {
    sum += share;
    return draw < sum;
  })?.[0];
}

test.each(seeds)(
  `%i: of ${documents} documents each is in the database exactly once, whatever dies between`,
  async (seed) => {
    const draw = random(seed);
    const worker = await bundled('tests/itkdb/outboxWorker.ts');
    const counts: Partial<Record<Fault, number>> = {};
    const faults: FaultSource = ({ command }) => {
      const writes = command === 'uploadTestRunResults' || command === 'createTestRunAttachment';
      const fault = chosen(writes ? writeFaults : readFaults, draw());
      if (fault) counts[fault] = (counts[fault] ?? 0) + 1;
      return fault;
    };
    const modules = Array.from({ length: 20 }, (_, n) => ({
      serialNumber: `20UPGM2211${String(n).padStart(4, '0')}`,
    }));
    const database = await startDatabase({ modules, faults });
    const folder = temporaryFolder();
    const args = [
      worker,
      join(folder, 'outbox.sqlite'),
      join(folder, 'definitions'),
      database.url,
      String(documents),
    ];

    let kills = 0;
    for (let life = 0; life < 400; life++) {
      // The first lives die while they queue, later ones while they send; the last one is left alone.
      const killAt = kills < documents / 10 ? 1 + Math.floor(draw() * documents * 3) : 0;
      const end = await new Promise<{ signal?: unknown; code: unknown }>((resolve) => {
        execFile(process.execPath, [...args, String(killAt)], (error) =>
          resolve({ signal: error?.signal, code: error?.code ?? 0 }),
        );
      });
      if (end.signal === 'SIGKILL') kills += 1;
      else if (end.code === 0 && killAt === 0) break;
      else
        expect(end.code, 'a life that is not killed ends in order, or stops for lack of an answer').toBeOneOf(
          [0, 7],
        );
    }

    const { items } = database.store.testRunsWhere("state='ready'", []);
    const times = new Map<string, number>();
    for (const { runNumber } of items) times.set(runNumber, (times.get(runNumber) ?? 0) + 1);
    const expected = Array.from({ length: documents }, (_, n) => [`20260102T030405_bench_x-${n}`, 1]);
    expect([...times].sort()).toEqual(expected.sort());
    for (const { id, runNumber } of items) {
      const titles = database.store.attachments('testRun', id).map(({ title }) => title);
      expect(titles.sort(), runNumber).toEqual(runNumber.endsWith('0') ? ['a', 'b'] : []);
    }
    expect(kills).toBeGreaterThanOrEqual(documents / 10);
    expect(counts['cut after']).toBeGreaterThan(0);
    expect(counts.twice).toBeGreaterThan(0);
  },
  3_600_000,
);
