/** One command of a message: where it points, and what it is given. */
export interface ScpiUnit {
  /** Upper-case keywords; one, with its star, for a common command. */
  path: string[];
  /** Without a leading colon after another command it starts where that one ended. */
  absolute: boolean;
  query: boolean;
  arguments: string[];
}

/** Splits `:SENS:CURR:RANG 1e-5;PROT?` at its semicolons; quoted text and `(@1,2)` are left whole. */
export function parseMessage(message: string): ScpiUnit[] {
  return splitOutside(message, ';')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(parseUnit);
}

function parseUnit(text: string): ScpiUnit {
  const [, header = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const query = header.endsWith('?');
  const bare = query ? header.slice(0, -1) : header;
  return {
    // A colon before a star is wrong by the standard and common in the field; instruments take it.
    path: bare.replace(/^:/, '').toUpperCase().split(':'),
    absolute: bare.startsWith(':') || bare.includes('*'),
    query,
    arguments: rest === '' ? [] : splitOutside(rest, ',').map((argument) => argument.trim()),
  };
}

function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let quote = '';
  let depth = 0;
  for (const letter of text) {
    if (quote) {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    if (letter === separator && !quote && depth <= 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
