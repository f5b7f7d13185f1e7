import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScript } from '../../src/scripts/reading/reader.ts';
import { Source } from '../../src/scripts/reading/source.ts';
import { substitute } from '../../src/scripts/substitutions/substitute.ts';
import { readSections } from '../../src/scripts/validate.ts';
import { cpuTime } from '../cpuTime.ts';
import { examplesAreThere, readExample } from './examples.ts';
import { brief, sound, substituted } from './read.ts';

/** A script with these definitions and this body. */
function script(subs: object, body: unknown): string {
  return JSON.stringify({ subs, body });
}
const str = { title: 't', type: 'str', widget: 'textinput' };
const num = { title: 't', type: 'num', widget: 'textinput' };
const body = (result: ReturnType<typeof substituted>) => (result.value as { body: unknown }).body;
const codes = (result: ReturnType<typeof substituted>) =>
  result.problems.map((p) => (p.severity === 'warning' ? `${p.code} w` : p.code));

test.runIf(examplesAreThere)(
  'the example script with substitutions gives exactly the substituted tree',
  () => {
    const expected = JSON.parse(readExample('expected/prod_1.substituted.json')) as {
      replacements: Record<string, string>[];
      result_without_subs: unknown;
    };
    const set = Object.assign({}, ...expected.replacements) as Record<string, string>;
    const result = substituted(readExample('prod_1.scr'), set);
    expect(result.problems).toEqual([]);
    expect(result.value).toEqual(expected.result_without_subs);
    expect(result.used).toEqual({
      Lot: '12345',
      Loc: 'us/newyork/buffalo',
      TST000Min: 0.2,
      TST000Max: 9,
      TST000Enable: 'false',
    });
  },
);

