import { basename } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { htmlDocument } from '../../plots/document.ts';
import { dataTable } from '../page/pieces.ts';
import { reportStyle } from '../page/style.ts';
import { words } from '../page/text.ts';
import { drawObject, whatItIs } from './drawObject.ts';
import { readReadout } from './readers.ts';
import { sumOf } from './readout.ts';

/**
 * Every histogram of one file of a read-out chip, drawn and listed.
 *
 * @throws E9406 the file cannot be opened.
 */
export async function histogramsPage(file: string): Promise<string> {
  const objects = await readReadout(file).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing(file) : error;
  });
  const found = objects ?? [];
  const table = dataTable(
    'In this file',
    ['name', 'title', 'what it is', { html: 'sum', of: 'n' }],
    found.map((object) => [
      words(object.path),
      words(object.title),
      words(whatItIs(object)),
      { html: object.kind === 'other' ? '' : String(Number(sumOf(object).toPrecision(9))), of: 'n' },
    ]),
  );
  const plots = found.map((object, i) => drawObject(object, `h${i}`)).join('');
  return htmlDocument({
    title: basename(file),
    style: reportStyle,
    body: `<h1>${words(basename(file))}</h1>${table}<main><div class="plots three">${plots}</div></main>`,
  });
}

function missing(file: string): BatonError {
  return new BatonError({
    code: 'E9406',
    where: { file },
    what: 'there is no such file.',
    remedy: 'Name a ROOT file that is there.',
  });
}
