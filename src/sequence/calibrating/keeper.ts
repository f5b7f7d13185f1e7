import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import which from 'which';
import type { Problem } from '../../base/errors.ts';
import { packageFile } from '../../base/programs.ts';

const run = promisify(execFile);
const hurry = { timeout: 5000 };

/** Looked for once: it does not come or go during a run. */
let setpriv: Promise<string | null> | undefined;

/** A calibration, as its keeper has to know it. All paths are absolute. */
export interface KeptCommand {
  /** Program and arguments; never a shell string. */
  argv: readonly string[];
  /** The step's folder: working directory of the calibration. */
  cwd: string;
  /** What it prints on stdout and on stderr goes here as it comes. */
  logFiles: readonly [string, string];
  /** Where the keeper says who it is; a path of its own. */
  keeperFile: string;
  /** Beside the runner's own. */
  env?: Readonly<Record<string, string>>;
}

/**
 * The command line of a calibration under its keeper: it begins when it gets the line `start` on stdin (`startWord`), and
 * its folder must be there only then. Without setpriv it is not told when its runner is killed, and the guardian alone
 * ends it.
 */
export async function underKeeper({ argv, cwd, logFiles, keeperFile }: KeptCommand): Promise<string[]> {
  const keeper = [
    '/bin/sh',
    packageFile('keeper.sh'),
    String(process.pid),
    keeperFile,
    cwd,
    ...logFiles,
    ...argv,
  ];
  setpriv ??= which('setpriv', { nothrow: true });
  const found = await setpriv;
  return found ? [found, '--pdeathsig', 'INT', '--', ...keeper] : keeper;
}

/** What a calibration that waits is told; the end of its stdin means that it is not wanted (starter.sh). */
export const startWord = 'start\n';

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
