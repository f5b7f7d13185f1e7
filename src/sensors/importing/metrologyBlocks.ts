import type { SensorTest } from '../record.ts';
import { lineEnd, type TextBytes } from './decode.ts';
import type { TableFault } from './table.ts';

/**
 * The point list of a coordinate measuring machine: blocks of four lines, `… Point True Position …`, then `X-Pos`,
 * `Y-Pos` and `Z-Pos` with the measured value (mm) as their first number.
 */
export function readMetrologyBlocks(
  text: TextBytes,
  start: number,
  line: number,
): Pick<SensorTest, 'columns' | 'rows'> | TableFault {
  const points: { x: number; y: number; z: number }[] = [];
  let point: Partial<{ x: number; y: number; z: number }> | undefined;
  let row = line;
  for (let at = start; at < text.bytes.length; row += 1) {
    const { end, next, ended } = lineEnd(text.bytes, at);
    const content = text.decode(at, Math.min(end, at + 10_000));
    at = next;
    if (content.includes('True Position')) {
      if (point) return { fault: 'a point lacks a coordinate', line: row };
      point = {};
      continue;
    }
    const found = /^\W{0,5}([XYZ])-Pos\b[\s",:]{0,20}([+-]?\d+(?:[.,]\d+)?)/.exec(content);
    if (!found) continue;
    if (!ended) return { fault: 'the file ends without a line end: its last number may be cut', line: row };
    if (!point) return { fault: 'a coordinate stands outside a point', line: row };
    point[found[1]!.toLowerCase() as 'x' | 'y' | 'z'] = Number(found[2]!.replace(',', '.'));
    const { x, y, z } = point;
    if (x === undefined || y === undefined || z === undefined) continue;
    points.push({ x, y, z });
    point = undefined;
  }
  if (point) return { fault: 'the file ends within a point', line: row };
  if (points.length === 0)
    return { fault: 'the file has no point ("True Position", X-Pos, Y-Pos, Z-Pos)', line };
  return {
    rows: points.length,
    columns: {
      x_mm: Float64Array.from(points, ({ x }) => x),
      y_mm: Float64Array.from(points, ({ y }) => y),
      z_mm: Float64Array.from(points, ({ z }) => z),
    },
  };
}
