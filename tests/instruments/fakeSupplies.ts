import { createServer, type Server, type Socket } from 'node:net';

/** A small instrument of lines on a loopback socket, written for these tests alone, with its log and its faults. */
export class FakeInstrument {
  /** Everything that it was told or asked. */
  readonly heard: string[] = [];
  clients = 0;
  /** Leaves questions unanswered. */
  silent = false;
  /** Commands that match are not carried out. */
  deafTo: RegExp | undefined;
  /** Replaces the answers to questions that match. */
  garble: { question: RegExp; reply: string } | undefined;
  readonly #answer: (line: string) => string | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(answer: (line: string) => string | undefined) {
    this.#answer = answer;
  }

  get resource(): string {
    return `TCPIP::127.0.0.1::${this.#port}::SOCKET`;
  }

  get port(): number {
    return this.#port;
  }

  /** What it was told, questions left out. */
  get told(): readonly string[] {
    return this.heard.filter((line) => !line.includes('?'));
  }

  async start(): Promise<this> {
    const server = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as { port: number }).port;
    return this;
  }

  /** Pulls the plug; `start` puts it back, on the same port. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
    this.#server = undefined;
  }

  say(text: string): void {
    for (const socket of this.#sockets) socket.write(text);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.clients += 1;
    let rest = '';
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.clients -= 1;
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#take(socket, line.trim());
    });
  }

  #take(socket: Socket, line: string): void {
    this.heard.push(line);
    if (this.deafTo?.test(line)) return;
    const reply = this.garble?.question.test(line) ? this.garble.reply : this.#answer(line);
    if (reply !== undefined && !this.silent) socket.write(`${reply}\n`);
  }
}

/** A bias supply on a sensor that breaks down: beyond it the current runs into compliance and the voltage stays. */
export class FakeKeithley extends FakeInstrument {
  on = false;
  setpoint = 0;
  compliance = 1e-5;
  breakdown = -1_000;
  /** Charge that stays whatever the set-point is. */
  stuckAt: number | undefined;
  /** Every set-point that was written while the output was on. */
  readonly biases: number[] = [];

  constructor(serial = 'SIM0001') {
    super((line) => this.#obey(line, serial));
  }

  get inCompliance(): boolean {
    return this.on && this.setpoint < this.breakdown;
  }

  get voltage(): number {
    if (!this.on) return 0;
    return this.stuckAt ?? Math.max(this.setpoint, this.breakdown);
  }

  #obey(line: string, serial: string): string | undefined {
    const [, written] = /^:SOUR:VOLT:LEV (\S+)$/.exec(line) ?? [];
    if (written !== undefined) {
      this.setpoint = Number(written);
      if (this.on) this.biases.push(this.setpoint);
      return undefined;
    }
    if (line.startsWith(':SENS:CURR:PROT ')) this.compliance = Number(line.split(' ')[1]);
    if (line.startsWith(':OUTP ')) this.on = line.endsWith('1');
    const current = this.inCompliance ? -this.compliance : this.voltage * 1e-9;
    const answers: Record<string, string> = {
      '*IDN?': `KEITHLEY INSTRUMENTS INC.,MODEL 2410,${serial},C33`,
      ':OUTP?': this.on ? '1' : '0',
      ':SOUR:VOLT:LEV?': this.setpoint.toExponential(6),
      ':SOUR:FUNC?': 'VOLT',
      ':SOUR:VOLT:RANG?': '1.100000E+03',
      ':SENS:FUNC?': '"VOLT:DC","CURR:DC"',
      ':SENS:CURR:PROT?': this.compliance.toExponential(6),
      ':SENS:CURR:PROT:TRIP?': this.inCompliance ? '1' : '0',
      ':READ?': `${this.voltage.toExponential(6)},${current.toExponential(6)},+9.91E+37,+1.0E+00,+3.7E+04`,
      ':SYST:ERR?': '0,"No error"',
    };
    return answers[line];
  }
}

export class FakeTsx extends FakeInstrument {
  on = false;
  voltage = 0;
  limit = 0;

  constructor(serial = 'SIM0002') {
    super((line) => this.#obey(line, serial));
  }

  #obey(line: string, serial: string): string | undefined {
    const [word = '', value = ''] = line.split(' ');
    if (word === 'OP1') this.on = value === '1';
    if (word === 'V') this.voltage = Number(value);
    if (word === 'I') this.limit = Number(value);
    const answers: Record<string, string> = {
      '*IDN?': `THURLBY THANDAR, TSX1820P, ${serial}, 1.21`,
      'OP1?': this.on ? '1' : '0',
      'V?': `V ${this.voltage.toFixed(2)}`,
      'I?': `I ${this.limit.toFixed(2)}`,
      'VO?': `${(this.on ? this.voltage : 0).toFixed(2)}V`,
      'IO?': `${(this.on ? 1.5 : 0).toFixed(2)}A`,
      'LSR1?': '0',
    };
    return answers[line];
  }
}
