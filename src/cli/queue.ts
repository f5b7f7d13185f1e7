import { BatonError, type ExitCode, formatProblem } from '../base/errors.ts';
import { formatDuration } from '../base/quantityText.ts';
import type { Entry } from '../itkdb/outbox/entry.ts';
import { Outbox } from '../itkdb/outbox/outbox.ts';
import { keepSending } from '../itkdb/outbox/sender.ts';
import type { SenderEvent } from '../itkdb/outbox/sending.ts';
import { localPlaces, userPlaces } from '../itkdb/places.ts';
import { command } from './command.ts';
import { type BesideOther, besideOther } from './database/besideOther.ts';
import {
  type Connection,
  connect,
  type DatabaseArguments,
  print,
  runsOf,
  tell,
  withDatabase,
} from './database/connection.ts';
import { environmentHere } from './database/environmentHere.ts';
import { openQueue } from './database/openQueue.ts';
import { inOutbox } from './database/outboxOfStation.ts';
import { unqueuedRuns } from './database/unqueuedRuns.ts';
import { sendQueued } from './database/uploadRun.ts';
import { differenceTable } from './printing/differenceTable.ts';
import { tableText } from './printing/table.ts';

interface QueueArguments extends DatabaseArguments {
  action: 'list' | 'show' | 'retry' | 'drop' | 'send';
  entries: number[];
  all: boolean;
  anyway: boolean;
  reason?: string;
  keep: boolean;
}

export default command<QueueArguments>({
  usage: 'queue [action] [entries..]',
  summary: 'what waits for the database: list, show, retry, drop with a reason, send',
  build: (parser) =>
    withDatabase(parser)
      .positional('action', { choices: ['list', 'show', 'retry', 'drop', 'send'] as const, default: 'list' })
      .positional('entries', { type: 'number', array: true, default: [], describe: 'numbers of entries' })
      .option('all', {
        type: 'boolean',
        default: false,
        describe: 'list: those that are done too; retry: all that are held',
      })
      .option('anyway', {
        type: 'boolean',
        default: false,
        describe: 'retry: although it looks like one that is there',
      })
      .option('reason', { type: 'string', describe: 'drop: why; it is kept' })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'send: go on until Ctrl-C, sending what comes whenever the database answers',
      })
      .example('$0 queue', 'what waits and what is held, with the reason')
      .example('$0 queue show 12', 'one entry, beside what it looks like, field by field')
      .example('$0 queue retry --all', 'after something was put right: every one that is held')
      .example(
        '$0 queue drop 12 --reason "measured on the wrong module"',
        'it is not sent, and the reason kept',
      )
      .example('$0 queue send --keep', 'beside the runs, all day')
      .epilogue(
        'Exit code of list: 1 if something is held, or the results of a run are in no queue. Of send: 0 all is in the database, 1 something is held, 3 something waits.',
      ),
  async run(args) {
    if (args.action === 'send') return send(args);
    const outbox = await Outbox.open(await outboxOf(args));
    try {
      switch (args.action) {
        case 'list':
          return await list(args, outbox);
        case 'show':
          return await show(args, outbox);
        case 'retry':
          return decide(named(args, outbox), args.json, (n) => outbox.retry(n, { anyway: args.anyway }));
        case 'drop': {
          const { reason } = args;
          if (!reason)
            throw new BatonError({
              code: 'E8075',
              what: 'A result is dropped only with a reason.',
              remedy: 'Say it with --reason "…"; it is kept with the entry.',
            });
          return decide(named(args), args.json, (n) => outbox.drop(n, reason));
        }
      }
    } finally {
      outbox.close();
    }
  },
});

async function outboxOf(args: QueueArguments): Promise<string> {
  if (args.local) return localPlaces(await runsOf(args)).outbox;
  return userPlaces(await environmentHere()).outbox;
}

async function list(args: QueueArguments, outbox: Outbox): Promise<ExitCode> {
  const entries = outbox.list(args.all ? {} : { states: ['waiting', 'sending', 'held'] });
  const counts = outbox.counts();
  const runsDirectory = await runsOf(args);
  const unqueued = await unqueuedRuns(runsDirectory, outbox, { simulated: args.local });
  const beside = args.local
    ? undefined
    : await inOutbox({ simulated: true, runsDirectory }, (local) => local.counts());
  print(args.json, { counts, entries, unqueued: unqueued.map(({ id }) => id) }, () =>
    listText(entries, counts),
  );
  for (const { id } of unqueued) tell(`The results of ${id} are not in the queue: \`baton upload ${id}\`.`);
  if (beside && beside.waiting + beside.sending + beside.held > 0)
    tell(`For the local database: ${countText(beside)}; \`baton queue --local\` shows them.`);
  return counts.held > 0 || unqueued.length > 0 ? 1 : 0;
}

function listText(entries: readonly Entry[], counts: ReturnType<Outbox['counts']>): string {
  if (entries.length === 0) return `${countText(counts)}\n`;
  const rows = entries.map((entry) => [
    String(entry.n),
    entry.state,
    entry.component,
    entry.testType ?? 'file',
    entry.runNumber ?? titleOf(entry),
    entry.problems[0] ? `${entry.problems[0].code} ${entry.problems[0].what}` : followed(entry),
  ]);
  return `${tableText(['entry', 'state', 'component', 'test', 'run number', ''], rows)}${countText(counts)}\n`;
}

