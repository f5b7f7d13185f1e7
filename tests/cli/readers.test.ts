import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Spawned {
  stdout: 'left' | number;
  node?: readonly string[];
}

/** What it says of trouble, and its exit code. */
async function baton(words: readonly string[], { stdout, node = [] }: Spawned) {
  const stdio: StdioOptions = ['ignore', stdout === 'left' ? 'pipe' : stdout, 'pipe'];
  const child = spawn(process.execPath, [...node, 'dist/baton.js', ...words], { stdio });
  child.stdout?.destroy();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, said };
}

test('a command whose reader has left ends as it would have, without a word of pipes', async () => {
  expect(await baton(['sequences'], { stdout: 'left' })).toEqual({ exitCode: 0, said: '' });
});

test('output that a full disk does not take ends nothing, and is no success', async () => {
  const full = openSync('/dev/full', 'w');
  const { exitCode, said } = await baton(['sequences'], { stdout: full });
  closeSync(full);
  expect(exitCode).toBe(3);
  expect(said).toMatch(/^E1006 .*ENOSPC/m);
});

test('a fault of Baton never ends with the exit code of a module that does not pass', async () => {
  const breaks = 'process.stderr.write = () => process.nextTick(() => { throw new Error("broken"); })';
  const node = ['--import', `data:text/javascript,${breaks}`];
  const { exitCode, said } = await baton(['plan'], { stdout: 'left', node });
  expect(exitCode).toBe(3);
  expect(said).toMatch(/^E1000 .*broken/);
});
