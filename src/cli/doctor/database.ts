import { isBatonError, type Problem } from '../../base/errors.ts';
import { Transport } from '../../itkdb/client/transport.ts';
import type { DatabaseArguments } from '../database/connection.ts';
import { connect } from '../database/connection.ts';
import { asWarning, type Finding } from '../printing/findings.ts';
import { skewProblems } from './clock.ts';

/** Long enough for a poor network, short enough for somebody who waits. */
const patience = 8;

/** Whether the database and its log-in service answer, what time it is there, and whether somebody is logged in. */
export async function database(args: DatabaseArguments): Promise<Finding> {
  const connection = await connect(args);
  const { settings, session } = connection;
  const transport = new Transport({ timeout: patience });
  try {
    const looks = await Promise.all([settings.apiUrl, settings.authUrl].map((url) => reach(transport, url)));
    const token = await session.kept();
    const loggedIn = token
      ? `logged in until ${new Date(token.expires).toISOString()}`
      : 'nobody is logged in (`baton itkdb login`)';
    return {
      about: 'database',
      // One that cannot be reached is no reason not to measure: the results wait in the queue.
      problems: once(looks.flatMap(({ problems }) => problems.map(asWarning))),
      notes: [...looks.flatMap(({ notes }) => notes), loggedIn],
    };
  } finally {
    await transport.close();
    await connection.close();
  }
}

/** Any answer will do: without a token there is nothing to get. */
async function reach(
  transport: Transport,
  url: string,
): Promise<{ notes: string[]; problems: readonly Problem[] }> {
  const { host } = new URL(url);
  try {
    const { date } = await transport.send({ method: 'GET', url });
    const problems = date === undefined ? [] : skewProblems(date, Date.now());
    return { notes: [`${host} answers`], problems };
  } catch (error) {
    if (!isBatonError(error)) throw error;
    return { notes: [], problems: error.problems };
  }
}

/** Both may be one machine, with one clock. */
function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.what, problem])).values()];
}