function followed({ state, parent }: Entry): string {
  return state === 'waiting' && parent !== undefined ? `follows entry ${parent}` : '';
}

function countText(counts: ReturnType<Outbox['counts']>): string {
  return `${counts.waiting + counts.sending} waiting, ${counts.held} held, ${counts.confirmed} in the database, ${counts.dropped} dropped`;
}

async function show(args: QueueArguments, outbox: Outbox): Promise<ExitCode> {
  for (const n of named(args)) {
    const entry = outbox.named(n);
    const history = outbox.history(n);
    const beside = await compared(args, entry, outbox);
    print(args.json, { ...entry, history, differences: beside?.fields }, () =>
      [
        `entry ${n}: ${entry.kind} for ${entry.database}, ${entry.state}${entry.doubt ? ', answer not known' : ''}`,
        ...entry.problems.map(formatProblem),
        ...history.map(({ t, what }) => `  ${new Date(t).toISOString()} ${what}`),
        JSON.stringify(entry.content, null, 2),
        ...(beside ? [`beside ${beside.other}:`, differenceTable(beside.fields)] : []),
        '',
      ].join('\n'),
    );
  }
  return 0;
}

/** What a held entry looks like, compared with it; nothing when the database cannot be asked. */
async function compared(
  args: QueueArguments,
  entry: Entry,
  outbox: Outbox,
): Promise<BesideOther | undefined> {
  let opened: Connection | undefined;
  try {
    return await besideOther(entry, outbox, async () => {
      opened = await connect(args, { purpose: 'look' });
      return opened;
    });
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    for (const problem of error.problems) tell(formatProblem(problem));
    return undefined;
  } finally {
    await opened?.close();
  }
}

function decide(entries: readonly number[], json: boolean, change: (n: number) => Entry): ExitCode {
  const changed = entries.map(change);
  print(json, changed, () => changed.map(({ n, state }) => `entry ${n} is ${state} now\n`).join(''));
  return 0;
}

/** `retry --all` is meant for after something was put right: every one that is held. */
function named({ entries, action, all }: QueueArguments, retried?: Outbox): number[] {
  if (entries.length > 0) return entries;
  if (all && retried) return retried.list({ states: ['held'] }).map(({ n }) => n);
  throw new BatonError({
    code: 'E1001',
    what: `Name the entries to ${action}.`,
    remedy: 'Their numbers stand in `baton queue list`.',
  });
}

async function send(args: QueueArguments): Promise<ExitCode> {
  const { connection, outbox, close } = await openQueue(args);
  try {
    if (args.keep) return await keepOn(connection, outbox);
    const sent = await sendQueued(connection, outbox, {
      onEvent: tellOutcome,
    });
    if (!sent)
      throw new BatonError(
        {
          code: 'E8070',
          what: 'Another sender is at work.',
          remedy: 'It takes what waits; look with `baton queue`.',
        },
        { exitCode: 3 },
      );
    const counts = outbox.counts(connection.client.name);
    for (const problem of sent.stopped?.problems ?? []) tell(formatProblem(problem));
    print(
      args.json,
      { ...sent, stopped: sent.stopped?.problems, counts },
      () =>
        `${sent.confirmed} confirmed, ${sent.held} held; ${counts.waiting} ${counts.waiting === 1 ? 'waits' : 'wait'}${whenNext(connection, outbox)}.\n`,
    );
    return exitCodeOf(counts);
  } finally {
    await close();
  }
}

/** What was put off: after a lost answer until the request must be through, after a fault for longer each time. */
function whenNext({ client }: Connection, outbox: Outbox): string {
  const seconds = ((outbox.nextDue(client.name) ?? 0) - Date.now()) / 1000;
  return seconds > 0 ? `, the next can go in ${formatDuration(Math.ceil(seconds))}` : '';
}

/** All day beside the runs. */
async function keepOn(connection: Connection, outbox: Outbox): Promise<ExitCode> {
  const { client, definitions } = connection;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  tell(`Sending to ${client.name} until Ctrl-C.`);
  await keepSending({
    outbox,
    client,
    definitions,
    local: () => connection.local(),
    signal: stop.signal,
    onEvent: tellOutcome,
    onStopped: ({ problems }) => {
      for (const problem of problems) tell(formatProblem(problem));
      tell(
        `Nothing can be sent now, ${outbox.counts(client.name).waiting} wait; it is tried again and again.`,
      );
    },
  });
  return exitCodeOf(outbox.counts(client.name));
}

/** 0: all is in the database. */
function exitCodeOf({ held, waiting }: ReturnType<Outbox['counts']>): ExitCode {
  if (held > 0) return 1;
  return waiting > 0 ? 3 : 0;
}

function tellOutcome({ what, entry, problems }: SenderEvent): void {
  if (what === 'confirmed' || what === 'held')
    tell(`entry ${entry.n} ${entry.runNumber ?? titleOf(entry)}: ${what}`);
  if (what === 'held') for (const problem of problems ?? []) tell(formatProblem(problem));
}

function titleOf({ content }: Entry): string {
  return String(content.title ?? '');
}
