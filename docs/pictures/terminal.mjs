// A screen of the terminal as a picture for the README:
//   tmux capture-pane -p -e -t NAME | node docs/pictures/terminal.mjs docs/pictures/run.png
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

// The eight colours of a terminal, and its own two.
const palette = ['#1d1f21', '#ff6b68', '#5fd068', '#e6c84f', '#5f9fff', '#d58ce0', '#4fd0d0', '#d8dade'];
const [ink, paper] = ['#d8dade', '#15171a'];

// What is switched on in one row goes on in the next.
const style = { bold: false, dim: false, inverse: false, ink: '', paper: '' };
const rows = (await text(process.stdin)).replace(/\n$/, '').split('\n').map(rowAsHtml);
const html = `<meta charset="utf-8"><style>
  body { margin: 0; background: ${paper}; }
  pre { margin: 0; padding: 12px 14px; display: inline-block; color: ${ink};
    font: 15px/17px 'DejaVu Sans Mono', monospace; }
  i { display: inline-block; width: 1ch; overflow: hidden; font-style: normal; height: 17px; vertical-align: top; }
</style><pre>${rows.join('\n')}</pre>`;

const browser = await chromium.launch({
  executablePath: process.env.BATON_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } });
await page.setContent(html);
await page.locator('pre').screenshot({ path: process.argv[2] });
await browser.close();

/** Select Graphic Rendition [ECMA-48 8.3.117], as far as the screens use it. @param {string} row */
function rowAsHtml(row) {
  let out = '';
  for (const [, codes, plain] of row.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
    if (plain === undefined) for (const code of codes.split(';')) change(Number(code));
    else out += `<span style="${cssOf()}">${escaped(plain)}</span>`;
  }
  return out;
}

/** @param {number} code */
function change(code) {
  if (code === 0) Object.assign(style, { bold: false, dim: false, inverse: false, ink: '', paper: '' });
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 7) style.inverse = true;
  else if (code === 22) Object.assign(style, { bold: false, dim: false });
  else if (code === 27) style.inverse = false;
  else if (code >= 30 && code <= 37) style.ink = palette[code - 30] ?? '';
  else if (code === 39) style.ink = '';
  else if (code >= 40 && code <= 47) style.paper = palette[code - 40] ?? '';
  else if (code === 49) style.paper = '';
}

function cssOf() {
  const { bold, dim, inverse, ink: own, paper: behind } = style;
  const [front, back] = inverse ? [behind || paper, own || ink] : [own || ink, behind];
  return [
    `color:${front}`,
    back ? `background:${back}` : '',
    bold ? 'font-weight:bold' : '',
    dim ? 'opacity:.6' : '',
  ]
    .filter(Boolean)
    .join(';');
}

/** Braille comes from another font, with another width. @param {string} plain */
function escaped(plain) {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\u2800-\u28ff]/g, '<i>$&</i>');
}
