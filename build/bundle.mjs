// Bundles each program of Baton into dist/: one entry a process, shared code in chunks, native packages left outside.
// Bundling is what keeps `baton --version` and `baton sequences` light (docs/performance.md).
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { emojiWhenAsked, partOfUndici } from './lightStart.mjs';
import { noticesOf } from './notices.mjs';
import { validatorsBeforehand } from './validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Program name → its entry. A new process is one line here; `index` and `sensors` are the libraries `baton` and `baton/sensors`. */
const programs = {
  baton: 'src/cli/baton.ts',
  completionTable: 'src/cli/completion/writeTable.ts',
  checks: 'src/scripts/checks/checkWorker.ts',
  localDatabase: 'src/itkdb/server/program.ts',
  guardian: 'src/guardian/guardian.ts',
  measure: 'src/measurements/measure.ts',
  index: 'src/api/index.ts',
  sensors: 'src/sensors/index.ts',
  runReport: 'src/reports/program.ts',
  simulatedDirigent: 'src/simulator/dirigent/program.ts',
  simulatedStation: 'src/simulator/program.ts',
};

/** Scripts that run in a report's page, in the reader's browser. */
const pages = {
  reportPage: 'src/plots/page/page.ts',
};

/** Packages that carry binaries; they alone are installed with Baton and loaded from node_modules. */
const external = ['serialport', 'libsql'];

/** Files that a program reads beside itself. */
const files = [
  ['src/sequence/calibrating/keeper.sh', 'keeper.sh'],
  ['src/sequence/calibrating/starter.sh', 'starter.sh'],
  ['node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'DejaVuSans.ttf'],
  ['node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf', 'DejaVuSans-Bold.ttf'],
  ['node_modules/dejavu-fonts-ttf/LICENSE', 'DejaVu-LICENSE.txt'],
];

/** jsroot would load its own copy of a decompressor in a browser. */
const noBrowserCopy = {
  name: 'no-browser-copy',
  setup({ onResolve }) {
    onResolve({ filter: /base\/zstd\.mjs$/ }, () => ({ path: `${root}/build/nothing.mjs` }));
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints: programs,
  outdir: 'dist',
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external,
  // Its main file is UMD, whose requires no bundler sees.
  alias: {
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
    // Of ink, and not installed.
    'react-devtools-core': './build/noDevTools.js',
    // Half of it, and as asm.js: a tenth of the size for the same answers.
    '@oneidentity/zstd-js': `${root}/node_modules/@oneidentity/zstd-js/asm/decompress/index.cjs.js`,
    // What jsroot would fetch files of the net or write pictures with; it is given bytes.
    xhr2: './build/nothing.mjs',
    // What fontkit would read WOFF2 with: a dictionary of 1.3 MB, for fonts that a traveller does not have.
    'brotli/decompress.js': './build/nothing.mjs',
    tmp: './build/nothing.mjs',
  },
  plugins: [noBrowserCopy, partOfUndici, emojiWhenAsked, validatorsBeforehand],
  // What is read at each start is kept short; the names stay, for what went wrong is told by them.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); var __dirname = import.meta.dirname;",
  },
});

const pagesResult = await build({
  absWorkingDir: root,
  entryPoints: pages,
  outdir: 'dist',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});

await mkdir(`${root}/dist`, { recursive: true });
for (const [from, to] of files) await cp(`${root}/${from}`, `${root}/dist/${to}`);
execFileSync(process.execPath, [`${root}/dist/completionTable.js`], { stdio: 'inherit' });
const notices = 'THIRD-PARTY-LICENSES.txt';
await writeFile(`${root}/dist/${notices}`, await noticesOf([result.metafile, pagesResult.metafile], root));

// Chunks of earlier builds would pile up; those of this one are named in the metafile. Nothing is removed before the
// new ones are there, so that a program that runs meanwhile keeps finding its own.
const written = new Set([
  ...Object.keys(result.metafile.outputs).map((path) => path.replace(/^dist\//, '')),
  ...files.map(([, to]) => to),
  notices,
  'completion.json',
  ...Object.keys(pages).map((name) => `${name}.js`),
  // The library's declarations, which tsc makes when it is packed.
  'types',
]);
for (const name of await readdir(`${root}/dist`))
  if (!written.has(name)) await rm(`${root}/dist/${name}`, { recursive: true });
