import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import which from 'which';
import type { Problem } from '../../base/errors.ts';
import { packageFile } from '../../base/programs.ts';

const run = promisify(execFile);
const hurry = { timeout: 5000 };

/** Looked for once: it does not come or go during a run. */
let setpriv: Promise<string | null> | undefined;

/**
 * The command line of a calibration under its keeper, which writes who it is into `keeperFile`. Without setpriv it is
 * not told when its runner is killed, and the guardian alone ends it.
 */
export async function underKeeper(argv: readonly string[], keeperFile: string): Promise<string[]> {
  const keeper = ['/bin/sh', packageFile('keeper.sh'), String(process.pid), keeperFile, ...argv];
  setpriv ??= which('setpriv', { nothrow: true });
  const found = await setpriv;
  return found ? [found, '--pdeathsig', 'INT', '--', ...keeper] : keeper;
}

/**
 * The environment of a keeper, for a calibration with this one: setpriv and env would read a dozen files of the user's
 * language, at a fifth of what a keeper costs. keeper.sh gives the calibration its own back.
 */
export function keeperEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LC_ALL: own } = env;
  return { ...env, LC_ALL: 'C', ...(own === undefined ? {} : { BATON_LC_ALL: own }) };
}

/** What this machine lacks of what a calibration is kept with; tries each part as it will be used. Starts no calibration. */
export async function checkKeeper(path: string = process.env.PATH ?? ''): Promise<Problem[]> {
  const env = { PATH: path };
  const works = (program: string, ...args: string[]) =>
    run(program, args, { ...hurry, env }).then(
      () => true,
      () => false,
    );
  const problems: Problem[] = [];
  if (!(await works('setpriv', '--pdeathsig', 'INT', '--', '/bin/sh', '-c', 'exit 0')))
    problems.push({
      code: 'E6508',
      severity: 'warning',
      what: 'setpriv cannot be run, so a calibration is not told when its runner is killed; its guardian ends it then.',
      remedy: 'Install util-linux 2.33 or newer.',
    });
  if (!(await works('/bin/sh', '-c', 'env --default-signal=INT,QUIT,HUP,TERM /bin/sh -c "exit 0"')))
    problems.push({
      code: 'E6508',
      what: '"env --default-signal" does not work, so no calibration can be started.',
      remedy: 'Install coreutils 8.31 or newer.',
    });
  return problems;
}
