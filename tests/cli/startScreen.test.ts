import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The sources that are loaded before a file can be used: what it imports, without types, and without what it asks for later. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+\.tsx?)';$/gm))
    loadedWith(join(dirname(file), path!), loaded);
  return loaded;
}

test('the start screen of the terminal waits neither for a client of the database nor for its queue', () => {
  const loaded = loadedWith('src/cli/screens/stationAccess.ts');
  expect(loaded).toContain('src/station/load.ts');
  const heavy = /^src\/itkdb\/(client\/(client|transport|session)|outbox\/outbox)\.ts$/;
  expect([...loaded].filter((file) => heavy.test(file))).toEqual([]);
  // The pattern names what there is.
  expect([...loadedWith('src/cli/screens/uploadAccess.ts')].filter((file) => heavy.test(file))).not.toEqual(
    [],
  );
});
