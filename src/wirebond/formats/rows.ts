import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from '../../base/errors.ts';
import type { SourceText } from './pullFile.ts';

export type Separator = ',' | ';' | '\t';

export interface TextLine {
  /** Counted from 1. */
  line: number;
  text: string;
}

/** The lines that hold something, whatever ends them. */
export function filledLines(text: string): TextLine[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter(({ text: line }) => line.trim() !== '');
}

/** The cells of one line, trimmed; undefined when its quotes do not match. */
export function splitCells(line: string, separator: Separator): string[] | undefined {
  try {
    const [cells] = parse(line, {
      delimiter: separator,
      relax_column_count: true,
      ltrim: true,
      rtrim: true,
    }) as string[][];
    return cells?.map((cell) => cell.trim()) ?? [];
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

export function unreadableRow(source: SourceText, line: number, why: string): Problem {
  return {
    code: 'E9204',
    what: `This row cannot be read: ${why}.`,
    where: { file: source.file, line },
    remedy:
      'Correct the row, or export the file again. Nothing of this file is used as long as a row is unreadable.',
  };
}

/** The first twenty; a file in a wrong shape has one a line, and they say the same. */
export function firstProblems(problems: readonly Problem[], source: SourceText): Problem[] {
  const most = 20;
  if (problems.length <= most) return [...problems];
  const rest = {
    code: 'E9204',
    what: `${problems.length - most} more rows of this file cannot be read.`,
    where: { file: source.file },
    remedy: 'Correct the first ones, and try again.',
  };
  return [...problems.slice(0, most), rest];
}
