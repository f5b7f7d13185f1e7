import { readdirSync, readFileSync } from 'node:fs';

export interface DocumentedCommand {
  /** As it stands on the page, without what explains it. */
  words: string;
  /** `docs/x.md:12`, the first place. */
  place: string;
}

/** Every command line of Baton that a block of code on a page shows, each once. */
export function documentedCommands(): DocumentedCommand[] {
  const pages = ['README.md', ...markdownBelow('docs'), ...markdownBelow('examples')];
  const found = new Map<string, DocumentedCommand>();
  for (const page of pages)
    for (const { text, line } of codeLines(readFileSync(page, 'utf8'))) {
      const words = commandOf(text);
      if (words !== undefined && !found.has(words)) found.set(words, { words, place: `${page}:${line}` });
    }
  return [...found.values()];
}

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Lines that are indented by four, or fenced as shell or as nothing. */
function codeLines(page: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let fence: string | undefined;
  for (const [index, text] of page.split('\n').entries()) {
    const mark = /^\s*```(\w*)/.exec(text);
    if (mark) fence = fence === undefined ? mark[1]! : undefined;
    else if (fence === undefined ? text.startsWith('    ') : ['', 'sh', 'bash', 'console'].includes(fence))
      lines.push({ text: text.trim(), line: index + 1 });
  }
  return lines;
}

/** A comment, or an explanation after a gap, is no part of it; a drawing is no command. */
function commandOf(text: string): string | undefined {
  const words = text
    .replace(/^\$ /, '')
    .replace(/\s+#.*$/, '')
    .split(/ {3,}/)[0]!
    .trim();
  return /^baton( |$)/.test(words) && !/[─▶]/.test(words) ? words : undefined;
}
