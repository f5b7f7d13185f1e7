import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/commandLine.ts';

afterEach(() => vi.restoreAllMocks());

test('a folder that cannot be used is named, and is no fault of Baton', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await main(['simulate', '--dir', 'package.json/sim'])).toBe(3);
  expect(told.mock.calls.join('')).toMatch(/E1005 {2}\S*package\.json\S* could not be used: not a directory/);
});

test.each([
  [['plan', 'sldo', '--config', 'a', '--config', 'b'], '--config is given 2 times'],
  [['simulate', '--dir', 'a', '--dir', 'b'], '--dir is given 2 times'],
  [['simulate', '--dir', 'a', '--seed', 'abc'], '"seed" is no number'],
  [['queue', 'send', 'x'], '"entries" is no number'],
])('%j is refused by name before anything is done', async (argv, what) => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await main(argv)).toBe(2);
  expect(told.mock.calls.join('')).toMatch(new RegExp(`E1001 .*${what}`));
});

test('words without an option may be none or several', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await main(['sensors', 'config'])).toBe(0);
  await main(['sensors', 'report', 'nowhere', 'nor-here']);
  expect(told.mock.calls.join('')).toContain('E9301');
});
