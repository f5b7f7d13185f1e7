import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every error code in the sources has a paragraph in docs/errors.md, and the other way round', () => {
  const used = new Set<string>();
  for (const path of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(path)) continue;
    for (const [, code] of readFileSync(`src/${path}`, 'utf8').matchAll(/['"](E\d{4})['"]/g)) used.add(code!);
  }
  const paragraphs = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### (E\d{4})\b/gm)];
  const documented = new Set(paragraphs.map(([, code]) => code!));
  expect(paragraphs).toHaveLength(documented.size);
  expect([...used].filter((code) => !documented.has(code)).sort()).toEqual([]);
  expect([...documented].filter((code) => !used.has(code)).sort()).toEqual([]);
});
