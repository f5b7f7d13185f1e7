import { escapeHtml } from '../../plots/html.ts';
import { dataTable } from '../page/pieces.ts';
import { words } from '../page/text.ts';
import type { RunData } from './runData.ts';

/** The artefacts with their hashes, the configuration, the instruments: what the numbers rest on. */
export function provenanceSection({ record, problems }: RunData): string {
  const all = [...record.files, ...record.steps.flatMap(({ artefacts }) => artefacts)];
  const files = dataTable(
    'Files',
    ['file', { html: 'bytes', of: 'n' }, 'SHA-256'],
    all.map(({ path, bytes, sha256 }) => [
      words(path),
      { html: bytes.toLocaleString('en'), of: 'n' },
      `<code>${escapeHtml(sha256)}</code>`,
    ]),
  );
  const instruments = dataTable(
    'Instruments',
    ['name', 'class', 'identity', ''],
    record.instruments.map(({ name, class: className, identity, simulated }) => [
      words(name),
      words(className),
      { html: words(identity), of: 'text' },
      simulated ? 'simulated' : '',
    ]),
  );
  const unread = dataTable(
    'What could not be read',
    ['', 'what', 'what to do'],
    problems.map(({ code, what, where, remedy }) => [
      words(code),
      { html: words(`${where ? `${where.file}: ` : ''}${what}`), of: 'text' },
      { html: words(remedy), of: 'text' },
    ]),
  );
  return `<section id="provenance"><h2>Instruments and files</h2>${unread}${instruments}<details><summary>${all.length} files with their hashes</summary>${files}</details></section>`;
}
