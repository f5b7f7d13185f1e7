import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Problem } from '../../base/errors.ts';
import type { EpochMs, Seconds } from '../../base/units.ts';
import { listRuns } from '../../journal/runDirectory.ts';
import type { Finding } from '../printing/findings.ts';

const run = promisify(execFile);

/** The database refuses a token that is from the future by more than this [ITKDB_LEEWAY of the itkdb package]. */
const refusedBeyond: Seconds = 2;
/** Beyond this the dates of results are wrong, too. */
const wrongBeyond: Seconds = 60;

interface ClockFacts {
  now: EpochMs;
  /** With a time server. Absent: nobody here can tell. */
  synchronised?: boolean;
  /** When the newest run began, by the clock of then. */
  newestRun?: EpochMs;
}

/** Whether the times in journals and results can be believed. */
export async function clock(runsDirectory: string): Promise<Finding> {
  const now = Date.now();
  const [newest] = await listRuns(runsDirectory);
  const synchronised = await isSynchronised();
  const facts = {
    now,
    ...(synchronised === undefined ? {} : { synchronised }),
    ...(newest ? { newestRun: beginning(newest.id) } : {}),
  };
  return {
    about: 'clock',
    problems: clockProblems(facts),
    notes: [`${new Date(now).toISOString().slice(0, 19)} UTC, ${kept(synchronised)}`],
    aside: synchronised === undefined,
  };
}

function kept(synchronised: boolean | undefined): string {
  if (synchronised === undefined) return 'whether a time server keeps it cannot be told here';
  return synchronised ? 'kept by a time server' : 'kept by nobody';
}

export function clockProblems({ now, synchronised, newestRun }: ClockFacts): Problem[] {
  const problems: Problem[] = [];
  if (newestRun !== undefined && newestRun - now > wrongBeyond * 1000)
    problems.push({
      code: 'E1027',
      what: `the newest run is from ${new Date(newestRun).toISOString()}, which this clock has not reached yet.`,
      remedy: 'Set the clock, and let a time server keep it: sudo timedatectl set-ntp true.',
    });
  if (synchronised === false)
    problems.push({
      code: 'E1026',
      severity: 'warning',
      what: 'no time server keeps this clock.',
      remedy:
        'sudo timedatectl set-ntp true; a site without the internet has a time server of its own (chrony).',
    });
  return problems;
}

/** How far this clock is from that of an answer that has just come. */
export function skewProblems(theirs: EpochMs, now: EpochMs): Problem[] {
  // A Date header has whole seconds, and the answer took its time.
  const seconds = Math.round(Math.abs(theirs - now) / 1000);
  if (seconds <= refusedBeyond + 1) return [];
  const way = now > theirs ? 'ahead of' : 'behind';
  return [
    {
      code: 'E1027',
      ...(seconds > wrongBeyond ? {} : { severity: 'warning' as const }),
      what: `this clock is ${seconds} s ${way} that of the database, which may then refuse the log-in.`,
      remedy: 'Let a time server keep it: sudo timedatectl set-ntp true.',
    },
  ];
}

/** The id of a run begins with its time: 20261120T081500Z. */
function beginning(id: string): EpochMs {
  return Date.parse(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));
}

async function isSynchronised(): Promise<boolean | undefined> {
  const ask = run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5000 });
  const said = await ask.then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return said === 'yes' ? true : said === 'no' ? false : undefined;
}
