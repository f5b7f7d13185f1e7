import { readFile } from 'node:fs/promises';
import { createInterface, type Interface } from 'node:readline';
import { BatonError } from '../base/errors.ts';
import { control, listenForControl, refuseIfRunning } from './control.ts';
import type { StationDescription } from './description.ts';
import { openStation, type RunningStation } from './station.ts';

/**
 * The simulated station as a process of its own. The description comes as the first line of stdin, or from the file
 * that the argument names. It prints one line, the addresses, and then answers to control lines on stdin. Its owner
 * may die: it goes on, so that what was left powered can be found and made safe, and ends when nobody needs it.
 */
const lingerMs = 3000;
const longestWithoutOwnerMs = 4 * 3600 * 1000;

// A Ctrl-C or a hang-up in the owner's terminal is not meant for the station.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
// The owner that reads our answers may be gone: then nobody needs them.
process.stdout.on('error', () => {});

const lines = createInterface({ input: process.stdin });
// An owner that dies in the middle of an answer is an owner that is gone.
lines.on('error', () => lines.close());
const [, , path] = process.argv;

const description = await readDescription(path, lines);
try {
  await serve(description, lines);
} catch (error) {
  if (!(error instanceof BatonError)) throw error;
  print({ problems: error.problems });
  process.exit(2);
}

async function serve(of: StationDescription, requests: Interface): Promise<void> {
  await refuseIfRunning(of.directory);
  const station = await openStation(of);
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void endStation(station, socket);
  };
  const answer = control(station, end);
  const socket = await listenForControl(of.directory, answer);
  process.on('SIGTERM', end);
  requests.on('line', (line) => print(answer(line)));
  requests.on('close', () => endWhenUnused(station, end));
  // A closed stdin is told once, and may have been told while the station was opened.
  if (process.stdin.readableEnded) endWhenUnused(station, end);
  print({ ready: true, pid: process.pid, control: socket.path, ...station.addresses });
}

async function endStation(station: RunningStation, socket: { close(): Promise<void> }): Promise<void> {
  await socket.close();
  await station.close();
  process.exit(0);
}

/** Without an owner: ends when all outputs are off and nobody has been connected for a while, or after hours. */
function endWhenUnused(station: RunningStation, end: () => void): void {
  const since = performance.now();
  let idleSince = since;
  setInterval(() => {
    const now = performance.now();
    if (station.live || station.clients > 0) idleSince = now;
    if (now - idleSince >= lingerMs || now - since >= longestWithoutOwnerMs) end();
  }, 100);
}

async function readDescription(file: string | undefined, input: Interface): Promise<StationDescription> {
  const text = file === undefined ? await firstLine(input) : await readFile(file, 'utf8');
  return JSON.parse(text) as StationDescription;
}

function firstLine(input: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    input.once('line', resolve);
    input.once('close', () => reject(new Error('stdin ended before a description of the station came.')));
  });
}

function print(object: object): void {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}
