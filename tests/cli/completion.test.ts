import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { complete } from '../../src/cli/completion/complete.ts';
import type { Declared } from '../../src/cli/completion/declared.ts';
import { faultValues } from '../../src/cli/completion/faultValues.ts';
import { valuesOf } from '../../src/cli/completion/values.ts';
import { scratch } from '../e2e/baton.ts';

/** As the build wrote it down. */
const table = JSON.parse(readFileSync('dist/completion.json', 'utf8')) as Record<string, Declared>;

async function completed(...words: string[]): Promise<string[]> {
  const candidates = await complete(table, words, async ({ name }) => [{ value: `<${name}>` }]);
  return candidates.map(({ value }) => value);
}

test('the build asked every command, and those below it', () => {
  expect(Object.keys(table)).toEqual(Object.keys(commands));
  expect(Object.keys(table.itkdb!.commands!)).toContain('register');
});

test.each([
  [['ru'], ['run', 'runs']],
  [['itkdb', 'who'], ['whoami']],
  [['run', ''], ['<sequence>']],
  [['run', 'x', '--station', ''], ['<--station>']],
  [['run', '--yes', ''], ['<sequence>']],
  [['run', '--module', 'm', ''], ['<sequence>']],
  [['runs', 's'], ['show']],
  [['runs', 'export', 'one', ''], ['<runs>']],
  [
    ['run', 'x', '--renderer', ''],
    ['auto', 'plain', 'json'],
  ],
  [['run', 'x', '--renderer=p'], ['--renderer=plain']],
  // As bash cuts it.
  [['run', 'x', '--renderer', '=', 'p'], ['plain']],
  [
    ['run', 'x', '--renderer', '='],
    ['auto', 'plain', 'json'],
  ],
  [['run', 'x', '--no-'], ['--no-upload']],
  [['run', '--anno'], []],
  [['nonsense', ''], Object.keys(commands)],
  [['plan', 'x', 'y'], []],
])('%j becomes %j', async (words, expected) => {
  expect(await completed(...words)).toEqual(expected);
});

test('what is completed explains itself', async () => {
  const [one] = await complete(table, ['run', '--det'], async () => []);
  expect(one).toEqual({ value: '--detach', describe: expect.stringMatching(/process of its own/) });
});

test('a value with = and : in it is one, also where bash has cut it', async () => {
  const asked: string[] = [];
  const values = ['early-breakdown:V=-40', 'silent:instrument=hv_1'];
  const of = async (...words: string[]) => {
    const all = await complete(table, ['run', 'x', '--fault', ...words], async ({ typed }) => {
      asked.push(typed);
      return values.map((value) => ({ value }));
    });
    return all.map(({ value }) => value);
  };
  expect(await of('silent:instrument=h')).toEqual(['silent:instrument=hv_1']);
  expect(await of('silent', ':', 'instrument', '=', 'h')).toEqual(['hv_1']);
  expect(await of('silent', ':', 'instrument', '=')).toEqual(['hv_1']);
  expect(await of('silent', ':')).toEqual(['instrument=hv_1']);
  expect(asked.slice(0, 3)).toEqual(['silent:instrument=h', 'silent:instrument=h', 'silent:instrument=']);
});

test('the values of --set are those that the script asks for', async () => {
  const of = (typed: string, sequence = 'electrical-qc') =>
    valuesOf({ name: '--set', command: ['run'], given: { sequence, '--config': 'config' }, typed });
  expect(await of('')).toContainEqual({
    value: 'TargetThreshold=',
    describe: expect.stringMatching(/electrons/),
  });
  expect(await of('TargetThreshold=')).toEqual([{ value: 'TargetThreshold=1000' }]);
  await expect(of('', 'nobody')).rejects.toThrow(/E7219/);
});

test('a fault is completed piece by piece, with what it can name', () => {
  const names = { modules: ['M1'], instruments: ['hv_1', 'lv_1'] };
  const of = (typed: string) =>
    faultValues(typed, names)
      .map(({ value }) => value)
      .filter((value) => value.startsWith(typed));
  expect(of('early')).toEqual(['early-breakdown:V=']);
  expect(of('silent')).toEqual(['silent', 'silent:']);
  expect(of('silent:acts=')).toEqual(['silent:acts=yes', 'silent:acts=no']);
  expect(of('silent:acts=yes,i')).toEqual(['silent:acts=yes,instrument=']);
  expect(of('silent:instrument=')).toEqual(['silent:instrument=hv_1', 'silent:instrument=lv_1']);
  expect(of('silent:instrument=hv_1,')).not.toContain('silent:instrument=hv_1,instrument=');
  expect(of('nothing:')).toEqual([]);
});

describe('the shells ask the program', () => {
  const folder = scratch();
  let path: string;

  beforeAll(() => {
    const program = join(import.meta.dirname, '..', '..', 'dist', 'baton.js');
    writeFileSync(join(folder, 'baton'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
      mode: 0o755,
    });
    path = `${folder}${delimiter}${process.env.PATH}`;
    mkdirSync(join(folder, 'config', 'sequences'), { recursive: true });
    writeFileSync(join(folder, 'config', 'sequences', 'my-own.scr'), '{}');
    mkdirSync(join(folder, 'runs', '20261129T120000Z_one_IV_M1'), { recursive: true });
    writeFileSync(
      join(folder, 'config', 'station.json'),
      JSON.stringify({ runs_directory: '../runs', modules: { M1: { serial_number: '20UPGM22110039' } } }),
    );
  });

  /** What the shell says, or nothing where it is not installed; CI has them all. */
  function said(shell: string, script: string, context: { skip: (note: string) => void }): string[] {
    if (spawnSync(shell, ['-c', ':']).error && process.env.CI !== 'true')
      context.skip(`${shell} is not installed`);
    const out = execFileSync(shell, ['-c', script], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, PATH: path },
    });
    return out.split('\n').filter(Boolean);
  }

  test('bash', { timeout: 60_000 }, (context) => {
    const press = (...words: string[]) =>
      `COMP_WORDS=(baton ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _baton_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const script = `source <(baton completion bash); ${press('run', 'm')}; ${press('runs', 'show', '')}; ${press('run', 'my-own', '--module', '20')}; ${press('run', 'x', '--fault', 'early')}; ${press('run', 'x', '--fault', 'silent', ':', 'acts', '=')}; complete -p baton`;
    expect(said('bash', script, context)).toEqual([
      'my-own',
      '20261129T120000Z_one_IV_M1',
      '20UPGM22110039',
      'early-breakdown:V=',
      'yes',
      'no',
      'complete -o default -o nosort -F _baton_complete baton',
    ]);
  });

  test('zsh', { timeout: 60_000 }, (context) => {
    // What only its line editor can give: who is told of the candidates, and the words.
    const script = `compdef() {}; _describe() { print -l $candidates }; source <(baton completion zsh); words=(baton itkdb who); CURRENT=3; _baton; words=(baton run my); CURRENT=3; _baton`;
    expect(said('zsh', script, context)).toEqual([
      'whoami:who is logged in, with which rights, until when',
      'my-own:',
    ]);
  });

  test('fish', { timeout: 60_000 }, (context) => {
    const script = 'baton completion fish | source; complete -C "baton run m"; complete -C "baton itkdb who"';
    expect(said('fish', script, context)).toEqual([
      'my-own',
      expect.stringMatching(/^whoami\twho is logged in/),
    ]);
  });
});
