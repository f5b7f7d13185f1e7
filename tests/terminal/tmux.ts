import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** Whether stories can be told here. In CI they must be. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) {
  if (process.env.CI === 'true')
    throw new Error('tmux is missing: the stories of the terminal cannot be told');
  console.warn('\n*** tmux is missing: the stories of the terminal on a real terminal are NOT told ***\n');
}

/** A real terminal with a shell in it, driven as a person would. */
export interface RealTerminal {
  /** Types at the shell's prompt. */
  shell(command: string): void;
  /** Names of keys as tmux has them: `Enter`, `C-c`, `F5`. */
  press(...keys: string[]): void;
  /** As a scanner: all at once, and Enter. */
  scan(text: string): void;
  /** Sign by sign, as a person does. */
  type(text: string): Promise<void>;
  /** Enter, once what was typed is shown: one that comes close behind a letter is taken for a scanner's. */
  enterBehind(shown: string): Promise<void>;
  /** Presses again and again, as a person does who is not heard, until it is so. */
  pressUntil(keys: readonly string[], isSo: () => boolean | undefined): Promise<void>;
  screen(): string;
  /** With its colours. */
  painted(): string;
  /** All that was ever drawn, without its colours: what was to be read for a moment alone, too. */
  drawn(): string;
  /** Waits for a text on the screen, and answers with the screen. */
  sees(what: string | RegExp, withinMs?: number): Promise<string>;
  /** `1 0`: a cursor is shown, and the second screen is left. */
  state(): string;
  resize(columns: number, rows: number): void;
  /** As when the window is closed: what runs in it gets a SIGHUP. */
  close(): void;
}

export interface TerminalBench {
  open(options?: { columns?: number; rows?: number; env?: Record<string, string> }): RealTerminal;
  close(): void;
}

/** Terminals on a tmux server of their own. */
export function openTerminals(environment: NodeJS.ProcessEnv): TerminalBench {
  const directory = mkdtempSync(join(tmpdir(), 'baton-tmux-'));
  const socket = join(directory, 's');
  // A server that goes with its last session would be going while the next one is opened.
  const settings = join(directory, 'conf');
  writeFileSync(settings, 'set -s exit-empty off\n');
  // Ink draws nothing where it takes itself to be in CI, and a person is never there.
  const { CI, TMUX, ...rest } = environment;
  const env = { ...rest, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', PS1: '$ ', HISTFILE: '' };
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', socket, '-f', settings, ...args], { env, encoding: 'utf8' });
  let count = 0;
  return {
    open: ({ columns = 80, rows = 24, env: more = {} } = {}) => {
      const name = `t${count++}`;
      tmux(
        ...['new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows)],
        ...Object.entries(more).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
        'bash --norc --noprofile -i',
      );
      const history = join(directory, `${name}.drawn`);
      tmux('pipe-pane', '-t', name, `cat >> '${history}'`);
      return terminal(name, tmux, history);
    },
    close: () => {
      spawnSync('tmux', ['-S', socket, 'kill-server']);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function terminal(name: string, tmux: (...args: string[]) => string, history: string): RealTerminal {
  const send = (...keys: string[]) => void tmux('send-keys', '-t', name, ...keys);
  const screen = () => tmux('capture-pane', '-t', name, '-p').replace(/[ ]+$/gm, '').replace(/\n+$/, '');
  const sees: RealTerminal['sees'] = async (what, withinMs = 25_000) => {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const shown = screen();
      if (typeof what === 'string' ? shown.includes(what) : what.test(shown)) return shown;
      if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what} on\n${shown}`);
      await sleep(25);
    }
  };
  return {
    shell: (command) => {
      send('-l', command);
      send('Enter');
    },
    press: (...keys) => send(...keys),
    scan: (text) => {
      // As one piece, as it comes from a fast scanner.
      tmux('set-buffer', '-b', name, `${text}\r`);
      tmux('paste-buffer', '-r', '-b', name, '-t', name);
    },
    type: async (text) => {
      // What follows another key at once is taken for a scan.
      for (const sign of text) {
        await sleep(45);
        send('-l', sign);
      }
      await sleep(45);
    },
    enterBehind: async (shown) => {
      await sees(shown);
      await sleep(100);
      send('Enter');
    },
    pressUntil: async (keys, isSo) => {
      const deadline = performance.now() + 10_000;
      while (!isSo()) {
        if (performance.now() > deadline)
          throw new Error(`pressed ${keys.join(' ')} in vain on\n${screen()}`);
        if (keys.length > 0) send(...keys);
        await sleep(150);
      }
    },
    screen,
    painted: () => tmux('capture-pane', '-t', name, '-p', '-e'),
    drawn: () => stripVTControlCharacters(readFileSync(history, 'utf8')),
    sees,
    state: () => tmux('display-message', '-t', name, '-p', '#{cursor_flag} #{alternate_on}').trim(),
    resize: (columns, rows) =>
      void tmux('resize-window', '-t', name, '-x', String(columns), '-y', String(rows)),
    close: () => void tmux('kill-session', '-t', name),
  };
}
