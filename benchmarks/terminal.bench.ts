// The terminal as a person meets it: how long until its first picture, and how it bears a calibration that prints
// 100,000 lines a second. On a pseudo-terminal of util-linux' `script`, with the built program.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baton, inFolder, median, residentMB, root } from './measure.ts';
import type { Row } from './row.ts';

const ticksPerSecond = 100; // sysconf(_SC_CLK_TCK) on Linux

export default async function terminal(): Promise<Row[]> {
  return inFolder(async (folder) => [...(await firstFrame(folder)), ...(await flood(folder))]);
}

async function firstFrame(folder: string) {
  const bare = [];
  const frames = [];
  const ready = [];
  for (let round = 0; round < 9; round++) {
    const begun = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    bare.push(performance.now() - begun);
    const screen = openScreen(`--station simulated --directory ${folder}`, {});
    frames.push(await screen.sees('Reading the files of the station'));
    ready.push(await screen.sees('electrical-qc'));
    await screen.end();
  }
  const node = median(bare);
  return [
    {
      name: 'first picture of the terminal, from the start of the process',
      ratio: median(frames) / node,
      absolute: `${median(frames).toFixed(0)} ms`,
      against: `node -e 0, ${node.toFixed(0)} ms`,
      most: 7,
    },
    {
      name: 'the start screen, with the sequences of the station',
      ratio: median(ready) / node,
      absolute: `${median(ready).toFixed(0)} ms`,
      against: `node -e 0, ${node.toFixed(0)} ms`,
    },
  ];
}

async function flood(folder: string) {
  const seconds = 8;
  const fault = { BATON_SIMULATED_FAULT: `sldo_vi_curves:flood=${seconds}@2` };
  const screen = openScreen(
    `run sldo --station simulated --time-scale 10 --yes --no-upload --directory ${folder}`,
    fault,
  );
  await screen.sees('of a flood');
  await sleep(500);
  const before = processorSeconds(screen.pid());
  const begun = performance.now();
  const answers = [];
  let peak = 0;
  while (performance.now() - begun < (seconds - 3) * 1000) {
    screen.forget();
    // F1 opens the page of the keys, and Escape closes it.
    answers.push(await screen.sees('draw the screen anew', '\x1bOP'));
    screen.forget();
    screen.press('\x1b[A');
    await screen.sees('stop safely');
    peak = Math.max(peak, await residentMB(screen.pid()));
    await sleep(150);
  }
  const wall = (performance.now() - begun) / 1000;
  const core = (processorSeconds(screen.pid()) - before) / wall;
  const linesPerSecond = floodedLines(folder) / seconds;
  screen.press('\x03');
  await screen.sees('Press Enter');
  await screen.end();
  const worst = Math.max(...answers);
  const mostly = [...answers].sort((a, b) => a - b)[Math.floor(answers.length * 0.9)]!;
  const flooded = `while ${Math.round(linesPerSecond / 1000)},000 lines/s are printed`;
  return [
    row(
      'a key is answered',
      mostly / 200,
      `${mostly.toFixed(0)} ms nine times in ten, ${median(answers).toFixed(0)} ms usually, ${worst.toFixed(0)} ms at worst`,
      '200 ms',
    ),
    row('processor of the terminal', core / 0.4, `${(core * 100).toFixed(0)} % of a core`, '40 % of a core'),
    row('memory of the terminal', peak / 200, `${peak.toFixed(0)} MB`, '200 MB'),
  ];

  function row(name: string, ratio: number, absolute: string, against: string): Row {
    return {
      name: `${name}, while a calibration floods`,
      ratio,
      absolute: `${absolute}, ${flooded}`,
      against,
      most: 1,
    };
  }
}

/** `baton` on a pseudo-terminal of 80 by 24. */
function openScreen(args: string, env: Record<string, string>) {
  const { CI, ...rest } = process.env;
  const begun = performance.now();
  const child = spawn(
    'script',
    ['-qfec', `stty cols 80 rows 24; exec ${process.execPath} ${baton} ${args}`, '/dev/null'],
    {
      cwd: root,
      env: { ...rest, LANG: 'C.UTF-8', TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let text = '';
  let waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-200_000);
    for (const look of waiting) look();
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    /** Of `baton` itself, the child of `script`. */
    pid: () =>
      Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]),
    press: (keys: string) => child.stdin.write(keys),
    forget: () => {
      text = '';
    },
    /** ms until the text comes: since the start, or since these keys. */
    sees: (what: string, keys?: string) =>
      new Promise<number>((resolve, reject) => {
        const since = keys === undefined ? begun : performance.now();
        const late = setTimeout(() => reject(new Error(`waited in vain for "${what}"`)), 60_000);
        const look = () => {
          if (!text.includes(what)) return;
          clearTimeout(late);
          waiting = waiting.filter((one) => one !== look);
          resolve(performance.now() - since);
        };
        waiting.push(look);
        if (keys !== undefined) child.stdin.write(keys);
        look();
      }),
    end: async function () {
      // It gives the terminal back and ends; a run would go on.
      process.kill(this.pid(), 'SIGTERM');
      await ended;
    },
  };
}

function processorSeconds(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function floodedLines(folder: string) {
  const run = readdirSync(folder)
    .filter((name) => name.includes('SLDO'))
    .at(-1);
  const log = readFileSync(join(folder, String(run), '01_sldo_vi_curves', 'stdout.log'), 'utf8');
  return log.split('of a flood').length - 1;
}
