import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClickHelp } from '../../../src/sequence/dirigent/clickHelp.ts';
import { followHelp } from '../../../src/sequence/dirigent/followHelp.ts';

const page = parseClickHelp(`Usage: dirigent iv_curve [OPTIONS]

Options:
  -f, --max-voltage FLOAT RANGE  End.  [x<=0]
  -n, --points INTEGER           Points.
  -b, --both-ways                Both ways.
  -w, --write-breakdowns BOOLEAN Write.
  --shout / --no-shout           Loud.
  -o PATH                        Where to.
`);
const follow = (...words: string[]) => followHelp('iv_curve', page, words);

describe('as the help has it', () => {
  const cases: [string, string][] = [
    ['-f -80', '--max-voltage -80'],
    ['-f-80', '--max-voltage -80'],
    ['--max-voltage=-80', '--max-voltage -80'],
    ['-b', '--both-ways'],
    ['-b 1', '--both-ways'],
    ['--both-ways true -n 3', '--both-ways --points 3'],
    ['-b 0', ''],
    ['-w', '--write-breakdowns 1'],
    ['-w -b', '--write-breakdowns 1 --both-ways'],
    ['-w no', '--write-breakdowns no'],
    ['--write-breakdowns=1', '--write-breakdowns 1'],
    ['--no-shout --shout', '--no-shout --shout'],
    ['-o out', '-o out'],
    ['-o ./-b', '-o ./-b'],
  ];
  test.each(cases)('%s', (words, expected) => {
    expect(follow(...words.split(' '))).toEqual({ args: expected.split(' ').filter(Boolean), problems: [] });
  });
});

describe('refused before click would', () => {
  const cases: [string, RegExp][] = [
    ['--both', /E4014.*"--both"/],
    ['-bw', /E4014.*"-bw"/],
    ['-80', /E4014.*"-80"/],
    ['foo', /E4017.*no argument "foo"/],
    ['-f -80 -90', /E4014.*"-90"/],
    ['-f', /E4017.*value behind --max-voltage/],
    ['-f -b', /E4017.*value behind --max-voltage/],
    ['-f fast', /E4017.*FLOAT RANGE.*"fast"/],
    ['-f=-80', /E4017.*"=-80"/],
    ['-n 3.5', /E4017.*INTEGER.*"3.5"/],
    ['--both-ways=7', /E4017.*"7"/],
    ['-w=', /E4017.*"="/],
  ];
  test.each(cases)('%s', (words, expected) => {
    const { problems } = follow(...words.split(' '));
    expect(problems.map(({ code, what }) => `${code} ${what}`).join('; ')).toMatch(expected);
  });
});

test('a page without metavars does not tell which options take a value; what stands behind one is let by', () => {
  const bare = parseClickHelp(
    'Usage: dirigent iv_curve [OPTIONS]\n\nOptions:\n  -f, --max-voltage  End.\n  -b, --both-ways  Both.\n',
  );
  const words = (...given: string[]) => followHelp('iv_curve', bare, given);
  expect(words('-f', '-80', '-b')).toEqual({ args: ['--max-voltage', '-80', '--both-ways'], problems: [] });
  expect(words('-q').problems).toMatchObject([{ code: 'E4014' }]);
  expect(words('foo').problems).toMatchObject([{ code: 'E4017' }]);
});

test('a page that could not be read lets everything by', () => {
  const words = ['-q', 'foo', '-80'];
  expect(followHelp('iv_curve', parseClickHelp('what?'), words)).toEqual({ args: words, problems: [] });
});

test('what is once in the words of the help stays as it is', () => {
  const word = fc.constantFrom(
    '-f',
    '-b',
    '-w',
    '-n',
    '-o',
    '--shout',
    '1',
    '0',
    '-80',
    'x',
    '--max-voltage=-5',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const { args, problems } = follow(...words);
      if (problems.length === 0) expect(follow(...args)).toEqual({ args, problems: [] });
    }),
  );
});
