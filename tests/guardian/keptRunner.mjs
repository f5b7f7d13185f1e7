// A runner that does nothing but make what it is told to, under its keeper, give it the word, and live until it is killed.
import { spawn } from 'node:child_process';

const commands = JSON.parse(process.argv[2]);
const word = process.argv[3];
for (const words of commands) {
  const [file, ...args] = words.map((word) => (word === 'RUNNER' ? String(process.pid) : word));
  spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] }).stdin.write(word);
}
process.stdout.write('started\n');
setInterval(() => undefined, 1000);
