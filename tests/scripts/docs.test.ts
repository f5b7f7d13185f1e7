import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as shipped from '../../config/checks/check.d.ts';
import type * as own from '../../src/scripts/checks/checkModule.ts';
import { units } from '../../src/scripts/units.ts';
import { substituted, validated } from './read.ts';

const page = readFileSync('docs/sequences.md', 'utf8');

test('the script in docs/sequences.md has no fault', () => {
  const script = /```jsonc\n(.*?)```/s.exec(page)![1]!;
  const { value, problems } = substituted(script, {});
  expect(problems).toEqual([]);
  expect(validated(JSON.stringify(value))).toEqual([]);
});

test('docs/sequences.md lists the units that there are', () => {
  const listed = /### Units\n\nNone, or one of: (.*?), and the names/s.exec(page)![1]!.split(' ');
  expect(listed.sort()).toEqual(
    Object.keys(units)
      .filter((unit) => unit !== '')
      .sort(),
  );
});

test('the types for editors that lie beside the checks are those of Baton', () => {
  // The type check is the test: it fails when one of the two can do what the other cannot.
  const same = <A, B>(_: (a: A) => B, __: (b: B) => A) => true;
  expect(
    same<own.Check, shipped.Check>(
      (a) => a,
      (b) => b,
    ),
  ).toBe(true);
  expect(
    same<own.CheckItem, shipped.CheckItem>(
      (a) => a,
      (b) => b,
    ),
  ).toBe(true);
});
