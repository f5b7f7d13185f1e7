import { formatDuration } from '../../base/quantityText.ts';
import { verdictWords, worst } from '../../base/verdict.ts';
import type { ModuleRecord, RunRecord, StepRecord } from '../../journal/record.ts';
import { dataTable, facts, mark, toneOf, verdictMark } from '../page/pieces.ts';
import { moment, words } from '../page/text.ts';
import { type Flag, isUnsafe, personNeeded } from './flags.ts';

/** What a tester wants to see from two metres away: the verdict, of which module, and why; then who, when, with what. */
export function heading(record: RunRecord, flags: readonly Flag[]): string {
  const { verdict, title, modules, started, ended, sequence, versions, run } = record;
  const parts = (record.resumed?.length ?? 0) + 1;
  const duration =
    ended === undefined
      ? 'not ended'
      : `took ${formatDuration((ended - started) / 1000)}${parts > 1 ? ` in ${parts} parts` : ''}`;
  const substitutions = Object.entries(sequence.substitutions).map(([name, value]) =>
    words(`${name} = ${value}`),
  );
  const about = facts([
    ['Modules', modules.length === 1 ? undefined : modules.map(moduleLine).join('<br>')],
    ['Station', words(`${record.station.id}, ${record.station.site}`)],
    ['Operator', words(record.operator)],
    ['When', `${moment(started)}, ${duration}`],
    ['Sequence', `${words(sequence.name)} <code>${words(sequence.sha256.slice(0, 12))}</code>`],
    ['With', substitutions.join(', ')],
    ['Versions', words(versionsText(versions))],
    ['Run', `<code>${words(run)}</code>`],
  ]);
  const word = verdictWords[verdict];
  const worstFlag = verdict === 'PASS' ? undefined : flags.find(({ follows }) => !follows);
  const why = worstFlag ? `<p class="reason">${words(worstFlag.what)}</p>` : '';
  return `${alarm(record)}<header class="top"><div class="verdict ${toneOf[verdict]}${word.length > 4 ? ' long' : ''}" role="status" aria-label="Verdict ${word}: ${endText(record)}">${word}<small>${endText(record)}</small></div><div class="about"><p class="eyebrow">${words(title)}</p><h1>${modules.map(moduleTitle).join(', ')}</h1>${simulated(record)}${why}${about}</div>${steps(record)}</header>
`;
}

/** Nothing else matters before this. */
function alarm(record: RunRecord): string {
  if (!isUnsafe(record)) return '';
  return `<p class="alarm" role="alert">NOT SAFE: the module may still be under voltage.<small>${words(personNeeded)}</small></p>
`;
}

function simulated({ station }: RunRecord): string {
  return station.simulated
    ? `<p class="simulated">Simulated: no module was measured. Time × ${station.timeScale}.</p>`
    : '';
}

function moduleTitle({ name, serialNumber, type, sensorType }: ModuleRecord): string {
  const kind = [serialNumber, type, sensorType].filter(Boolean).join(', ');
  return `${words(name)}${kind === '' ? '' : ` <small>${words(kind)}</small>`}`;
}

function moduleLine({ name, verdict }: ModuleRecord): string {
  return `${words(name)} ${verdictMark(verdict)}`;
}

function versionsText({ baton, node, dirigent }: RunRecord['versions']): string {
  // Click's own sentence names the program again: `dirigent, version 0.1.0`.
  const called = dirigent?.replace(/^dirigent,?\s*(version\s*)?/i, '');
  return `Baton ${baton}, Node ${node.replace(/^v/, '')}${called ? `, dirigent ${called}` : ''}`;
}

/** How it ended, in a few words. */
function endText(record: RunRecord): string {
  const { end, safe, steps: all } = record;
  const done = all.filter(({ state }) => state === 'completed').length;
  const far = `${done} of ${all.length} steps done`;
  switch (end) {
    case 'completed':
      return done === all.length ? `all ${all.length} steps done` : far;
    case 'stopped':
      return `stopped by the operator, ${far}; made safe`;
    case 'tripped':
      return `interlock trip, ${far}; made safe`;
    case 'unsafe':
      return safe?.verified ? `${far}; made safe later` : `${far}; NOT SAFE`;
    case 'failed':
      return `${far}; ${safe?.verified ? 'made safe' : 'not verified as safe'}`;
    default:
      return `no end written, ${far}`;
  }
}

function steps({ steps: all }: RunRecord): string {
  return dataTable(
    'Steps',
    ['step', 'verdict', { html: 'took', of: 'n' }],
    all.map((step) => [
      `<span class="quiet">${step.step}</span> ${words(step.calibration)}`,
      stepMark(step),
      {
        html:
          step.started === undefined || step.ended === undefined
            ? ''
            : formatDuration((step.ended - step.started) / 1000),
        of: 'n',
      },
    ]),
  );
}

/** What was judged of a step that is not completed does not count, and so is not shown as if it did. */
export function stepMark({ state, results }: StepRecord): string {
  switch (state) {
    case 'completed':
      return verdictMark(worst(results.map(({ verdict }) => verdict)));
    case 'failed':
      return verdictMark('ERROR');
    case 'stopped':
      return mark('stopped', 'error');
    case 'skipped':
      return mark('left out', 'none');
    case 'running':
    case 'waiting':
      return mark(state, 'none');
  }
}
