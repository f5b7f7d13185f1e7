import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { IVPoint } from './breakdown.ts';
import type { CalibrationContext } from './calibration.ts';
import type { HandedModule } from './handed.ts';

const frame = { width: 640, height: 420, left: 70, right: 20, top: 40, bottom: 50 };

/** Writes Module<index>_iv_curve.svg for each module: |current| over |voltage|. */
export async function drawIVCurve(
  context: CalibrationContext,
  modules: readonly HandedModule[],
  curve: readonly IVPoint[],
): Promise<void> {
  for (const { index } of modules)
    await writeFileAtomically(
      join(context.directory, `Module${index}_iv_curve.svg`),
      ivCurveSvg(`Module ${index}`, curve),
      0o644,
    );
}

/** The curve as a picture. */
function ivCurveSvg(title: string, curve: readonly IVPoint[]): string {
  const voltages = curve.map(({ voltage }) => Math.abs(voltage));
  const nanoamperes = curve.map(({ current }) => Math.abs(current) * 1e9);
  const widest = roundUp(Math.max(1, ...voltages));
  const highest = roundUp(Math.max(0.001, ...nanoamperes));
  const { width, height, left, right, top, bottom } = frame;
  const x = (voltage: number) => left + (voltage / widest) * (width - left - right);
  const y = (current: number) => height - bottom - (current / highest) * (height - top - bottom);
  const points = voltages.map((voltage, k) => `${x(voltage).toFixed(1)},${y(nanoamperes[k]!).toFixed(1)}`);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const text = (at: string, words: string | number) => `<text ${at}>${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
${text(`x="${width / 2}" y="24" text-anchor="middle" font-size="16"`, title)}
<g stroke="#ccc">${ticks.map((part) => `<path d="M${x(part * widest)} ${top}V${height - bottom}M${left} ${y(part * highest)}H${width - right}"/>`).join('')}</g>
<g text-anchor="middle">${ticks.map((part) => text(`x="${x(part * widest)}" y="${height - bottom + 18}"`, part * widest)).join('')}</g>
<g text-anchor="end">${ticks.map((part) => text(`x="${left - 6}" y="${y(part * highest) + 4}"`, Number((part * highest).toPrecision(3)))).join('')}</g>
${text(`x="${width / 2}" y="${height - 10}" text-anchor="middle"`, 'reverse bias (V)')}
${text(`x="16" y="${height / 2}" text-anchor="middle" transform="rotate(-90 16 ${height / 2})"`, 'leakage current (nA)')}
<polyline points="${points.join(' ')}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>
<g fill="#1f5fa8">${points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="2.5"/>`).join('')}</g>
</svg>
`;
}

/** To one, two, four, five or eight times a power of ten: all of them divide by four into short numbers. */
function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return decade * ([1, 2, 4, 5, 8, 10].find((factor) => factor * decade >= value) ?? 10);
}
