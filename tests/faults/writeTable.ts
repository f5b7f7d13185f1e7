import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../src/base/atomicFile.ts';
import { legend } from './table.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'safety.md');
const [begin, end] = ['<!-- fault campaign: begin -->', '<!-- fault campaign: end -->'];

/** Puts the table between its marks in docs/safety.md. */
export async function writeTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  summary: string,
): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no marks for the table`);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
  await writeFileAtomically(
    page,
    `${text.slice(0, from)}${begin}\n\n${summary}. ${legend}\n\n${table}\n\n${text.slice(to)}`,
    0o644,
  );
}
