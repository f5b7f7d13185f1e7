import { type CommandEntries, lazily } from './command.ts';

/** Every command, with the line that `baton --help` shows. */
export const commands: CommandEntries = {
  terminal: lazily(
    'the terminal of the station; also what `baton` alone opens',
    () => import('./terminal.ts'),
  ),
  run: lazily('run a named sequence on a station', () => import('./run.ts')),
  attach: lazily('show a run that goes on, and stop it', () => import('./attach.ts')),
  plan: lazily('print everything that a sequence will do; touches nothing', () => import('./plan.ts')),
  check: lazily('check station files, sequences, criteria and dirigent', () => import('./check.ts')),
  runs: lazily('list the runs, show one of them, or export them', () => import('./runs.ts')),
  report: lazily(
    'write the report of a run: one HTML file that carries everything',
    () => import('./report.ts'),
  ),
  compare: lazily('compare two runs: what changed, and by how much', () => import('./compare.ts')),
  station: lazily('the health of this station over its last runs', () => import('./station.ts')),
  sequences: lazily('list the named sequences', () => import('./sequences.ts')),
  instruments: lazily('identify, read or switch off the instruments', () => import('./instruments.ts')),
  interlocks: lazily('list the interlocks, or show that each of them acts', () => import('./interlocks.ts')),
  doctor: lazily(
    'look at this machine: ports, dirigent, disk, clock; with a remedy for each finding',
    () => import('./doctor.ts'),
  ),
  safe: lazily('make the station safe: HV to zero and off, LV off, verified', () => import('./safe.ts')),
  traveller: lazily(
    'print a page whose code starts one sequence with given values',
    () => import('./traveller.ts'),
  ),
  calibrations: lazily('list the calibrations and what they need', () => import('./calibrations.ts')),
  upload: lazily('queue results for the database and send them', () => import('./upload.ts')),
  queue: lazily('what waits for the database: list, show, retry, drop, send', () => import('./queue.ts')),
  itkdb: lazily('the ITk production database: log in, look, register, upload', () => import('./itkdb.ts')),
  sensors: lazily('sensor QC files: compare, list, review and upload, convert', () => import('./sensors.ts')),
  simulate: lazily('start a simulated station to talk to by hand', () => import('./simulate.ts')),
  completion: lazily(
    'print what makes a shell complete commands, sequences and runs',
    () => import('./completion.ts'),
  ),
  wirebond: lazily(
    'read wirebond-pull files, judge them, and queue them for upload',
    () => import('./wirebond.ts'),
  ),
};
