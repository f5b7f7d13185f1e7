import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem } from '../../src/base/errors.ts';
import { addressOf, resolveChannel } from '../../src/station/channelAddress.ts';
import { instrumentClass } from '../../src/station/classes.ts';
import { groupMaxVoltage, poweringGroups } from '../../src/station/poweringGroup.ts';
import type { Station } from '../../src/station/station.ts';
import { assemble, brief, type Texts, texts } from './stationTexts.ts';

const shipped = texts();
const fileName = fc.constantFrom(...(Object.keys(shipped) as (keyof Texts)[]));

/** What a cat on the keyboard does. */
const mutatedText = fileName.chain((name) => {
  const text = shipped[name]!;
  const cut = fc.tuple(fc.nat(text.length), fc.nat(40));
  const insert = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom('{', '}', '"', ',', '\\', '[', '\u0000'),
  );
  return fc.tuple(cut, insert).map(([[from, length], put]) => ({
    ...shipped,
    [name]: text.slice(0, from) + put + text.slice(from + length),
  }));
});

/** What a person in a hurry does: valid JSON with other values and keys. */
const mutatedValue = fileName.chain((name) => {
  const paths = pathsOf(JSON.parse(shipped[name]!));
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      -1e9,
      -350,
      -80.5,
      -1,
      0,
      1,
      2,
      5.1,
      1e3,
      true,
      null,
      [],
      {},
      '',
      'hv_1',
      'lv_1',
      'ab_1',
      'TTI',
      'CaenDT8033N',
      'ASRL1::INSTR',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const action = fc.constantFrom('replace' as const, 'remove' as const, 'rename' as const, 'add' as const);
  return fc
    .tuple(fc.constantFrom(...paths), action, value, fc.string({ maxLength: 8 }))
    .map(([path, what, put, key]) => {
      const root = JSON.parse(shipped[name]!) as Record<string, unknown>;
      const parent = path
        .slice(0, -1)
        .reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, root);
      const last = path.at(-1)!;
      if (what === 'replace') parent[last] = put;
      if (what === 'add') parent[key] = put;
      if (what === 'rename') parent[key] = parent[last];
      if (what === 'rename' || what === 'remove') delete parent[last];
      return { ...shipped, [name]: JSON.stringify(root, null, 1) };
    });
});

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((rest) => [key, ...rest]),
  ]);
}

test('a mutated station is accepted or refused with places, and never crashes the reader', () => {
  fc.assert(
    fc.property(fc.oneof(mutatedText, mutatedValue), (files) => {
      const { station, problems } = assemble(files);
      const errors = problems.filter(({ severity }) => severity !== 'warning');
      expect(station === undefined).toBe(errors.length > 0);
      for (const problem of problems) expectPlace(problem, files);
    }),
    { numRuns: 1500 },
  );
});

test('whatever the mutation, an accepted station is safe to power', () => {
  let accepted = 0;
  fc.assert(
    fc.property(mutatedValue, (files) => {
      const { station } = assemble(files);
      if (!station) return;
      accepted += 1;
      expectSafe(station);
    }),
    { numRuns: 1500 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('a file cut off anywhere is refused, with a place in it', () => {
  for (const [name, text] of Object.entries(shipped))
    for (let length = 0; length < text.trimEnd().length; length += 1) {
      const files = { ...shipped, [name]: text.slice(0, length) };
      const { station, problems } = assemble(files);
      expect(station).toBeUndefined();
      const own = problems.filter(({ where }) => where?.file === name);
      expect(own.map(({ code }) => code)).toEqual(['E2002']);
      expectPlace(own[0]!, files);
    }
});

function expectPlace(problem: Problem, files: Texts): void {
  const { file, line, column } = problem.where!;
  const lines = files[file as keyof Texts]!.split(/\r\n|\n|\r/);
  expect(line, brief(problem)).toBeGreaterThanOrEqual(1);
  expect(line, brief(problem)).toBeLessThanOrEqual(lines.length);
  expect(column, brief(problem)).toBeGreaterThanOrEqual(1);
  expect(column, brief(problem)).toBeLessThanOrEqual(lines[line! - 1]!.length + 1);
}

/** The safety rules, said again without the reader's own checks. */
function expectSafe(station: Station): void {
  for (const modules of poweringGroups(station)) {
    const limit = groupMaxVoltage(station, { modules });
    for (const { channels } of modules)
      for (const role of ['hv', 'lv'] as const) {
        const own = channels[role];
        if (!own) continue;
        const { instrument, channel } = resolveChannel(station, addressOf(own)!);
        const known = instrumentClass(instrument.class)!;
        expect(known.driver && known.plays.includes(role) && channel >= 1 && channel <= known.channels!).toBe(
          true,
        );
        expect(instrument.sim).toBe(false);
        expect(instrument.defaultCurrent).toBeGreaterThan(0);
        if (role === 'lv') {
          expect(instrument.defaultVoltage).toBeGreaterThan(0);
          continue;
        }
        expect(instrument.defaultVoltage).toBeLessThanOrEqual(0);
        expect(instrument.defaultVoltage).toBeGreaterThanOrEqual(limit);
        expect(instrument.defaultStepSize).toBeGreaterThan(0);
        expect(instrument.defaultStepSize).toBeLessThanOrEqual(5);
        expect(instrument.defaultStepSize / instrument.defaultDelay).toBeLessThanOrEqual(5.000001);
      }
  }
}
