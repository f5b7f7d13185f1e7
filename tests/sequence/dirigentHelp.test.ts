import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CalibrationSequence } from '../../src/sequence/calibrationSequence.ts';
import { askDirigent, DirigentKnowledge, withValueForBoolean } from '../../src/sequence/dirigentHelp.ts';
import type { CalibrationStep } from '../../src/sequence/step.ts';
import { smallStation } from './stations.ts';

const group = `Options:
  --instruments-dict TEXT
  --channels-dict TEXT
  --directory DIRECTORY
  --help

Commands:
  iv_curve            Measure.
  calibrate_module    Tune.
  custom_calibration  Ours.
`;
const iv = `Options:
  -f, --max-voltage FLOAT     End.
  -s, --step-size FLOAT       Step.
  -t, --temp-mon              Temperature.
  -w, --write-breakdowns BOOLEAN  Write.
`;
const custom = 'Options:\n  -l, --test-list TEXT  The sequence of tests.\n  -n, --name TEXT  A name.\n';

describe('what the help tells', () => {
  const knowledge = new DirigentKnowledge(group, {
    iv_curve: iv,
    custom_calibration: custom,
    calibrate_module: 'Options:\n  -x TEXT  Something.\n',
  });

  test('a calibration that it does not list is not offered; without a list everything is', () => {
    expect(knowledge.knows('iv_curve')).toBe(true);
    expect(knowledge.knows('sldo_vi_curves')).toBe(false);
    expect(new DirigentKnowledge('', {}).knows('anything')).toBe(true);
  });

  test('options that it does not have are named; values, however they look, are not taken for options', () => {
    const unknown = (...args: string[]) => knowledge.unknownArguments('iv_curve', args);
    expect(unknown('-f', '-80', '--step-size=-2', '-t', '-w', '1')).toEqual([]);
    expect(unknown('-f', '-x')).toEqual([]);
    expect(unknown('--both-ways', '-f', '-80')).toEqual(['--both-ways']);
    expect(unknown('-q')).toEqual(['-q']);
    expect(new DirigentKnowledge('', {}).unknownArguments('iv_curve', ['-q'])).toEqual([]);
  });

  test('a flag that takes a value gets one, a bare one none, and one that is there already is not sent twice', () => {
    expect(withValueForBoolean(knowledge, 'iv_curve', ['-w'], [])).toEqual(['-w', '1']);
    expect(withValueForBoolean(knowledge, 'iv_curve', ['-w'], ['--write-breakdowns', '0'])).toEqual([]);
    expect(withValueForBoolean(knowledge, 'iv_curve', ['-t'], [])).toEqual(['-t']);
    expect(withValueForBoolean(undefined, 'iv_curve', ['-w'], [])).toEqual(['-w']);
  });

  test('what Baton sends and the help does not list is a warning, named before the run', () => {
    const told = knowledge.warnings.map(({ what }) => what).join('\n');
    expect(told).toMatch(/calibrate_module does not list -t/);
    expect(told).not.toMatch(/iv_curve/);
    const older = new DirigentKnowledge('Options:\n  --directory TEXT\n', {});
    expect(older.warnings.map(({ what }) => what).join('\n')).toMatch(/--instruments-dict/);
    expect(older.warnings.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  test('custom_calibration takes its tuning list behind the option that the help tells, or is refused', () => {
    const { station, group: modules } = smallStation();
    const context = { station, group: modules, runDirectory: '/runs/one' };
    const element = { command: 'custom_calibration', tuning: 'mine' };
    const sequence = new CalibrationSequence({ ...context, dirigent: knowledge }, [element], 'T');
    expect((sequence.steps[0] as CalibrationStep).argv.slice(-3)).toEqual([
      'custom_calibration',
      '-l',
      'mine',
    ]);
    expect(() => new CalibrationSequence(context, [element], 'T')).toThrow(/could not be asked/);
    const silent = new DirigentKnowledge(group, { custom_calibration: 'Options:\n  -n, --name TEXT  A.\n' });
    expect(() => new CalibrationSequence({ ...context, dirigent: silent }, [element], 'T')).toThrow(
      /does not tell it/,
    );
  });
});

describe('asking', () => {
  let directory: string;
  const cache = process.env.XDG_CACHE_HOME;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-dirigent-'));
    process.env.XDG_CACHE_HOME = join(directory, 'cache');
  });
  afterEach(() => {
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
    rmSync(directory, { recursive: true, force: true });
  });

  /** A stand-in that notes how it was called and prints what stands in files beside it, which may change below it. */
  function dirigent(version: string, page: string): { command: string[]; flags: string[] } {
    const path = join(directory, 'dirigent');
    writeFileSync(join(directory, 'version'), version);
    writeFileSync(join(directory, 'page'), page);
    writeFileSync(
      path,
      `#!/bin/sh
here="$(dirname "$0")"
echo "$*" >> "$here/calls"
case "$*" in
  --version) [ -s "$here/version" ] || { echo "no such option" >&2; exit 2; }; cat "$here/version" ;;
  *) cat "$here/page" ;;
esac
`,
    );
    chmodSync(path, 0o755);
    return { command: [path], flags: [] };
  }
  const calls = () => readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n');

  test('the help is asked for once a version, and again after an update below the same script', async () => {
    const setup = dirigent('dirigent 1.0', group);
    expect((await askDirigent(setup, ['iv_curve'])).version).toBe('dirigent 1.0');
    await askDirigent(setup, ['iv_curve']);
    expect(calls()).toEqual(['--version', '--help', 'iv_curve --help', '--version']);
    writeFileSync(join(directory, 'version'), 'dirigent 1.1');
    await askDirigent(setup, ['iv_curve']);
    expect(calls().slice(4)).toEqual(['--version', '--help', 'iv_curve --help']);
  });

  test('one that tells no version is asked for its first page each time', async () => {
    const setup = dirigent('', group);
    expect((await askDirigent(setup, ['iv_curve'])).version).toBeUndefined();
    writeFileSync(join(directory, 'page'), group.replace('  iv_curve ', '  other '));
    expect((await askDirigent(setup, [])).knows('iv_curve')).toBe(false);
  });

  test('one that is not there, or does not answer, is said before anything is touched', async () => {
    await expect(askDirigent({ command: [join(directory, 'nowhere')], flags: [] }, [])).rejects.toMatchObject(
      {
        code: 'E4021',
      },
    );
    await expect(askDirigent({ command: ['false'], flags: [] }, [])).rejects.toMatchObject({ code: 'E4022' });
  });
});
