import { createInterface } from 'node:readline';
import { formatProblem, isBatonError } from '../../base/errors.ts';
import type { KnownModule } from './seed/seed.ts';
import { serveLocalDatabase } from './serve.ts';

/*
 * The local database as a process: one line of JSON on stdin says what to serve, one on stdout where it is. It ends
 * when stdin does, so that it never outlives the one who started it.
 */
interface Wanted {
  file: string;
  modules?: readonly KnownModule[];
  tokenLifetime?: number;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await lines.next();
// Signals for the terminal's whole group are for the one who started it; he closes stdin when he is done.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
try {
  const database = await serveLocalDatabase(JSON.parse(String(first.value)) as Wanted);
  process.stdout.write(`${JSON.stringify({ url: database.url, production: false })}\n`);
  await lines.next();
  await database.close();
} catch (error) {
  if (!isBatonError(error)) throw error;
  for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  process.exitCode = error.exitCode;
}
