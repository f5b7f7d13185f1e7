import { verdictWords } from '../../base/verdict.ts';
import { htmlDocument } from '../../plots/document.ts';
import { type History, historySection } from '../history/historySection.ts';
import { mark, toneOf } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { words } from '../page/text.ts';
import { type Flag, flagsOf } from './flags.ts';
import { heading } from './heading.ts';
import { ivSection } from './ivSection.ts';
import { measurementTables } from './measurementTables.ts';
import { provenanceSection } from './provenance.ts';
import { readoutSection } from './readoutSection.ts';
import type { ModuleData, RunData } from './runData.ts';
import { sldoSection } from './sldoSection.ts';
import { timelineSection } from './timeline.ts';
import { type Upload, uploadSection } from './uploads.ts';

interface RunReportInput {
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
    timelineSection(run),
    ...run.modules.map((module, i) =>
      moduleSection(run, module, `module${i}`, history.get(module.module.index)),
    ),
    run.shared.length > 0
      ? `<section id="shared"><h2>Read-out of all modules</h2>${readoutSection(record, undefined, run.shared, 'shared')}</section>`
      : '',
    measurementTables(record),
    uploadSection(record, uploads),
    provenanceSection(run),
  ];
  const names = record.modules.map(({ name, serialNumber }) => serialNumber ?? name).join(', ');
  return htmlDocument({
    title: `${verdictWords[record.verdict]} ${names}: ${record.title}`,
    style: reportStyle,
    body: `${heading(record, flags)}${contents(run, flags)}<main>${sections.join('\n')}</main>`,
  });
}

function contents({ record, modules }: RunData, flags: readonly Flag[]): string {
  const entries = [
    ['flags', flags.length === 0 ? 'Flags' : `Flags (${flags.length})`],
    ['timeline', 'Timeline'],
    ...modules.map(({ module }, i) => [`module${i}`, module.name]),
    ['measurements', 'Measurements'],
    ['uploads', 'Uploads'],
    ['provenance', 'Instruments and files'],
  ];
  return `<nav class="contents" aria-label="In this report"><ul><li>${mark(verdictWords[record.verdict], toneOf[record.verdict])}</li>${entries
    .map(([id, name]) => `<li><a href="#${id}">${words(name!)}</a></li>`)
    .join('')}</ul></nav>
`;
}

export function flagSection(flags: readonly Flag[]): string {
  const items = flags.map(
    ({ severity, what, hint }) =>
      `<li class="${severity}">${words(what)}${hint === undefined ? '' : `<small>${words(hint)}</small>`}</li>`,
  );
  const list =
    items.length === 0 ? '<p class="fine">Nothing to note.</p>' : `<ul class="flags">${items.join('')}</ul>`;
  return `<section id="flags"><h2>Flags</h2>${list}</section>`;
}

function moduleSection(run: RunData, data: ModuleData, id: string, history: History | undefined): string {
  const { module } = data;
  const title = module.serialNumber ? `${module.name} (${module.serialNumber})` : module.name;
  return `<section id="${id}"><h2>${words(title)}</h2>${ivSection(run, data, `${id}-iv`)}${sldoSection(data, `${id}-sldo`)}${readoutSection(
    run.record,
    module,
    data.readout,
    `${id}-readout`,
  )}${history ? historySection(history, `${id}-past`) : ''}</section>`;
}
