// A calibration that counts its SIGINTs, and needs a while to come down: one character a signal, and D when it was down.
// argv: the file that it writes to, ms that it needs, and `deaf` if neither SIGINT nor SIGTERM ends it.
import { appendFileSync } from 'node:fs';

const [, , file, ms, deaf] = process.argv;
let going = false;
process.on('SIGINT', () => {
  appendFileSync(file, 'I');
  if (going || deaf) return;
  going = true;
  setTimeout(() => {
    appendFileSync(file, 'D');
    process.exit(130);
  }, Number(ms));
});
if (deaf) process.on('SIGTERM', () => appendFileSync(file, 'T'));
appendFileSync(file, 'R');
setInterval(() => undefined, 1000);
