import { formatDuration } from '../../base/quantityText.ts';
import { htmlDocument } from '../../plots/document.ts';
import { dataTable, facts, mark, verdictMark } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { day, moment, when, words } from '../page/text.ts';
import type { Flag } from '../run/flags.ts';
import { flagSection } from '../run/runReport.ts';
import { type Upload, uploadTable } from '../run/uploads.ts';
import { chartSection, durationSection } from './charts.ts';
import { chartsOf, findings } from './findings.ts';
import type { StationRun } from './stationRun.ts';
import { failuresByCode, hvTimeByModule, type Yield, yieldBy, yieldByDay } from './tally.ts';

interface StationReportInput {
  station: string;
  /** Oldest first. */
  runs: readonly StationRun[];
  made: number;
  /** The shift hand-over page: the runs since then in full; the charts still show all. */
  since?: number | undefined;
  /** Results that wait for the database; absent: nobody asked the outbox. */
  queue?: StationQueue | undefined;
  /** Self-tests of the interlocks, newest first; absent: none are known. */
  selfTests?: readonly { t: number; what: string; passed: boolean }[] | undefined;
  /** Why the log of the self-tests cannot be trusted. */
  selfTestsBroken?: string | undefined;
  /** The page lies beside the run directories, and so finds their reports. */
  linked?: boolean | undefined;
}

interface StationQueue {
  waiting: number;
  held: number;
  confirmed: number;
  /** What is not in the database, with its reason. */
  open: readonly Upload[];
}

/** How the station has been: what is usual, what is not, and whom to suspect. */
export function stationReport(input: StationReportInput): string {
  const { station, runs, since, queue } = input;
  const charts = chartsOf(runs);
  const shown = since === undefined ? runs : runs.filter(({ t }) => t >= since);
  const title = since === undefined ? `Station ${station}` : `Shift hand-over, station ${station}`;
  const flags = [...unsafeFlags(shown, input.made), ...findings(runs, charts)];
  const body = [
    heading(input, title, shown, flags),
    '<main>',
    flagSection(flags),
    since === undefined ? '' : openSection(shown),
    yieldSection(shown),
    chartSection(charts),
    durationSection(runs),
    hvSection(shown),
    selfTestSection(input),
    queueSection(queue),
    runSection(shown, input.linked ?? false),
    since === undefined ? '' : '<section id="notes"><h2>Notes</h2><div class="notes"></div></section>',
    '</main>',
  ];
  const style = `${reportStyle}.notes { border: 1px solid var(--line); min-height: 10rem; }`;
  return htmlDocument({ title, style, body: body.join('\n') });
}

/** In one word whether to go on, and the few numbers that the next shift asks for. */
function heading(
  { runs, made, since, queue, selfTests }: StationReportInput,
  title: string,
  shown: readonly StationRun[],
  flags: readonly Flag[],
): string {
  const [word, tone] = flags.some(({ severity }) => severity === 'bad')
    ? ['CHECK THE STATION', 'bad']
    : flags.length > 0
      ? ['HAVE A LOOK', 'error']
      : ['AS USUAL', 'good'];
  const passed = shown.filter(({ verdict }) => verdict === 'PASS').length;
  const range =
    shown.length === 0
      ? ''
      : `, ${day(shown[0]!.t)} to ${day(shown.at(-1)!.t)}`.replace(/, (\S+) to \1$/, ', $1');
  const test = selfTests?.[0];
  const about = facts([
    [
      'Runs',
      `${shown.length}${range}${since === undefined ? '' : ` since ${moment(since)}; the charts show the last ${runs.length}`}`,
    ],
    ['Passed', `${passed} of ${shown.length}`],
    ['Time under HV', formatDuration(shown.reduce((sum, { hvOn }) => sum + hvOn, 0))],
    ['Uploads', queue && queueText(queue)],
    [
      'Interlocks',
      selfTests &&
        (test
          ? `last tested ${moment(test.t)} ${verdictMark(test.passed ? 'PASS' : 'FAIL')}`
          : 'never tested'),
    ],
    ['Written', moment(made)],
  ]);
  return `<header class="top"><div class="verdict long ${tone}" role="status">${word}<small>${flags.length === 0 ? 'nothing stands out' : `${flags.length} ${flags.length === 1 ? 'thing stands' : 'things stand'} out`}</small></div><div class="about"><h1>${words(title)}</h1>${about}</div></header>
`;
}

function queueText({ waiting, held, confirmed }: StationQueue): string {
  return `${waiting} waiting, ${held} held, ${confirmed} in the database`;
}

/** A run that wrote nothing for so long has died; a long step may be silent for minutes. */
const silentMs = 15 * 60_000;

function unsafeFlags(runs: readonly StationRun[], made: number): Flag[] {
  return runs.flatMap(({ run, unsafe, lastSign }): Flag[] => {
    const hint =
      'Unless a person has done so since: `baton safe`, and read the supplies at their front panels.';
    if (unsafe)
      return [
        {
          severity: 'bad',
          code: 'not safe',
          what: `${run}: it was not verified that everything is off.`,
          hint,
        },
      ];
    if (lastSign === undefined) return [];
    if (made - lastSign < silentMs)
      return [
        {
          severity: 'unknown',
          code: 'no end',
          what: `${run} goes on, or has just died.`,
          hint: '`baton attach` looks at it.',
        },
      ];
    return [
      {
        severity: 'bad',
        code: 'no end',
        what: `${run}: its end was not written; the last sign of it is of ${moment(lastSign)}.`,
        hint,
      },
    ];
  });
}

