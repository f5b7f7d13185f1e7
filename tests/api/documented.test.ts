import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/api/index.ts';

/** What the index takes from a file: its names there, or all of them. */
function exported(): { file: string; name: string; as: string }[] {
  const index = 'src/api/index.ts';
  const text = readFileSync(index, 'utf8');
  const from = (path: string) => join(dirname(index), path);
  const named = [...text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(
    ([, names, path]) =>
      names!
        .split(',')
        .map((one) => one.replace(/\btype\b/, '').trim())
        .filter(Boolean)
        .map((one) => {
          const [name = '', as = name] = one.split(/\s+as\s+/);
          return { file: from(path!), name, as };
        }),
  );
  const whole = [...text.matchAll(/export \* from '([^']+)'/g)].flatMap(([, path]) => {
    const names = readFileSync(from(path!), 'utf8').matchAll(
      /^export (?:async )?(?:function\*?|class|interface|type|const) (\w+)/gm,
    );
    return [...names].map(([, name]) => ({ file: from(path!), name: name!, as: name! }));
  });
  return [...named, ...whole];
}

test('everything that the library gives says what it is', () => {
  const silent = exported().filter(({ file, name }) => {
    const declaration = `export (?:async )?(?:function\\*?|class|interface|type|const) ${name}\\b`;
    return !new RegExp(`\\*/\\n${declaration}`).test(readFileSync(file, 'utf8'));
  });
  expect(silent.map(({ as, file }) => `${as} (${file})`)).toEqual([]);
});

test('docs/library.md names everything that runs', () => {
  const page = readFileSync('docs/library.md', 'utf8');
  const missing = Object.keys(library).filter((name) => !new RegExp(`\\b${name}\\b`).test(page));
  expect(missing).toEqual([]);
});
