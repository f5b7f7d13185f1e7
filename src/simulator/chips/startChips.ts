import { createServer, type Server, type Socket } from 'node:net';
import { readLines } from '../../base/lines.ts';
import type { ReadModuleState } from '../moduleState.ts';
import { type Chip, type ChipDefects, makeChip } from './chip.ts';
import { type Arguments, BadRequest, chipCommands } from './commands.ts';
import { columns, rows } from './pixels.ts';
import { restorer, type SettingsFile, writeSettings } from './settingsFile.ts';

export interface SimulatedModule {
  /** As channels.json and modules.json have it. */
  index: string;
  /** Chip ids, in the order of modules.json. */
  chips: readonly string[];
  defects?: Readonly<Record<string, ChipDefects>>;
}

export interface ChipsServer {
  /** `127.0.0.1:port`, what dirigent.toml calls `ipaddress`. */
  address: string;
  close(): Promise<void>;
}

interface Request {
  id: number;
  do: string;
  module?: string;
  chip?: string;
  args?: Arguments;
}

type Answer = { result: unknown } | { error: { kind: 'no-communication' | 'bad-request'; text: string } };

/**
 * The read-out chips of some modules behind a socket on loopback, as a read-out board shows them: one JSON request a
 * line, one JSON answer a line, in order. `{"id":1,"do":"hello"}` names the modules; every other command names a
 * module and a chip. Chips are made when they are first asked.
 */
export async function startChips(options: {
  seed: number;
  modules: readonly SimulatedModule[];
  readModuleState: ReadModuleState;
  /** Where what the chips were told is kept; not given: nowhere. */
  settings?: SettingsFile;
}): Promise<ChipsServer> {
  const { seed, settings } = options;
  const program = settings && restorer(settings, seed);
  const modules = new Map(options.modules.map((module) => [module.index, chipsOf(seed, module, program)]));
  let saved: Promise<unknown> = Promise.resolve();
  const save = () => {
    if (!settings) return;
    const made = [...modules].flatMap(([index, chips]) => chips.made().map((chip) => [index, chip] as const));
    // It is a convenience of the simulation: a disk that does not take it ends no run.
    saved = saved.then(() => writeSettings(settings.path, seed, made)).catch(() => undefined);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      save();
    });
    // A client that goes away in the middle of an answer is no trouble of ours.
    socket.on('error', () => socket.destroy());
    void readLines(socket, (line) => {
      socket.write(`${JSON.stringify(answer(modules, options.readModuleState, line))}\n`);
    });
  });
  await listen(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The chips have no port.');
  return {
    address: `127.0.0.1:${address.port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
      await saved;
    },
  };
}

interface ModuleChips {
  ids: readonly string[];
  /** The chip, made on first use. */
  chip(id: string): Chip;
  made(): readonly Chip[];
}

function chipsOf(
  seed: number,
  module: SimulatedModule,
  program: (module: string, chip: Chip) => void = () => undefined,
): ModuleChips {
  const made = new Map<string, Chip>();
  return {
    ids: module.chips,
    chip(id) {
      const known = made.get(id);
      if (known) return known;
      const chip = makeChip(seed, module.index, id, module.defects?.[id]);
      program(module.index, chip);
      made.set(id, chip);
      return chip;
    },
    made: () => [...made.values()],
  };
}

function answer(
  modules: ReadonlyMap<string, ModuleChips>,
  readModuleState: ReadModuleState,
  line: string,
): { id: number } & Answer {
  let request: Request | null;
  try {
    request = JSON.parse(line) as Request | null;
  } catch {
    request = null;
  }
  if (typeof request?.id !== 'number') return { id: 0, ...badRequest('The line is no request with an id.') };
  return { id: request.id, ...carryOut(modules, readModuleState, request) };
}

function carryOut(
  modules: ReadonlyMap<string, ModuleChips>,
  readModuleState: ReadModuleState,
  request: Request,
): Answer {
  if (request.do === 'hello') {
    const known = [...modules].map(([index, { ids }]) => [index, ids]);
    return { result: { simulated: true, columns, rows, modules: Object.fromEntries(known) } };
  }
  const module = modules.get(request.module ?? '');
  const [index, chipId] = [request.module, request.chip];
  if (!module || index === undefined || chipId === undefined || !module.ids.includes(chipId))
    return badRequest(`There is no chip ${request.chip} on module ${request.module}.`);
  const command = Object.hasOwn(chipCommands, String(request.do)) ? chipCommands[request.do] : undefined;
  if (!command) return badRequest(`Chips know no command ${JSON.stringify(request.do)}.`);

  const state = readModuleState(index);
  if (!state.powered) return silent(request, 'the module has no power');
  const chip = module.chip(chipId);
  if (chip.dead) return silent(request, 'its lane never locks');
  try {
    const held = state.heldAt?.(module.ids.indexOf(chipId));
    return { result: command(chip, request.args ?? {}, { ...state, ...(held ? { held } : {}) }) };
  } catch (error) {
    if (error instanceof BadRequest) return badRequest(error.message);
    throw error;
  }
}

function silent(request: Request, why: string): Answer {
  const text = `Chip ${request.chip} of module ${request.module} does not answer: ${why}.`;
  return { error: { kind: 'no-communication', text } };
}

function badRequest(text: string): Answer {
  return { error: { kind: 'bad-request', text } };
}

function listen(server: Server): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', failed);
      done();
    });
  });
}