/** What the next shift takes over. */
function openSection(runs: readonly StationRun[]): string {
  const latest = new Map(runs.flatMap((run) => run.modules.map((module) => [module, run] as const)));
  const open = [...latest].filter(([, { verdict }]) => verdict !== 'PASS');
  const table = dataTable(
    'Modules whose last run did not pass',
    ['module', 'verdict', 'why', 'what to do'],
    open.map(([module, { verdict, failures }]) => [
      words(module),
      verdictMark(verdict),
      { html: words(failures[0]?.what ?? ''), of: 'text' },
      { html: words(failures[0]?.hint ?? ''), of: 'text' },
    ]),
  );
  return `<section id="open"><h2>Open</h2>${table || '<p class="fine">Every module passed its last run.</p>'}</section>`;
}

function yieldSection(runs: readonly StationRun[]): string {
  const failures = dataTable(
    'Why runs did not pass',
    ['failure', { html: 'runs', of: 'n' }, 'for example'],
    failuresByCode(runs).map(({ code, runs: all, example }) => [
      words(code),
      { html: String(all), of: 'n' },
      { html: words(example), of: 'text' },
    ]),
  );
  return `<section id="yield"><h2>Yield</h2><div class="fits">${yieldTable('By day', yieldByDay(runs))}${yieldTable(
    'By sequence',
    yieldBy(runs, ({ sequence }) => sequence),
  )}</div>${failures}</section>`;
}

function yieldTable(caption: string, rows: readonly Yield[]): string {
  const number = (html: string) => ({ html, of: 'n' });
  const bar = (tone: string, part: number) =>
    part === 0 ? '' : `<span class="bar ${tone}" style="width:${(8 * part).toFixed(2)}rem"></span>`;
  return dataTable(
    caption,
    ['', number('runs'), number('passed'), number('failed'), number('not completed'), ''],
    rows.map(({ of, runs, passed, failed, unjudged }) => [
      words(of),
      number(String(runs)),
      number(`${passed} (${Math.round((100 * passed) / runs)} %)`),
      number(String(failed)),
      number(String(unjudged)),
      bar('good', passed / runs) + bar('bad', failed / runs) + bar('error', unjudged / runs),
    ]),
  );
}

function hvSection(runs: readonly StationRun[]): string {
  const times = hvTimeByModule(runs);
  const longest = Math.max(1, ...times.map(({ hvOn }) => hvOn));
  const table = dataTable(
    'In station time; what a calibration had in hand counts as on',
    ['module', { html: 'HV on', of: 'n' }, { html: 'runs', of: 'n' }, ''],
    times.map(({ module, hvOn, runs: all }) => [
      words(module),
      { html: formatDuration(hvOn), of: 'n' },
      { html: String(all), of: 'n' },
      `<span class="bar s0" style="width:${((10 * hvOn) / longest).toFixed(2)}rem"></span>`,
    ]),
  );
  return `<section id="hv"><h2>Time under HV by module</h2>${table || '<p>No runs.</p>'}</section>`;
}

function selfTestSection({ selfTests, selfTestsBroken }: StationReportInput): string {
  if (selfTests === undefined) return '';
  const table = dataTable(
    'Self-tests, newest first',
    ['when', 'verdict', 'what'],
    selfTests.map(({ t, what, passed }) => [
      when(t),
      verdictMark(passed ? 'PASS' : 'FAIL'),
      { html: words(what), of: 'text' },
    ]),
  );
  const broken = selfTestsBroken
    ? `<ul class="flags"><li class="bad">The log of the self-tests cannot be trusted: ${words(selfTestsBroken)}.</li></ul>`
    : '';
  const none = '<p>No self-test is on record. <code>baton interlocks test</code> makes one.</p>';
  return `<section id="interlocks"><h2>Interlocks</h2>${broken}${table || none}</section>`;
}

function queueSection(queue: StationQueue | undefined): string {
  if (queue === undefined) return '';
  const tone = queue.held > 0 ? 'bad' : queue.waiting > 0 ? 'unknown' : 'good';
  const state = mark(queue.held > 0 ? 'held' : queue.waiting > 0 ? 'waiting' : 'all through', tone);
  return `<section id="queue"><h2>Uploads</h2><p>${state} ${queueText(queue)}.</p>${uploadTable(
    'Not in the database yet',
    queue.open,
    true,
    () => undefined,
  )}</section>`;
}

function runSection(runs: readonly StationRun[], linked: boolean): string {
  const table = dataTable(
    'Newest first',
    ['when', 'module', 'sequence', 'verdict', { html: 'run', of: 'wide' }],
    runs.toReversed().map(({ t, modules, sequence, verdict, run }) => [
      when(t),
      modules.map(words).join('<br>'),
      words(sequence),
      verdictMark(verdict),
      {
        html: linked
          ? `<a href="${encodeURIComponent(run)}/report.html"><code>${words(run)}</code></a>`
          : `<code>${words(run)}</code>`,
        of: 'wide',
      },
    ]),
  );
  return `<section id="runs"><h2>Runs</h2>${table || '<p>None.</p>'}</section>`;
}
