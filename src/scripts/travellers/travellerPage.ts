import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { packageFile } from '../../base/programs.ts';
import type { SequenceScript } from '../script.ts';
import type { Traveller } from './travellerCode.ts';

/** Points: an A4 page with its margins. */
const page = { width: 595, height: 842, margin: 42 };
const inner = page.width - 2 * page.margin;
const codeSize = 210;
const footer = { height: 150, top: page.height - page.margin - 150 };

/**
 * One page: the code, the same in words, and the script's free cells at the foot. DejaVu is embedded, since the fonts
 * that every PDF reader has cannot write Ω or µ.
 */
export async function drawTraveller(
  traveller: Traveller,
  code: string,
  script: SequenceScript,
): Promise<Buffer> {
  const font = (name: string) => packageFile(`${name}.ttf`);
  const pdf = new PDFDocument({
    size: 'A4',
    margin: page.margin,
    font: font('DejaVuSans'),
    info: {
      Title: `Baton traveller: ${script.title}`,
      Author: traveller.by,
      CreationDate: new Date(traveller.created),
    },
  });
  pdf.registerFont('plain', font('DejaVuSans')).registerFont('bold', font('DejaVuSans-Bold'));
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => pdf.once('end', resolve).once('error', reject));

  const { margin } = page;
  pdf.font('bold').fontSize(11).fillColor('#555').text('Baton traveller', margin, margin);
  pdf.fontSize(22).fillColor('black');
  line(pdf, script.title, margin, margin + 18, inner);
  drawCode(pdf, code, margin, margin + 58);
  drawFacts(pdf, factsOf(traveller, script), margin + codeSize + 18, margin + 62);
  drawRows(pdf, rowsOf(script), margin, margin + 58 + codeSize + 22);
  drawCells(pdf, script);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

type Pdf = InstanceType<typeof PDFDocument>;

/** One line, cut where the room ends: the page stays one page. */
function line(pdf: Pdf, text: string, x: number, y: number, width: number): void {
  pdf.text(text.replace(/\s+/g, ' '), x, y, {
    width,
    height: pdf.currentLineHeight(),
    ellipsis: true,
    lineBreak: true,
  });
}

/** As squares, not as a picture: sharp in any size. Around it four squares of white, as the norm asks. */
function drawCode(pdf: Pdf, code: string, x: number, y: number): void {
  const { modules } = QRCode.create(code, { errorCorrectionLevel: 'M' });
  const quiet = 4;
  const side = codeSize / (modules.size + 2 * quiet);
  pdf.save().fillColor('black');
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column))
        // A hair over the edge, so that no renderer leaves light gaps between dark squares.
        pdf.rect(x + (column + quiet) * side, y + (row + quiet) * side, side + 0.02, side + 0.02);
  pdf.fill().restore();
}

function factsOf(
  { sequence, fingerprint, module, by, created }: Traveller,
  { info }: SequenceScript,
): [string, string][] {
  return [
    ['Sequence', sequence],
    ['Module', module ?? 'any'],
    ['Made by', by],
    ['On', `${new Date(created).toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Script', fingerprint.slice(0, 16)],
    ['Product', info.product],
    ['BOM, lot', `${info.bom}, ${info.lot}`],
    ['Location', info.location],
  ];
}

function drawFacts(pdf: Pdf, facts: readonly [string, string][], x: number, y: number): void {
  facts.forEach(([name, value], i) => {
    const at = y + i * 24;
    pdf
      .font('plain')
      .fontSize(8)
      .fillColor('#555')
      .text(name, x, at + 3, { lineBreak: false });
    pdf.font('bold').fontSize(11).fillColor('black');
    line(pdf, value, x + 62, at, page.width - page.margin - x - 62);
  });
}

/** The chosen values, and what will be done, in order. */
function rowsOf({ substitutions, tests }: SequenceScript): [string, string][] {
  const values = substitutions
    .filter(({ from }) => from !== 'inner')
    .map(({ name, value, from }): [string, string] => [
      name,
      `${value}${from === 'default' ? '  (default)' : ''}`,
    ]);
  const steps = tests.flatMap(({ path, module, items }) =>
    items.filter(({ enable }) => enable).map(({ id }) => (path === undefined ? id : `${id}  (${module})`)),
  );
  return [...values, ...steps.map((step, i): [string, string] => [`Step ${i + 1}`, step])];
}

function drawRows(pdf: Pdf, rows: readonly [string, string][], x: number, y: number): void {
  const room = Math.floor((footer.top - y - 16) / 20);
  const shown = [...rows.slice(0, rows.length > room ? room - 1 : room)];
  if (shown.length < rows.length)
    shown.push(['…', `${rows.length - shown.length} further rows: baton traveller read`]);
  shown.forEach(([name, value], i) => {
    const at = y + i * 20;
    pdf.font('plain').fontSize(10).fillColor('#555');
    line(pdf, name, x, at, 150);
    pdf.font('bold').fillColor('black');
    line(pdf, value, x + 160, at, inner - 160);
    pdf
      .moveTo(x, at + 15)
      .lineTo(x + inner, at + 15)
      .lineWidth(0.3)
      .strokeColor('#bbb')
      .stroke();
  });
}

function drawCells(pdf: Pdf, { traveller }: SequenceScript): void {
  const cells = traveller.length > 0 ? traveller : [{ title: 'Remarks', text: '' }];
  const height = footer.height / cells.length;
  cells.forEach(({ title, text }, i) => {
    const y = footer.top + i * height;
    pdf.rect(page.margin, y, inner, height).lineWidth(0.7).strokeColor('black').stroke();
    pdf.font('bold').fontSize(8).fillColor('#555');
    line(pdf, title, page.margin + 5, y + 4, inner - 10);
    pdf.font('plain').fontSize(10).fillColor('black');
    if (height > 30)
      pdf.text(text, page.margin + 5, y + 17, { width: inner - 10, height: height - 20, ellipsis: true });
  });
}