describe('a value goes in', () => {
  test('with its type, whole or inside a text, in values and keys', () => {
    const result = substituted(
      script(
        { Lot: str, Max: num },
        { a: '%%Lot', b: '%%Max', c: 'pre-%%Lot-post', d: 'to %%{Max}V', 'k%%Lot': 1 },
      ),
      { Lot: '007', Max: '9.0' },
    );
    expect(result.problems).toEqual([]);
    expect(body(result)).toEqual({ a: '007', b: 9, c: 'pre-007-post', d: 'to 9.0V', k007: 1 });
  });

  test('as it is: quotes and backslashes break nothing', () => {
    const value = 'a "quoted" \\ value\n';
    expect(body(substituted(script({ A: str }, ['%%A', 'x%%A']), { A: value }))).toEqual([
      value,
      `x${value}`,
    ]);
  });

  test('in any order and without prefix collisions', () => {
    const subs = { Lo: str, Lot: str, LotNumber: str };
    const text = script(subs, ['%%Lot', '%%Lo', '%%LotNumber', '%%Lo%%Lot']);
    const set = { Lot: 'B', Lo: 'A', LotNumber: 'C' };
    expect(body(substituted(text, set))).toEqual(['B', 'A', 'C', 'AB']);
    const reversed = { ...subs, Lo: undefined };
    expect(body(substituted(script({ ...reversed, Lo: str }, ['%%Lot', '%%Lo']), { ...set }))).toEqual([
      'B',
      'A',
    ]);
  });

  test('whatever the names and values are (property)', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        names,
        fc.array(
          fc.string({ maxLength: 8 }).filter((s) => !s.includes('%%')),
          { minLength: 6, maxLength: 6 },
        ),
        (all, values) => {
          const set = Object.fromEntries(all.map((name, i) => [name, values[i]!]));
          const text = script(
            Object.fromEntries(all.map((name) => [name, str])),
            all.map((name) => `%%${name}`),
          );
          const result = substituted(text, set);
          expect(result.problems).toEqual([]);
          expect(body(result)).toEqual(all.map((name) => set[name]));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('from the default when none is set', () => {
    const result = substituted(script({ A: { ...num, default: 5 } }, '%%A'), {});
    expect(body(result)).toBe(5);
  });

  test('by the chosen value for inner substitutions, which need no declaration', () => {
    const subs = {
      Loc: {
        ...{ title: 't', type: 'str', widget: 'select', choices: ['here', 'there'] },
        subs: {
          here: { Min: { val: 0.1, type: 'num' }, Name: { val: 'h', type: 'str' } },
          there: { Min: { val: 0.2, type: 'num' }, Name: { val: 't', type: 'str' } },
        },
      },
    };
    expect(body(substituted(script(subs, ['%%Min', '%%Name']), { Loc: 'there' }))).toEqual([0.2, 't']);
  });

  test('as real true and false by the known way: type num with the choices "true" and "false"', () => {
    const subs = { On: { title: 't', type: 'num', widget: 'select', choices: ['true', 'false'] } };
    expect(body(substituted(script(subs, { enable: '%%On' }), { On: 'false' }))).toEqual({ enable: false });
  });

  test('as the choice is written when the same number is typed otherwise', () => {
    const subs = { Max: { title: 't', type: 'num', widget: 'select', choices: [9.5, 10] } };
    expect(substituted(script(subs, '%%Max'), { Max: '9.50' }).used).toEqual({ Max: 9.5 });
  });
});

describe('reported with its place', () => {
  test.each<[string, object, unknown, Record<string, string>, string[]]>([
    ['a name that is not declared', { A: str }, ['%%A', '%%B'], { A: 'x' }, ['E7106']],
    ['an undeclared name inside a text, as a warning', { A: str }, ['%%A', '5 %%B'], { A: 'x' }, ['E7106 w']],
    ['a brace that is never closed', { A: str }, ['%%A', '%%{A'], { A: 'x' }, ['E7106']],
    ['%% without a name', { A: str }, ['%%A', '%% '], { A: 'x' }, ['E7106']],
    ['a substitution that is used nowhere', { A: str }, [], { A: 'x' }, ['E7107 w']],
    ['a value for a name that is not there', { A: str }, '%%A', { A: 'x', Aa: 'y' }, ['E7103']],
    ['a substitution without a value', { A: str }, '%%A', {}, ['E7104']],
    ['a number that is none', { A: num }, '%%A', { A: 'notanumber' }, ['E7105']],
    ['JSON smuggled in as a number', { A: num }, '%%A', { A: '1, "b": 2' }, ['E7105']],
    ['an infinite number', { A: num }, '%%A', { A: '1e999' }, ['E7105']],
    ['true where it is no choice', { A: num }, '%%A', { A: 'true' }, ['E7105']],
    [
      'a value that matches its regex in part only',
      { A: { ...str, regex: '\\d{5}' } },
      '%%A',
      { A: 'x12345' },
      ['E7105'],
    ],
    [
      'a value that is no choice',
      { A: { ...str, widget: 'select', choices: ['x'] } },
      '%%A',
      { A: 'y' },
      ['E7105'],
    ],
    ['a value that refers to another', { A: str, B: str }, ['%%A', '%%B'], { A: '%%B', B: 'x' }, ['E7105']],
    [
      'a default that its own regex refuses',
      { A: { ...str, regex: '\\d', default: 'x' } },
      '%%A',
      {},
      ['E7101'],
    ],
    [
      'a definition without a type',
      { A: { title: 't', widget: 'textinput' } },
      '%%A',
      { A: 'x' },
      ['E7101', 'E7103'],
    ],
    ['a type that is none', { A: { ...str, type: 'int' } }, '%%A', {}, ['E7101']],
    ['a select without choices', { A: { ...str, widget: 'select' } }, '%%A', { A: 'x' }, ['E7101', 'E7105']],
    ['a misspelt key of a definition', { A: { ...str, regexp: '\\d' } }, '%%A', { A: 'x' }, ['E7101']],
    ['a regex with a back-reference', { A: { ...str, regex: '(a)\\1' } }, '%%A', { A: 'aa' }, ['E7102']],
    ['a regex that does not parse', { A: { ...str, regex: '(' } }, '%%A', { A: 'x' }, ['E7102']],
    ['"subs" that is a list', [], '', {}, ['E7101']],
    [
      'an inner name that is a name of its own',
      {
        A: { ...str, widget: 'select', choices: ['x'], subs: { x: { B: { val: 1, type: 'num' } } } },
        B: num,
      },
      ['%%A', '%%B'],
      { A: 'x', B: '2' },
      ['E7109'],
    ],
    [
      'a choice that gives no value to an inner name in use',
      { A: { ...str, widget: 'select', choices: ['x', 'y'], subs: { x: { B: { val: 1, type: 'num' } } } } },
      '%%B',
      { A: 'x' },
      ['E7108'],
    ],
    [
      'a typed value that gives no value to an inner name in use',
      { A: { ...str, subs: { x: { B: { val: 1, type: 'num' } } } } },
      ['%%A', { own: '%%B' }],
      { A: 'y' },
      ['E7108'],
    ],
    [
      'inner values of a choice that cannot be made',
      { A: { ...str, widget: 'select', choices: ['x'], subs: { x: {}, z: {} } } },
      '%%A',
      { A: 'x' },
      ['E7108 w'],
    ],
    ['a key that comes twice by substitution', { A: str }, { 'k%%A': 1, kx: 2 }, { A: 'x' }, ['E7011']],
  ])('%s', (_, subs, text, set, expected) => {
    const result = substituted(script(subs, text), set);
    expect(codes(result)).toEqual(expected);
    for (const { where, remedy } of result.problems) {
      expect(where).toMatchObject({ file: 'x.scr', line: 1 });
      expect(remedy).not.toBe('');
    }
  });

  test('at the line and column of the reference', () => {
    const result = substituted('{"subs": {},\n "body": {\n  "a": "%%Lost"}}', {});
    expect(result.problems.map(brief)).toEqual(['E7106 3:8']);
    expect(result.problems[0]!.what).toBe('Lost is not declared in "subs" (here: "%%Lost"}}).');
  });

  test('with the braces that were forgotten', () => {
    const [problem] = substituted(script({ Lot: str }, ['%%Lot', '%%LotX']), { Lot: '1' }).problems;
    expect(problem!.remedy).toBe('If Lot was meant, write %%{Lot}X.');
  });
});

test('whatever the definitions, references and values are: what is accepted has no reference left (property)', () => {
  const name = fc.constantFrom('A', 'B', 'AB', 'I', 'J', 'A_1');
  const text = fc.constantFrom('x', 'y', '1', '2.5', 'true', '');
  const inner = fc.dictionary(
    text,
    fc.dictionary(name, fc.record({ val: text, type: fc.constantFrom('str', 'num') }), { maxKeys: 2 }),
    { maxKeys: 2 },
  );
  const definition = fc.record(
    {
      title: fc.constant('t'),
      type: fc.constantFrom('str', 'str', 'num'),
      widget: fc.constantFrom('textinput', 'textinput', 'select'),
      choices: fc.array(text, { minLength: 1, maxLength: 3 }),
      default: text,
      subs: inner,
    },
    { requiredKeys: ['title', 'type', 'widget', 'choices'] },
  );
  const referring = fc.constantFrom('%%A', '%%I', '%%J', '%%AB', '%%{A}B', 'x%%B', '%%{I', '%%', 'plain');
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.dictionary(name, definition, { maxKeys: 3 }),
      fc.array(referring, { maxLength: 4 }),
      fc.dictionary(name, text, { maxKeys: 3 }),
      (subs, uses, set) => {
        const result = substituted(script(subs, { uses }), set);
        if (result.problems.some(({ severity }) => severity !== 'warning')) return;
        accepted += 1;
        // What stays inside a longer text is warned of.
        const warned = result.problems.some(({ code }) => code === 'E7106');
        for (const one of (body(result) as { uses: unknown[] }).uses)
          expect(String(one)).not.toMatch(warned ? /^%%/ : /%%/);
      },
    ),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('what follows from a substitution without a value is not reported on top of it', () => {
  const subs = { On: { ...num, widget: 'select', choices: ['true', 'false'] }, Max: num, Lot: str };
  const text = JSON.stringify({
    ...sound,
    subs,
    info: { ...sound.info, lot: '%%Lot' },
    tests: [{ ...sound.tests[0], items: [{ id: 'iv_curve', enable: '%%On', limits: { max: '%%Max' } }] }],
  });
  const { tree, findings } = readScript(new Source('x.scr', text));
  const result = substitute(tree!, { Max: 'high' }, findings);
  readSections(result.tree, { resolve: (path) => path, catalogue: undefined }, findings);
  expect(findings.problems.map(({ code }) => code)).toEqual(['E7104', 'E7105', 'E7104']);
});

describe('more than a person could fill in is refused, soon', () => {
  const many = <T>(count: number, make: (i: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`Name${i}`, make(i)]));
  test.each<[string, object, string[]]>([
    ['substitutions', many(5_000, () => ({ ...str, default: 'x' })), ['E7002']],
    [
      'choices, each with its inner value',
      {
        Name: {
          ...{ title: 't', type: 'str', widget: 'select', default: 'Name1' },
          choices: Object.keys(many(5_000, () => 0)),
          subs: many(5_000, () => ({ Inner: { val: 1, type: 'num' } })),
        },
      },
      ['E7002', 'E7002'],
    ],
  ])('%s', (_, subs, expected) => {
    const uses = Array.from({ length: 5_000 }, (_, i) => `%%Nome${i}x`);
    const errors = codes(substituted(script(subs, uses), {})).filter((code) => !code.endsWith('w'));
    expect([...new Set(errors)]).toEqual([...new Set([...expected, 'E7106', 'E7017'])]);
  });
});

test('a regex that would run for ever elsewhere answers at once', () => {
  const evil = { A: { ...str, regex: '(a|a)*(a*)*b' } };
  const once = cpuTime(() => codes(substituted(script(evil, '%%A'), { A: 'a'.repeat(4000) })));
  expect(once.result).toEqual(['E7105']);
  expect(once.ms).toBeLessThan(2000);
  for (const regex of ['((((a{100}){100}){100}){100})', `${'(a?'.repeat(150)}${')'.repeat(150)}`, 'a{1001}'])
    expect(
      cpuTime(() => substituted(script({ A: { ...str, regex } }, '%%A'), { A: 'a'.repeat(4000) })).ms,
    ).toBeLessThan(2000);
});
