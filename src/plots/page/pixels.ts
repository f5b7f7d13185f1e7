import { area } from '../frame.ts';
import type { PlotValues } from './values.ts';

const read = new WeakMap<Element, ImageData>();

/** What the pixel of a map under the pointer is, read back from the image's own colours. */
export function pixelText(
  plot: HTMLElement,
  map: NonNullable<PlotValues['map']>,
  event: PointerEvent,
): string {
  const marks = plot.querySelector<SVGGElement>('.marks');
  const matrix = marks?.getScreenCTM();
  const image = plot.querySelector<SVGImageElement>('image.map');
  if (!matrix || !image) return '';
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const column = Math.floor(((x - area.left) / (area.right - area.left)) * map.columns);
  const row = Math.floor(((area.bottom - y) / (area.bottom - area.top)) * map.rows);
  if (column < 0 || column >= map.columns || row < 0 || row >= map.rows) return '';
  const place = `column ${column}, row ${row}`;
  if (map.values) return `${place}: ${map.values[row * map.columns + column]} ${map.unit ?? ''}`.trim();
  const data = read.get(image);
  if (!data) {
    void load(image, map);
    return place;
  }
  const at = ((map.rows - 1 - row) * map.columns + column) * 4;
  const [red, green, blue, alpha] = data.data.subarray(at, at + 4);
  const found = map.colours.find(([colour]) =>
    alpha === 0 ? colour.length === 9 : colour.slice(0, 7) === hex(red!, green!, blue!),
  );
  return found ? `${place}: ${found[1]}` : place;
}

function hex(...parts: number[]): string {
  return `#${parts.map((one) => one.toString(16).padStart(2, '0')).join('')}`;
}

async function load(
  image: SVGImageElement,
  { columns, rows }: { columns: number; rows: number },
): Promise<void> {
  const picture = new Image();
  picture.src = image.href.baseVal;
  await picture.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext('2d');
  if (!context) return;
  context.drawImage(picture, 0, 0);
  read.set(image, context.getImageData(0, 0, columns, rows));
}
