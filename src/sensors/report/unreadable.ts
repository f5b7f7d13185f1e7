import { counted } from '../../base/quantityText.ts';
import { escapeHtml } from '../../plots/html.ts';
import type { DuplicateTest } from '../importing/duplicates.ts';
import type { UnreadableFile } from '../importing/readTests.ts';

/** Why a file could not be read, in one line: with the template that came nearest and the line that differs. */
export function unreadableText({ file, reason, line, nearest }: UnreadableFile): string {
  const at = line === undefined ? file : `${file}:${line}`;
  if (!nearest) return `${at}: ${reason}`;
  return `${file}:${nearest.line}: ${reason}; nearest is ${nearest.template}, which has "${nearest.expected}" where the file has "${nearest.found}"`;
}

/** The files that are not in a report, and why. */
export function unreadText(
  unreadable: readonly UnreadableFile[],
  duplicates: readonly DuplicateTest[],
): string {
  const parts: string[] = [];
  if (unreadable.length > 0)
    parts.push(
      list(
        `${counted(unreadable.length, 'file')} could not be read`,
        unreadable.map((file) => unreadableText(file)),
      ),
    );
  if (duplicates.length > 0)
    parts.push(
      list(
        `${counted(duplicates.length, 'test')} ${duplicates.length === 1 ? 'is' : 'are'} in other files too`,
        duplicates.map(({ test, sameAs }) => `${test.file}: the same as ${sameAs.file}`),
      ),
    );
  return parts.join('');
}

function list(title: string, items: readonly string[]): string {
  const lines = items.map((item) => `<li>${escapeHtml(item)}</li>`).join('');
  return `<details class="unread"><summary>${escapeHtml(title)}</summary><ul>${lines}</ul></details>`;
}
