import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { packageDirectory } from '../../base/programs.ts';
import { decodeBytes } from './decode.ts';
import { type LinePattern, linePattern } from './linePattern.ts';

/** A file format: the lines before the table, in order. */
export interface Template {
  name: string;
  lines: readonly LinePattern[];
  /** Whether a table follows. */
  table: boolean;
  /** The labels of its lines, to tell an unknown header line from one that stands in the wrong place. */
  labels: ReadonlySet<string>;
}

export const shippedTemplates = join(packageDirectory, 'config', 'sensor-templates');

/** The templates of a folder, in the order of their names: the first that matches a file wins. */
export function readTemplates(folder: string): Template[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.txt') && !name.startsWith('.'));
  } catch (error) {
    throw new BatonError(
      {
        code: 'E9302',
        what: `The template folder cannot be read: ${(error as Error).message}.`,
        where: { file: folder },
        remedy: 'Name the folder that holds the format templates (*.txt).',
      },
      { cause: error },
    );
  }
  if (names.length === 0) {
    throw new BatonError({
      code: 'E9302',
      what: 'The template folder holds no template (*.txt).',
      where: { file: folder },
      remedy: 'Name the folder that holds the format templates.',
    });
  }
  return names.sort().map((name) => {
    const raw = readFileSync(join(folder, name));
    const text = decodeBytes(raw);
    return compileTemplate(name, text?.decode(0, text.bytes.length) ?? '', join(folder, name));
  });
}

const compiled = new Map<string, Template>();

/** One of Baton's own templates. */
export function compileShipped(name: string): Template {
  let template = compiled.get(name);
  if (!template) {
    template = compileTemplate(name, readFileSync(join(shippedTemplates, name), 'utf8'));
    compiled.set(name, template);
  }
  return template;
}

/** Compiles a template's text: `$$$TABLE&&&` stands alone in the last line, or not at all; `#! …` is a comment. */
export function compileTemplate(name: string, text: string, file = name): Template {
  const source = text.split(/\r?\n/).filter((line) => !line.startsWith('#! '));
  while (source.at(-1) === '') source.pop();
  const table = source.at(-1)?.trim() === '$$$TABLE&&&';
  if (table) source.pop();
  const misplaced = source.findIndex((line) => line.includes('$$$TABLE&&&'));
  if (misplaced >= 0 || source.length === 0) {
    throw new BatonError({
      code: 'E9303',
      what:
        source.length === 0
          ? 'The template has no header line.'
          : '$$$TABLE&&& must stand alone in the last line.',
      where: { file, ...(misplaced >= 0 ? { line: misplaced + 1 } : {}) },
      remedy: 'Correct the template, or move it out of the folder.',
    });
  }
  const lines = source.map((line, index) => linePattern(index === 0 ? asTag(line) : line));
  return { name, lines, table, labels: new Set(lines.flatMap((line) => line.label ?? [])) };
}

/** Text before the first tag of a template has always stood for anything at all: so a label there binds nobody. */
function asTag(line: string): string {
  const at = line.indexOf('$$$');
  return at > 0 && !/:\s*$/.test(line.slice(0, at)) ? `$$$IGNORE&&&${line.slice(at)}` : line;
}
