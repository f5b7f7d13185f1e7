// Questions to an instrument and their answers, through the link that every driver uses, against a bare socket that asks
// the same of the same instrument; over TCP, and over a pseudo-terminal where socat is installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scpiGreeting } from '../src/instruments/drivers/scpi.ts';
import { Link } from '../src/instruments/transports/link.ts';
import { inFolder, inTurns, milliseconds } from './measure.ts';
import type { Row } from './row.ts';

const questions = 500;
const identity = 'BATON,BENCH,SIM1,1';

export default (): Promise<Row[]> =>
  inFolder(async (folder) => {
    const server = await instrument();
    try {
      const { port } = server.address() as AddressInfo;
      const rows = [await against(port, 'TCP', `TCPIP::127.0.0.1::${port}::SOCKET`)];
      if (spawnSync('socat', ['-V']).status !== 0) return rows;
      const tty = join(folder, 'tty');
      const socat = spawn('socat', [
        `pty,raw,echo=0,link=${tty},wait-slave,pty-interval=0.01`,
        `tcp:127.0.0.1:${port}`,
      ]);
      while (!existsSync(tty)) await sleep(20);
      try {
        rows.push(await against(port, 'a pseudo-terminal', `ASRL${tty}::INSTR`));
      } finally {
        socat.kill();
        await once(socat, 'exit');
      }
      return rows;
    } finally {
      server.close();
    }
  });

/** Answers every line at once. */
async function instrument() {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) socket.write(`${line.trim() === '*IDN?' ? identity : '1.25'}\n`);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function against(port: number, over: string, resource: string) {
  const link = new Link({
    ...{ name: 'bench', class: 'Bench', resource, serial: { baudRate: 115_200 } },
    greeting: scpiGreeting(/^BATON/, 'the bench'),
  });
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('utf8');
  try {
    await once(socket, 'connect');
    await link.identify();
    const [ours, bare] = await inTurns(
      5,
      () =>
        milliseconds(async () => {
          for (let i = 0; i < questions; i++) await link.ask((wire) => wire.query('MEAS?'));
        }),
      () =>
        milliseconds(async () => {
          for (let i = 0; i < questions; i++) {
            socket.write('MEAS?\n');
            await once(socket, 'data');
          }
        }),
    );
    const each = (ms: number) => `${((ms / questions) * 1000).toFixed(0)} µs`;
    return {
      name: `a question and its answer over ${over}`,
      ratio: ours / bare,
      absolute: each(ours),
      against: `bare socket, ${each(bare)}`,
    };
  } finally {
    socket.destroy();
    await link.close();
  }
}
