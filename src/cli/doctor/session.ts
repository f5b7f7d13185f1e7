import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Problem } from '../../base/errors.ts';
import type { Environment } from '../../itkdb/client/settings.ts';
import type { Finding } from '../printing/findings.ts';

const run = promisify(execFile);

/** Ω, µ and box lines: whether the rest of this machine takes Baton's text for what it is. */
export function locale(environment: Environment): Finding {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  const name = LC_ALL || LC_CTYPE || LANG;
  const problems: Problem[] = /utf-?8/i.test(name ?? '')
    ? []
    : [
        {
          code: 'E1028',
          severity: 'warning',
          what: `the locale is ${name ? `"${name}"` : 'not set'}, which is not UTF-8: signs such as Ω and µ come out wrong, in calibrations too.`,
          remedy: 'Set LANG=C.UTF-8 or another one that `locale -a` lists with utf8.',
        },
      ];
  return { about: 'locale', problems, notes: name ? [name] : [] };
}

interface TerminalFacts {
  isTerminal: boolean;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** What the screens need of a terminal. */
export function terminal(
  { isTerminal, columns = 80, rows = 24 }: TerminalFacts,
  environment: Environment,
): Finding {
  const about = 'terminal';
  if (!isTerminal)
    return { about, problems: [], notes: ['none here; the screens of `baton` need one'], aside: true };
  const { TERM = '' } = environment;
  const problems: Problem[] = [];
  if (TERM === '' || TERM === 'dumb')
    problems.push({
      code: 'E1030',
      severity: 'warning',
      what: `TERM is ${TERM === '' ? 'not set' : `"${TERM}"`}: screens cannot be shown, only lines.`,
      remedy: 'Set it to what the terminal is, most often xterm-256color.',
    });
  if (columns < 80 || rows < 24)
    problems.push({
      code: 'E1030',
      severity: 'warning',
      what: `the terminal has ${columns} columns and ${rows} rows; the screens are made for at least 80 and 24.`,
      remedy: 'Make it larger, or its letters smaller.',
    });
  return { about, problems, notes: [`${TERM}, ${columns} columns, ${rows} rows`] };
}

interface LogoutFacts {
  user: string;
  /** Of logind: processes of a log-in end with it. */
  killUserProcesses: boolean;
  /** The user's own services outlive his log-ins, and so does his runtime directory. */
  lingers: boolean;
  /** This process belongs to a log-in, not to a service. */
  inLogin: boolean;
}

/** Whether a run that was started here goes on when its user logs out. */
export async function logout(): Promise<Finding> {
  const about = 'logging out';
  const facts = await logoutFacts();
  if (!facts) return { about, problems: [], notes: ['systemd-logind does not answer here'], aside: true };
  return {
    about,
    problems: logoutProblems(facts),
    notes: [
      facts.lingers
        ? 'services of this user go on without a log-in'
        : 'services of this user end with his last log-in',
    ],
  };
}

export function logoutProblems({ user, killUserProcesses, lingers, inLogin }: LogoutFacts): Problem[] {
  if (killUserProcesses && inLogin)
    return [
      {
        code: 'E1031',
        severity: 'warning',
        what: 'logging out ends every process of the log-in here (KillUserProcesses): a run is stopped safely then, and not finished.',
        remedy: `sudo loginctl enable-linger ${user}, and start Baton outside of the log-in: systemd-run --user --scope baton (docs/installing.md).`,
      },
    ];
  if (lingers) return [];
  return [
    {
      code: 'E1031',
      severity: 'warning',
      what: 'with the last log-in the runtime directory of this user goes, and with it the token of the database.',
      remedy: `sudo loginctl enable-linger ${user}, if runs are to upload their results afterwards (docs/installing.md).`,
    },
  ];
}

async function logoutFacts(): Promise<LogoutFacts | undefined> {
  const user = userInfo().username;
  // Without a session named it tells the manager's own settings [loginctl(1)].
  const ask = run('loginctl', ['show-session', '--property=KillUserProcesses', '--value'], { timeout: 5000 });
  const said = await ask.then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (said === undefined) return undefined;
  const lingers = await access(`/var/lib/systemd/linger/${user}`).then(
    () => true,
    () => false,
  );
  const group = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  return { user, killUserProcesses: said === 'yes', lingers, inLogin: /\/session-[^/]*\.scope/.test(group) };
}
