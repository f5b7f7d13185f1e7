import { breakCode, breakModes } from './breakMode.ts';
import type { Pull } from './pullTest.ts';

/** How many wires broke how, with the mean and the least strength of each kind; a line a break mode. */
export function breakTable(pulls: readonly Pull[]): string[] {
  const rows = breakModes.map((mode) => {
    const strengths = pulls.filter((pull) => pull.mode === mode).map(({ strength }) => strength);
    const mean = strengths.reduce((total, one) => total + one, 0) / strengths.length;
    const measured = strengths.length > 0 && mode !== 'error';
    return [
      mode,
      String(breakCode(mode)),
      String(strengths.length),
      `${((strengths.length * 100) / pulls.length).toFixed(1)} %`,
      measured ? mean.toFixed(2) : '',
      measured ? strengths.reduce((least, one) => Math.min(least, one)).toFixed(2) : '',
    ];
  });
  return aligned([['break', 'code', 'pulls', 'share', 'mean g', 'min g'], ...rows]);
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
