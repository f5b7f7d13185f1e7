import { describe, expect, test } from 'vitest';
import { deepestNesting, largestScript, mostValues, readScript } from '../../src/scripts/reading/reader.ts';
import { Source } from '../../src/scripts/reading/source.ts';
import { toValue } from '../../src/scripts/reading/tree.ts';
import { cpuTime } from '../cpuTime.ts';
import { examplesAreThere, readExample } from './examples.ts';
import { problemsOf, read, readTree } from './read.ts';

describe.runIf(examplesAreThere)('the three example scripts', () => {
  test.each(['prod_0', 'prod_1', 'brother_v0'])('%s loads to exactly the tree beside it', (name) => {
    const { tree, findings } = readScript(new Source(name, readExample(`${name}.scr`)));
    expect(findings.problems).toEqual([]);
    expect(toValue(tree!.root)).toEqual(JSON.parse(readExample(`expected/${name}.parsed.json`)));
  });
});

describe('what the original accepts is read', () => {
  test.each<[string, string, unknown]>([
    ['a // comment before the document', '// x\n{"a": 1}', { a: 1 }],
    ['a // comment behind a value', '{"a": 1 // x\n}', { a: 1 }],
    ['a // comment between key and value', '{"a": // x\n1}', { a: 1 }],
    ['a // comment between items', '{"a": [1, // x\n 2]}', { a: [1, 2] }],
    ['a /* */ comment in a line', '{"a": /* x */ 1}', { a: 1 }],
    ['a /* */ comment over lines', '{/* x\n y */"a": 1}', { a: 1 }],
    ['one trailing comma in an object', '{"a": 1,}', { a: 1 }],
    ['one trailing comma in a list', '{"a": [1,]}', { a: [1] }],
    ['a trailing comma with blanks and comments behind it', '{"a": [1 , // x\n /* y */ ] , }', { a: [1] }],
    ['CRLF', '{\r\n"a": 1 // x\r\n}\r\n', { a: 1 }],
    ['comment signs inside texts', '{"a": "// /* # */"}', { a: '// /* # */' }],
    ['every escape', '{"a": "\\"\\\\\\/\\b\\f\\n\\r\\t\\u00b5"}', { a: '"\\/\b\f\n\r\tµ' }],
    ['numbers', '{"a": [0, -0.5, 10, 10.0, 1e-6, 2E+3]}', { a: [0, -0.5, 10, 10, 1e-6, 2000] }],
    ['the three words', '{"a": [true, false, null]}', { a: [true, false, null] }],
    ['empty containers', '{"a": [], "b": {}}', { a: [], b: {} }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
    expect(problemsOf(text)).toEqual([]);
  });

  test('a number keeps its digits: 10 and 10.0 stay apart, and a big integer is exact', () => {
    const { root } = readTree('{"a": [10, 10.0, 123456789012345678901234567890]}');
    const list = root.members[0]!.value;
    expect(list.kind === 'array' && list.items.map((item) => item.kind === 'number' && item.text)).toEqual([
      '10',
      '10.0',
      '123456789012345678901234567890',
    ]);
    expect(problemsOf('{"a": 123456789012345678901234567890}')).toEqual(['E7016 1:7 w']);
  });
});

describe('what the original refuses by mistake is read', () => {
  test.each<[string, string, unknown]>([
    ['a // comment on the last line without a line end', '{"a": 1} // x', { a: 1 }],
    ['a block comment with * and / in it', '{/* 2*3 and a/b */ "a": 1}', { a: 1 }],
    ['a byte-order mark', '\uFEFF{"a": 1}', { a: 1 }],
    ['CR alone as the line end of a comment', '{// x\r"a": 1}', { a: 1 }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
    expect(problemsOf(text)).toEqual([]);
  });

  test('a line that begins with # is a comment, with one warning a file', () => {
    const text = '# x\n{\n  # y\n"a": 1}';
    expect(read(text)).toEqual({ a: 1 });
    expect(problemsOf(text)).toEqual(['E7013 1:1 w']);
  });
});

describe('what is refused, with its place', () => {
  test.each<[string, string, string[]]>([
    ['# behind a value', '{"a": 1 # x\n}', ['E7013 1:9']],
    ['two trailing commas', '{"a": [1,,]}', ['E7007 1:10']],
    ['[,]', '{"a": [,]}', ['E7007 1:8']],
    ['{,}', '{,}', ['E7007 1:2']],
    ['a comma too many in the middle', '{"a": [1,,2]}', ['E7007 1:10']],
    ['a missing comma', '{"a": 1\n"b": 2}', ['E7007 1:8']],
    ['an unterminated block comment, at its beginning', '{"a": 1}\n /* x', ['E7012 2:2']],
    ['duplicate keys', '{"a": 1,\n "a": 2}', ['E7011 2:2']],
    ['NaN', '{"a": NaN}', ['E7010 1:7']],
    ['Infinity', '{"a": Infinity}', ['E7010 1:7']],
    ['-Infinity', '{"a": -Infinity}', ['E7010 1:7']],
    ['a number that overflows to infinity', '{"a": 1e999}', ['E7009 1:7']],
    ['single quotes', "{'a': 'x'}", ['E7008 1:2', 'E7008 1:7']],
    ['curly quotes', '{“a”: 1}', ['E7008 1:2']],
    ['an unquoted key', '{a: 1}', ['E7010 1:2']],
    ['hexadecimal', '{"a": 0x10}', ['E7009 1:7']],
    ['+1', '{"a": +1}', ['E7009 1:7']],
    ['.5', '{"a": .5}', ['E7009 1:7']],
    ['5.', '{"a": 5.}', ['E7009 1:7']],
    ['05', '{"a": 05}', ['E7009 1:7']],
    ['True', '{"a": True}', ['E7010 1:7']],
    ['False', '{"a": False}', ['E7010 1:7']],
    ['None', '{"a": None}', ['E7010 1:7']],
    ['a raw tab in a text', '{"a": "x\ty"}', ['E7008 1:9']],
    ['a raw line break in a text', '{"a": "x\n"}', ['E7008 1:7', 'E7008 2:1', 'E7015 1:1']],
    ['a bad escape', '{"a": "^\\d{5}$"}', ['E7008 1:9']],
    ['an empty file', '', ['E7004 1:1']],
    ['only comments', '// x\n/* y */\n', ['E7004 1:1']],
    ['a list at the top', '[1]', ['E7005 1:1']],
    ['text behind the end', '{} {}', ['E7006 1:4']],
    ['a missing colon', '{"a" 1}', ['E7014 1:5']],
    ['a missing value', '{"a": }', ['E7006 1:7']],
    ['a no-break space', '{"a":\u00a01}', ['E7006 1:6']],
    ['brackets that do not match', '{"a": [1}', ['E7015 1:9']],
    ['a bracket that is never closed', '{\n "a": [1', ['E7015 2:7']],
    ['a bracket too many', '{"a": 1]}', ['E7015 1:8']],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('the hint says what to write', () => {
    const { findings } = readScript(new Source('x.scr', '{"a": False, "b": "\\d"}'));
    expect(findings.problems.map(({ remedy }) => remedy)).toEqual([
      'Write false.',
      'For a backslash write two: \\\\d (so a regex for five digits is "^\\\\d{5}$").',
    ]);
    expect(findings.problems[0]!.what).toBe('False is Python (here: False, "b": "\\d"}).');
  });

  test('all errors of a file come at once, each on its true line', () => {
    const text = `// one\n// two\n{\n  "a": 1\n  "b": 05, // three\n  "c": 'x',\n  "d": [1,,2],\n  "e": True,\n  "a": 2\n}\n`;
    expect(problemsOf(text)).toEqual([
      'E7007 4:9',
      'E7009 5:8',
      'E7008 6:8',
      'E7007 7:11',
      'E7010 8:8',
      'E7011 9:3',
    ]);
  });
});

describe('a hostile file is handled in bounded time and memory', () => {
  test('10 000 levels of brackets are refused at the first that is too deep', () => {
    const depth = 10_000;
    expect(problemsOf(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toEqual([
      `E7002 1:${deepestNesting + 5}`,
    ]);
    expect(problemsOf(`{"a":${'{"a":'.repeat(depth)}`)).toHaveLength(1);
  });

  test('the deepest allowed nesting is read', () => {
    const levels = deepestNesting - 1;
    expect(problemsOf(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)).toEqual([]);
  });

  test('more values than a script may have, and more characters, are refused', () => {
    expect(problemsOf(`{"a":[${'1,'.repeat(mostValues)}]}`)).toEqual([
      expect.stringMatching(/^E7002 1:\d+$/),
    ]);
    expect(problemsOf(' '.repeat(largestScript + 1))).toEqual(['E7002 1:1']);
  });

  test.each([
    ['quotes', '"'],
    ['commas', ','],
    ['words', 'x '],
    ['hashes', '#'],
    ['stars and slashes', '/*'],
    ['closing brackets', ']'],
    ['single quotes', "'"],
    ['line ends', '\n'],
  ])('ten million characters of %s end soon and report a bounded number of problems', (_, text) => {
    const { result, ms } = cpuTime(() => problemsOf(text.repeat(Math.floor(largestScript / text.length))));
    expect(result.length).toBeLessThan(250);
    expect(ms).toBeLessThan(10_000);
  });
});
