import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { BatonError } from '../../base/errors.ts';

/** The read-out chips of the station, over the board's socket. One question at a time. */
export interface ChipsClient {
  /** Chip ids by module index, in the order of their positions. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  ask<T>(module: string, chip: string, command: string, args?: object): Promise<T>;
  close(): void;
}

type Answer = { id: number; result?: unknown; error?: { kind: string; text: string } };

const answerMs = 20_000;

/** Connects and says hello. Throws E9551 if nobody answers there, or somebody who is not simulated. */
export async function connectChips(address: string | undefined): Promise<ChipsClient> {
  const [, host, port] = /^(127\.0\.0\.1|localhost):(\d+)$/.exec(address ?? '') ?? [];
  if (host === undefined)
    throw unreachable(
      address,
      'The simulated dirigent talks to simulated chips alone, and those are on 127.0.0.1.',
    );
  const socket = connect(Number(port), host);
  const waiting = new Map<number, { settle: (answer: Answer) => void; fail: (error: Error) => void }>();
  const failAll = (why: string) => {
    for (const { fail } of waiting.values()) fail(unreachable(address, why));
    waiting.clear();
  };
  socket.on('error', (error) => failAll(error.message));
  socket.on('close', () => failAll('The connection was closed.'));
  createInterface({ input: socket }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.settle(answer);
    waiting.delete(answer.id);
  });

  let last = 0;
  const request = (content: object): Promise<Answer> => {
    last += 1;
    const id = last;
    return new Promise((settle, fail) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        fail(unreachable(address, `No answer within ${answerMs / 1000} s.`));
      }, answerMs);
      const ended =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { settle: ended(settle), fail: ended(fail) });
      socket.write(`${JSON.stringify({ id, ...content })}\n`);
    });
  };

  try {
    const hello = (await request({ do: 'hello' })).result as
      | { simulated?: boolean; modules?: Record<string, string[]> }
      | undefined;
    if (hello?.simulated !== true || !hello.modules)
      throw unreachable(address, 'What answers there does not say that it is simulated.');
    return {
      modules: hello.modules,
      async ask<T>(module: string, chip: string, command: string, args: object = {}): Promise<T> {
        const { result, error } = await request({ do: command, module, chip, args });
        if (error) throw error.kind === 'no-communication' ? new ChipSilent(error.text) : refused(error.text);
        return result as T;
      },
      close: () => socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The chip does not answer: no power, or it is dead. */
export class ChipSilent extends BatonError {
  constructor(text: string) {
    super(
      { code: 'E9552', what: text, remedy: 'Check that LV is on and the module is connected.' },
      { exitCode: 1 },
    );
  }
}

function unreachable(address: string | undefined, why: string): BatonError {
  return new BatonError(
    {
      code: 'E9551',
      what: `The read-out chips cannot be reached at ${address ?? 'an address that is not given'}: ${why}`,
      remedy: "Set ipaddress = '127.0.0.1:PORT' in dirigent.toml, as the simulated station wrote it.",
    },
    { exitCode: 1 },
  );
}

function refused(text: string): BatonError {
  return new BatonError(
    { code: 'E9553', what: `The chips refuse: ${text}`, remedy: 'Check the settings of the test.' },
    { exitCode: 1 },
  );
}
