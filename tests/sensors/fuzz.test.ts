import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutant, tryMutant } from './fuzz.ts';
import { describeWithReference, generatedTree } from './shared.ts';

/** `npm run fuzz:sensors` asks for ten thousand. */
const count = Number(process.env.BATON_FUZZ ?? 600);
/** A file may take so long, ms; while code is still being compiled, or garbage collected, a second try is fair. */
const patience = 100;

function complaints(from?: Uint8Array[]): string[] {
  const found: string[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const one = mutant(seed, from);
    let { complaint, took } = tryMutant(one);
    if (took > patience) took = Math.min(took, tryMutant(one).took);
    if (took > patience) complaint = `took ${took.toFixed(0)} ms`;
    if (complaint !== undefined) found.push(`seed ${seed}: ${complaint}`);
  }
  return found;
}

test(
  'no damaged file crashes or hangs, and none that is cut passes',
  () => {
    expect(complaints()).toEqual([]);
  },
  count * 50,
);

describeWithReference('with the generated files', () => {
  test(
    'the same holds for them',
    () => {
      const folder = generatedTree(24);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.dat'),
      );
      expect(complaints(files.sort().map((name) => readFileSync(join(folder, name))))).toEqual([]);
    },
    count * 100,
  );
});
