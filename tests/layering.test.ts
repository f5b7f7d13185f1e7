import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

function cruise(...paths: string[]): Cruise {
  const depcruise = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
  const args = [depcruise, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...paths];
  // It exits with the number of violations; what they are stands in its output either way.
  try {
    return JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 }),
    ) as Cruise;
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Cruise;
  }
}

// It reads every file, on however busy a machine.
test('every room imports only what the design lets it import', { timeout: 120_000 }, () => {
  const { modules, summary } = cruise('src');
  expect(summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`)).toEqual([]);

  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const cruised = modules.filter(({ source }) => /^src\/.*\.tsx?$/.test(source));
  expect(cruised.length, 'the check saw every source file').toBe(sources.length);
});

test('the layering check notices a planted violation', { timeout: 60_000 }, () => {
  // In a room of its own beside the real ones, so that the check above never sees it.
  const planted = 'tests/planted-layering';
  rmSync(planted, { recursive: true, force: true });
  mkdirSync(`${planted}/src/sensors`, { recursive: true });
  mkdirSync(`${planted}/src/cli`, { recursive: true });
  try {
    writeFileSync(`${planted}/src/cli/run.ts`, 'export const run = 1;\n');
    writeFileSync(
      `${planted}/src/sensors/iv.ts`,
      "import { run } from '../cli/run.ts';\nexport const iv = run;\n",
    );
    const args = [
      '../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '../../.dependency-cruiser.mjs',
      '--ts-config',
      '../../tsconfig.json',
      '--output-type',
      'json',
      'src',
    ];
    let output: string;
    try {
      output = execFileSync(process.execPath, args, { cwd: planted, encoding: 'utf8' });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    const rules = (JSON.parse(output) as Cruise).summary.violations.map((v) => v.rule.name);
    expect(rules).toContain('sensors-imports');
    expect(rules).toContain('nobody-imports-cli');
  } finally {
    rmSync(planted, { recursive: true, force: true });
  }
});
