import { describe, expect, test } from 'vitest';
import { readScript } from '../../src/scripts/reading/reader.ts';
import { Source } from '../../src/scripts/reading/source.ts';
import { mostItems } from '../../src/scripts/testModules.ts';
import { validateScript } from '../../src/scripts/validate.ts';
import { brief, readTree, sound, validated } from './read.ts';

/** Path → what stands there instead. */
type Change = Readonly<Record<string, unknown>>;
const removed = Symbol('removed');

/** The codes of what is wrong with a sound script after a change. */
function after(change: Change): string[] {
  const script = structuredClone(sound) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(change)) {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
    const last = keys.pop()!;
    const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, script);
    if (value === removed) delete parent[last];
    else parent[last] = value;
  }
  return validated(JSON.stringify(script)).map((p) => (p.severity === 'warning' ? `${p.code} w` : p.code));
}

test('a sound script has no problem', () => {
  expect(after({})).toEqual([]);
});

describe('refused', () => {
  test.each<[string, Change, string[]]>([
    ['no info', { info: removed }, ['E7201']],
    ['info that is a text', { info: 'x' }, ['E7201']],
    ['info without product', { 'info.product': removed }, ['E7202']],
    ['info with a field of its own', { 'info.colour': 'red' }, ['E7204']],
    ['a product that is too long', { 'info.product': 'x'.repeat(33) }, ['E7202']],
    ['a lot that is too long', { 'info.lot': 'x'.repeat(17) }, ['E7202']],
    ['an info.config that is too long', { 'info.config': 'x'.repeat(17) }, ['E7202']],
    ['a lot that is a number', { 'info.lot': 5 }, ['E7205']],
    ['a product that is empty', { 'info.product': '' }, ['E7202']],
    ['an empty bom and lot, as warnings', { 'info.bom': '', 'info.lot': '' }, ['E7202 w', 'E7202 w']],
    ['no config', { config: removed }, ['E7201']],
    ['no drivers', { 'config.drivers': removed }, ['E7203']],
    ['drivers that are empty', { 'config.drivers': [] }, ['E7203']],
    ['drivers that are a text', { 'config.drivers': 'station' }, ['E7203']],
    ['arguments that no driver reads', { 'config.drivers': [['station', { port: 1 }]] }, ['E7203']],
    ['a driver in a list of one', { 'config.drivers': [['station']] }, ['E7203']],
    ['a driver in a list of three', { 'config.drivers': [['station', {}, 1]] }, ['E7203']],
    ['a misspelt driver', { 'config.drivers': ['statoin'] }, ['E7203']],
    ['a Python driver', { 'config.drivers': ['public.prism.drivers.fake.hwdrv_fake'] }, ['E7213']],
    ['a driver outside the folder', { 'config.drivers': ['./../x.js'] }, ['E7203']],
    ['fail_fast as a number', { 'config.fail_fast': 1 }, ['E7206']],
    ['fail_fast as some text', { 'config.fail_fast': 'no' }, ['E7206']],
    ['fail_fast as the text "false", as a warning', { 'config.fail_fast': 'false' }, ['E7206 w']],
    ['a misspelt fail_fast', { 'config.failfast': false }, ['E7204']],
    ['an empty title', { 'config.title': '' }, ['E7202']],
    ['no tests', { tests: removed }, ['E7201']],
    ['tests that are empty', { tests: [] }, ['E7207']],
    ['a module without items', { 'tests[0].items': removed }, ['E7201']],
    ['items that are empty', { 'tests[0].items': [] }, ['E7207']],
    ['nothing enabled', { 'tests[0].items[0].enable': false }, ['E7207']],
    ['nothing enabled, by the options', { 'tests[0].options.enable': false }, ['E7207']],
    [
      'nothing but a teardown',
      { tests: [{ module: './x.js', items: [{ id: 'a', teardown: true }] }] },
      ['E7207'],
    ],
    ['no module', { 'tests[0].module': removed }, ['E7201']],
    ['a misspelt module', { 'tests[0].module': 'calibration' }, ['E7214']],
    ['a Python module', { 'tests[0].module': 'public.prism.scripts.example.prod_v0.tst00xx' }, ['E7213']],
    ['a Python file', { 'tests[0].module': './checks/contact.py' }, ['E7213']],
    ['a module outside the folder', { 'tests[0].module': './../../x.js' }, ['E7214']],
    ['an item without an id', { 'tests[0].items[0]': {} }, ['E7201']],
    ['an item that is a text', { 'tests[0].items': ['iv_curve'] }, ['E7205']],
    ['enable as a number', { 'tests[0].items[0].enable': 0 }, ['E7206']],
    ['enable as an unreplaced substitution', { 'tests[0].items[0].enable': '%%X' }, ['E7206']],
    ['enabled for enable', { 'tests[0].items[0].enabled': false }, ['E7204']],
    ['time_out for timeout', { 'tests[0].items[0].time_out': 5 }, ['E7204']],
    ['arg for args', { 'tests[0].items[0].arg': {} }, ['E7204']],
    ['rgs for args', { 'tests[0].items[0].rgs': {} }, ['E7204']],
    ['arguments under any other name', { 'tests[0].items[0].with': { options: ['-f', -30] } }, ['E7204']],
    ['a misspelt section', { test: [] }, ['E7204']],
    ['args that are a list', { 'tests[0].items[0].args': [] }, ['E7205']],
    ['a time-out of 0', { 'tests[0].items[0].timeout': 0 }, ['E7211']],
    ['a time-out that is a text', { 'tests[0].options.timeout': '20' }, ['E7211']],
    ['a fail list without msg', { 'tests[0].items[0].fail': [{ fid: 'a' }] }, ['E7212']],
    ['a fail list that is an object', { 'tests[0].items[0].fail': {} }, ['E7205']],
    [
      'min above max, wherever it stands',
      { 'tests[0].items[0].limits': { v: { min: 2, max: 1 } } },
      ['E7209'],
    ],
    ['a limit that is a text', { 'tests[0].items[0].limits': { v: { min: '2' } } }, ['E7205']],
    ['a misspelt unit', { 'tests[0].items[0].limits': { v: { unit: 'UNIT_CELCIUS' } } }, ['E7210']],
    ['a traveller cell that is a list', { traveller: { a: [] } }, ['E7205']],
    ['an argument that no calibration has', { 'tests[0].items[0].args': { max: 5 } }, ['E7204']],
    ['options of a calibration in one text', { 'tests[0].items[0].args': { options: '-f -80' } }, ['E7205']],
    ['an unknown role', { 'tests[0].items[0].args': { instruments: ['vh'] } }, ['E7216']],
    ['an empty tuning list', { 'tests[0].items[0].args': { tuning: [] } }, ['E7215']],
    [
      'a tuning list of texts and objects',
      { 'tests[0].items[0].args': { tuning: ['a', { name: 'b' }] } },
      ['E7215'],
    ],
    ['a tuning entry without a name', { 'tests[0].items[0].args': { tuning: [{}] } }, ['E7215']],
    ['a compliance in µA', { 'tests[0].items[0].args': { compliance: 10 } }, ['E7205']],
    ['a bias source that is none', { 'tests[0].options.bias_from': ['guess'] }, ['E7216']],
    [
      'an item behind a teardown',
      { tests: [{ module: './x.js', items: [{ id: 'a', teardown: true }, { id: 'b' }] }] },
      ['E7217'],
    ],
    [
      'a teardown that is switched off, as a warning',
      { tests: [{ module: './x.js', items: [{ id: 'b' }, { id: 'TEARDOWN', enable: false }] }] },
      ['E7217 w'],
    ],
  ])('%s', (_, change, expected) => {
    expect(after(change)).toEqual(expected);
  });

  test('everything at once, each with its line', () => {
    const text = `{
  "info": {"product": "p", "bom": "b", "lot": "l"},
  "config": {"drivers": ["statoin"], "fail_fast": "perhaps"},
  "tests": [{"module": "calibrations", "items": [
    {"id": "iv_curve", "enabled": true},
    {"id": "iv_curve", "timeout": -1}
  ]}]
}`;
    expect(validateScript(readTree(text)).map(brief)).toEqual([
      'E7202 2:11',
      'E7206 3:51',
      'E7203 3:26',
      'E7204 5:24',
      'E7211 6:35',
    ]);
  });

  test('a calibration that the catalogue does not have, or its tuning list', () => {
    const catalogue = { calibrations: ['iv_curve', 'calibrate_module'], tuning: ['calibrate_module'] };
    const items = [
      { id: 'ivcurve' },
      { id: 'calibrate_module' },
      { id: 'iv_curve', args: { tuning: ['x'] } },
      { id: 'nonsense' },
    ];
    const tree = readTree(JSON.stringify({ ...sound, tests: [{ module: 'calibrations', items }] }));
    expect(validateScript(tree, catalogue).map(({ code, remedy }) => `${code} ${remedy}`)).toEqual([
      'E7208 Did you mean "iv_curve"?',
      'E7215 Add "tuning": [ … ] to its "args".',
      'E7215 Remove it.',
      'E7208 Known: iv_curve, calibrate_module.',
    ]);
  });
});

