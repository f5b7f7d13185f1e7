import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/commandLine.ts';
import { temporaryFolder } from './localDatabase.ts';

export interface Ended {
  code: number;
  out: string;
  err: string;
}

export interface Given {
  /** Environment, besides the person's own. */
  more?: Record<string, string>;
  /** What comes in on a pipe; of the built program alone. */
  input?: string;
}

export interface Person {
  folder: string;
  /** A command in this process: what it does and says is the same, and a program need not start for each. */
  baton(args: readonly string[], given?: Given): Promise<Ended>;
  /** The built program, in a process of its own. */
  program(args: readonly string[], given?: Given): Promise<Ended>;
}

/** Somebody who works in a folder of his own, with nothing of this machine's user. */
export function person(environment: Record<string, string> = {}): Person {
  const folder = temporaryFolder();
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: runtime,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    NO_COLOR: '1',
    ...environment,
  };
  return {
    folder,
    baton: (args, { more = {} } = {}) => here(folder, { ...env, ...more }, args),
    program: (args, { more = {}, input = '' } = {}) => apart(folder, { ...env, ...more }, args, input),
  };
}

async function here(folder: string, env: Record<string, string>, args: readonly string[]): Promise<Ended> {
  const before = { env: process.env, cwd: process.cwd() };
  const said = { out: '', err: '' };
  const listen = (into: keyof typeof said) => (chunk: string | Uint8Array) => {
    said[into] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(listen('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(listen('err')),
  ];
  process.env = env;
  process.chdir(folder);
  try {
    return { code: await main(args), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.env = before.env;
    process.chdir(before.cwd);
  }
}

function apart(
  folder: string,
  env: Record<string, string>,
  args: readonly string[],
  input: string,
): Promise<Ended> {
  return new Promise((ended) => {
    const child = execFile(
      process.execPath,
      [resolve('dist/baton.js'), ...args],
      { cwd: folder, env },
      (error, out, err) =>
        ended({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
    child.stdin!.end(input);
  });
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
