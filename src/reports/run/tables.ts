import type { Measurement } from '../../base/verdict.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import { escapeHtml } from '../../plots/html.ts';
import { type Cell, dataTable, verdictMark } from '../page/pieces.ts';
import { moment, quantity, spoken, words } from '../page/text.ts';
import type { RunData } from './runData.ts';
import type { Upload } from './uploads.ts';

/** Every measurement with its limits, step by step. */
export function measurementTables({ steps, modules }: RunRecord): string {
  const tables = steps.map((step) => {
    const results = step.results.map(({ module, measurements, criteria, verdict }) => {
      const name = modules.find(({ index }) => index === module)?.name ?? module;
      const by = criteria ? `by ${criteria.name} of ${criteria.date}` : 'no criteria';
      return `<p>${verdictMark(verdict)} ${words(name)} <span class="quiet">${words(by)}</span></p>${measurementTable(
        `${name}, ${step.calibration}`,
        measurements,
      )}`;
    });
    const state = step.state === 'completed' ? '' : ` <span class="quiet">${step.state}</span>`;
    return `<h3>Step ${step.step}: ${words(step.calibration)}${state}</h3>${results.join('')}${itemTable(step)}`;
  });
  return `<section id="measurements"><h2>Measurements</h2>${tables.join('\n')}</section>`;
}

function measurementTable(caption: string, measurements: readonly Measurement[]): string {
  return dataTable(
    caption,
    ['measurement', 'value', 'lowest', 'highest', 'verdict', { html: 'limit from', of: 'wide' }],
    measurements.map(({ name, value, unit, min, max, verdict, source, flag }) => [
      `<span data-name="${escapeHtml(name)}"${value === undefined ? '' : ` data-value="${value}"`}>${words(spoken(name))}</span>`,
      { html: quantity(value, unit), of: 'n' },
      limit(min, unit),
      limit(max, unit),
      verdict === 'NONE' && min === undefined && max === undefined && flag === undefined
        ? ''
        : verdictMark(verdict),
      { html: source === undefined ? '' : words(source), of: 'quiet wide' },
    ]),
  );
}

function limit(value: number | undefined, unit: string): Cell {
  return { html: value === undefined ? '' : quantity(value, unit), of: 'n' };
}

/** Of a site's own checks. */
function itemTable({ items }: StepRecord): string {
  return dataTable(
    'Checks of the site',
    ['check', 'verdict', 'measured', 'said'],
    items.map(({ id, verdict, measurements, messages, fail, problems }) => [
      words(id),
      words(verdict),
      measurements
        .map(({ name, value, unit }) => words(`${String(name)} ${String(value)} ${String(unit ?? '')}`))
        .join('<br>'),
      [...messages, ...(fail ? [`${fail.fid}: ${fail.msg}`] : []), ...problems].map(words).join('<br>'),
    ]),
  );
}

export function uploadSection(record: RunRecord, uploads: readonly Upload[]): string {
  const table = dataTable(
    'What was queued for the database',
    ['module', 'result', 'state', 'database', 'identifier', ''],
    uploads.map(({ component, what, state, database, remote, why, t }) => [
      words(component),
      words(what),
      words(t === undefined ? state : `${state} ${moment(t)}`),
      words(database),
      words(remote ?? ''),
      words(why ?? ''),
    ]),
  );
  const sentence = record.upload
    ? 'Nothing of this run is in the queue for the database yet.'
    : 'This run was made without upload.';
  return `<section id="uploads"><h2>Uploads</h2>${table || `<p>${sentence}</p>`}</section>`;
}

/** The artefacts with their hashes, the configuration, the instruments: what the numbers rest on. */
export function provenanceSection({ record, problems }: RunData): string {
  const files = dataTable(
    'Files',
    ['file', 'bytes', 'SHA-256'],
    [...record.files, ...record.steps.flatMap(({ artefacts }) => artefacts)].map(
      ({ path, bytes, sha256 }) => [
        words(path),
        { html: bytes.toLocaleString('en'), of: 'n' },
        `<code>${escapeHtml(sha256)}</code>`,
      ],
    ),
  );
  const instruments = dataTable(
    'Instruments',
    ['name', 'class', 'identity', ''],
    record.instruments.map(({ name, class: className, identity, simulated }) => [
      words(name),
      words(className),
      words(identity),
      simulated ? 'simulated' : '',
    ]),
  );
  const unread = dataTable(
    'What could not be read',
    ['', 'what', 'what to do'],
    problems.map(({ code, what, where, remedy }) => [
      words(code),
      words(`${where ? `${where.file}: ` : ''}${what}`),
      words(remedy),
    ]),
  );
  return `<section id="provenance"><h2>Instruments and files</h2>${unread}${instruments}<details><summary>${record.steps.reduce(
    (sum, { artefacts }) => sum + artefacts.length,
    record.files.length,
  )} files with their hashes</summary>${files}</details></section>`;
}
