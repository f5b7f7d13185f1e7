import { formatDuration } from '../../base/quantityText.ts';
import { worst } from '../../base/verdict.ts';
import type { RunRecord } from '../../journal/record.ts';
import { htmlDocument } from '../../plots/document.ts';
import { type History, historySection } from '../history/historySection.ts';
import { dataTable, facts, toneOf, verdictMark } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { moment, words } from '../page/text.ts';
import { type Flag, flagsOf } from './flags.ts';
import { ivSection } from './ivSection.ts';
import { readoutSection } from './readoutSection.ts';
import type { ModuleData, RunData } from './runData.ts';
import { sldoSection } from './sldoSection.ts';
import { measurementTables, provenanceSection, uploadSection } from './tables.ts';
import { timelineSection } from './timeline.ts';
import type { Upload } from './uploads.ts';

export interface RunReportInput {
  run: RunData;
  /** Of each module, by its index. */
  history: ReadonlyMap<string, History>;
  /** What of it is in the queue for the database. */
  uploads: readonly Upload[];
}

/** A run as one page that carries everything, in the order in which a tester asks. */
export function runReport({ run, history, uploads }: RunReportInput): string {
  const { record } = run;
  const changes = [...history.values()].flatMap(({ changes: own }) => own.map(({ flag }) => flag));
  const flags = [...flagsOf(record), ...changes];
  const sections = [
    flagSection(flags),
    timelineSection(record, run.lines),
    ...run.modules.map((module, i) =>
      moduleSection(run, module, `module${i}`, history.get(module.module.index)),
    ),
    run.shared.length > 0
      ? `<section id="shared"><h2>Read-out of all modules</h2>${readoutSection('all modules', run.shared, 'shared')}</section>`
      : '',
    measurementTables(record),
    uploadSection(record, uploads),
    provenanceSection(run),
  ];
  const names = record.modules.map(({ name, serialNumber }) => serialNumber ?? name).join(', ');
  return htmlDocument({
    title: `${record.verdict} ${names}: ${record.title}`,
    style: reportStyle,
    body: `${heading(record)}${contents(run)}<main>${sections.join('\n')}</main>`,
  });
}

function heading(record: RunRecord): string {
  const { verdict, title, modules, station, operator, started, ended, sequence, versions, run, end } = record;
  const duration = ended === undefined ? 'not ended' : formatDuration((ended - started) / 1000);
  const substitutions = Object.entries(sequence.substitutions).map(([name, value]) =>
    words(`${name} = ${value}`),
  );
  const about = facts([
    ['Module', modules.map(moduleText).join('<br>')],
    ['Station', words(`${station.id}, ${station.site}`)],
    ['Operator', words(operator)],
    ['When', `${moment(started)}, ${duration}`],
    ['Sequence', `${words(sequence.name)} <code>${words(sequence.sha256.slice(0, 12))}</code>`],
    ['With', substitutions.join(', ')],
    [
      'Versions',
      words(
        `Baton ${versions.baton}, Node ${versions.node}${versions.dirigent ? `, dirigent ${versions.dirigent}` : ''}`,
      ),
    ],
    ['Run', `<code>${words(run)}</code>`],
  ]);
  const simulated = station.simulated
    ? `<p class="simulated">Simulated: no module was measured. Time × ${station.timeScale}.</p>`
    : '';
  const shown = verdict === 'NONE' ? 'not judged' : verdict;
  return `<header class="top"><div class="verdict ${toneOf[verdict]}" role="status" aria-label="Verdict ${shown}">${shown}<small>${end ?? 'no end'}</small></div><div class="about"><h1>${words(title)}</h1>${simulated}${about}</div>${steps(record)}</header>
`;
}

function moduleText({ name, serialNumber, type, sensorType, verdict }: RunRecord['modules'][number]): string {
  const kind = [serialNumber, type, sensorType].filter(Boolean).join(', ');
  return `${words(name)}${kind === '' ? '' : ` <span class="quiet">${words(kind)}</span>`} ${verdictMark(verdict)}`;
}

function steps({ steps: all }: RunRecord): string {
  return dataTable(
    'Steps',
    ['', 'step', 'verdict', 'took'],
    all.map(({ step, calibration, state, results, started, ended }) => [
      String(step),
      words(calibration),
      state === 'completed' ? verdictMark(worst(results.map(({ verdict }) => verdict))) : words(state),
      {
        html: started === undefined || ended === undefined ? '' : formatDuration((ended - started) / 1000),
        of: 'n',
      },
    ]),
  );
}

function contents({ modules }: RunData): string {
  const entries = [
    ['flags', 'Flags'],
    ['timeline', 'Timeline'],
    ...modules.map(({ module }, i) => [`module${i}`, modules.length === 1 ? 'Module' : module.name]),
    ['measurements', 'Measurements'],
    ['uploads', 'Uploads'],
    ['provenance', 'Instruments and files'],
  ];
  return `<nav class="contents" aria-label="In this report"><ul>${entries
    .map(([id, name]) => `<li><a href="#${id}">${words(name!)}</a></li>`)
    .join('')}</ul></nav>
`;
}

export function flagSection(flags: readonly Flag[]): string {
  const items = flags.map(
    ({ severity, what, hint }) =>
      `<li class="${severity}">${words(what)}${hint === undefined ? '' : `<small>${words(hint)}</small>`}</li>`,
  );
  const list = items.length === 0 ? '<p>None.</p>' : `<ul class="flags">${items.join('')}</ul>`;
  return `<section id="flags"><h2>Flags</h2>${list}</section>`;
}

function moduleSection(run: RunData, data: ModuleData, id: string, history: History | undefined): string {
  const { module } = data;
  const title = module.serialNumber ? `${module.name} (${module.serialNumber})` : module.name;
  return `<section id="${id}"><h2>${words(title)}</h2>${ivSection(run, data, `${id}-iv`)}${sldoSection(data, `${id}-sldo`)}${readoutSection(
    module.name,
    data.readout,
    `${id}-readout`,
  )}${history ? historySection(history, `${id}-past`) : ''}</section>`;
}
