import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../src/base/makeFolder.ts';

test('a folder is made with those above it, and one that cannot be is refused, not tried for ever', () => {
  const root = mkdtempSync(join(tmpdir(), 'baton-folder-'));
  try {
    const deep = join(root, 'a', 'b');
    makeFolder(deep, 0o700);
    makeFolder(deep, 0o700);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file'))).toThrow(/ENOTDIR: not a directory, mkdir '.*file'/);
    expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/ENOTDIR: .*file'/);
    expect(() => makeFolder('/proc/no-such-folder')).toThrow('ENOENT');
  } finally {
    rmSync(root, { recursive: true });
  }
});