describe('accepted, as the original does', () => {
  test.each<[string, Change]>([
    [
      'keys of its own in items and options',
      {
        'tests[0].items[0]': {
          id: 'iv_curve',
          file: 'a',
          delay: 1,
          set: 2,
          mode: 'x',
          rssi: { min: -60, max: 0 },
          regex: 'x',
        },
        'tests[0].options': { colour: 'red' },
      },
    ],
    ['one id several times', { 'tests[0].items': [{ id: 'iv_curve' }, { id: 'iv_curve' }] }],
    ['a module without options', { 'tests[0].options': removed }],
    [
      'limits open on either side',
      { 'tests[0].items[0].limits': [{ min: 1 }, { max: 1 }, { min: null, max: 5 }] },
    ],
    ['keys of its own in config', { 'config.result': 'x', 'config.mine': {}, 'config.constructor': 1 }],
    ['a driver with arguments', { 'config.drivers': ['station', ['./drivers/jig.js', { a: 1 }]] }],
    ['cells for the traveller', { traveller: { Instructions: '1. Go\n2. Stop' } }],
  ])('%s', (_, change) => {
    expect(after(change)).toEqual([]);
  });
});

describe('a hostile script is handled in bounded time and memory', () => {
  const withItems = (items: string) =>
    JSON.stringify(sound).replace('[{"id":"iv_curve"}]', () => `[${items}]`);
  const problemsOf = (text: string) => validateScript(readScript(new Source('x.scr', text)).tree!);

  test('a million items are read, and refused before one of them is looked at', () => {
    const problems = problemsOf(withItems('{},'.repeat(1_000_000)));
    expect(problems.map(({ code, what }) => [code, what])).toEqual([
      ['E7002', expect.stringContaining(`has 1000000 items; ${mostItems} are the most`)],
    ]);
  });

  test('as many faults as fit are counted, and the first 200 shown', () => {
    const items = `{"id":"a","fail":[${'0,'.repeat(50)}],"enabled":1},`.repeat(mostItems - 1);
    const problems = problemsOf(withItems(items));
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)).toMatchObject({ code: 'E7017', severity: 'error' });
  });

  test('any number of warnings does not hide an error', () => {
    const items = '{"id":"a","enable":"true"},'.repeat(300);
    const problems = problemsOf(withItems(`${items}{"id":"b","enable":7}`));
    expect(problems.filter(({ severity }) => severity !== 'warning').map(({ code }) => code)).toEqual([
      'E7206',
      'E7017',
    ]);
  });
});
