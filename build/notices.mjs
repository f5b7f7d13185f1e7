// The licences of what was bundled: most of them ask that their text goes along with the program.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One text with the licence of every package of which some part is in the bundle, from esbuild's metafile. */
export async function noticesOf(metafiles, root) {
  const folders = new Set(metafiles.flatMap(packageFolders).map((folder) => join(root, folder)));
  const notices = await Promise.all([...folders].map(noticeOf));
  const texts = [...new Set(notices)].sort();
  return `Baton contains parts of these packages.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** The folder of the package that each bundled file belongs to. */
function packageFolders({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      return folder && bytesInOutput > 0 ? [folder] : [];
    }),
  );
}

async function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^(licen[cs]e|copying)/i.test(one));
  const by = typeof author === 'string' ? author : author?.name;
  const text = file
    ? await readFile(join(folder, file), 'utf8')
    : `The package carries no text of its licence.${by ? ` Author: ${by}.` : ''}\n`;
  return `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n`;
}
