import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CalibrationSequence } from '../../../src/sequence/calibrationSequence.ts';
import { askDirigent, DirigentKnowledge } from '../../../src/sequence/dirigent/dirigentHelp.ts';
import type { CalibrationStep } from '../../../src/sequence/step.ts';
import { smallStation } from '../stations.ts';

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

  /** The words behind the calibration's name. */
  const sent = (help: string, command: string, configured?: Record<string, Record<string, unknown>>) => {
    const { station, group: modules } = smallStation();
    const dirigent = new DirigentKnowledge(group, { iv_curve: help }, configured ? { configured } : {});
    const context = { station, group: modules, runDirectory: '/runs/one', dirigent };
    const { argv } = new CalibrationSequence(context, [command], 'T').steps[0] as CalibrationStep;
    return argv.slice(argv.indexOf('iv_curve') + 1).join(' ');
  };

  test('the command line is in its words: long names, a yes where it wants one, nothing sent twice', () => {
    expect(sent(iv, 'iv_curve -f -70 -t')).toBe('--max-voltage -70 --temp-mon --write-breakdowns 1');
    expect(sent(iv, 'iv_curve -w 0')).toBe('--write-breakdowns 0 --max-voltage -80');
    expect(sent(iv.replace(' BOOLEAN', ''), 'iv_curve --write-breakdowns')).toBe(
      '--write-breakdowns --max-voltage -80',
    );
  });

  test('letters that have another meaning now are not taken for the old one', () => {
    const renamed = iv.replace('-f, --max', '-e, --max').replace('-t, --temp-mon  ', '-f, --fast FLOAT ');
    expect(sent(renamed, 'iv_curve -f 3')).toBe('--fast 3 --max-voltage -80 --write-breakdowns 1');
    expect(() => sent(renamed, 'iv_curve -e -300')).toThrow(/E4013.*-300 V is beyond/s);
    expect(sent(iv.replace('-w, --write-breakdowns', '-w, --wide'), 'iv_curve')).toBe('--max-voltage -80');
    expect(() => sent(iv.replace('-f, --max-voltage', '-f, --fine'), 'iv_curve')).toThrow(
      /E4019.*--max-voltage/s,
    );
  });

  test('what dirigent.toml gives holds: an end nearer to zero is kept, a start beyond the limit is refused', () => {
    const block = (values: Record<string, unknown>) => ({ iv_curve: values });
    expect(sent(iv, 'iv_curve', block({ max_voltage: -60 }))).toContain('--max-voltage -60');
    expect(sent(iv, 'iv_curve', block({ max_voltage: -350 }))).toContain('--max-voltage -80');
    expect(sent(iv, 'iv_curve -f -70', block({ max_voltage: -60 }))).toContain('--max-voltage -70');
    expect(() => sent(iv, 'iv_curve', block({ start_voltage: -300 }))).toThrow(/E4013/);
    expect(() => sent(iv, 'iv_curve', block({ step_size: 20 }))).toThrow(/E4018/);
  });

  test('a flag of station.json that it does not have is named, and left out', () => {
    const { station, group: modules } = smallStation({ flags: ['-p', '-l'] });
    const dirigent = new DirigentKnowledge(group.replace('  --help', '  -p\n  --help'), { iv_curve: iv });
    const context = { station, group: modules, runDirectory: '/runs/one', dirigent };
    const sequence = new CalibrationSequence(context, ['iv_curve'], 'T');
    const { argv } = sequence.steps[0] as CalibrationStep;
    expect([argv.includes('-p'), argv.includes('-l')]).toEqual([true, false]);
    expect(sequence.warnings.map(({ what }) => what).join('\n')).toMatch(/does not list -l/);
  });

  test('what Baton sends and the help does not list is a warning, named before the run', () => {
    const told = knowledge.warnings.map(({ what }) => what).join('\n');
    expect(told).toMatch(/calibrate_module does not list -t.*cannot be run/);
    expect(told).not.toMatch(/iv_curve/);
    const other = new DirigentKnowledge(group, {
      iv_curve: 'Options:\n  -f FLOAT\n',
      calibrate_module: 'Options:\n  --tuning-list TEXT\n',
      get_module_info: '╭─ Options ─╮\n│ --help    │\n',
    }).warnings.map(({ what }) => what);
    expect(other).toEqual([
      expect.stringMatching(/get_module_info lists no option/),
      expect.stringMatching(/iv_curve does not list -w or --write-breakdowns.*left out/),
      expect.stringMatching(/calibrate_module does not list -t.*--tuning-list is sent/),
    ]);
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
      '--test-list',
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

  test('the environment script is sourced as at a prompt: nothing of it gets into what dirigent answers', async () => {
    dirigent('dirigent 1.0', group);
    const environment = join(directory, 'setup.sh');
    const setup = { command: ['dirigent'], flags: [], environment };
    writeFileSync(
      environment,
      `echo "Welcome to ROOT"; cat; echo "given $#" >> "${directory}/sourced"\nset -eu\nPATH="${directory}:$PATH"\n`,
    );
    const knowledge = await askDirigent(setup, ['iv_curve']);
    expect(knowledge.version).toBe('dirigent 1.0');
    expect(knowledge.knows('iv_curve')).toBe(true);
    expect(new Set(readFileSync(join(directory, 'sourced'), 'utf8').trim().split('\n'))).toEqual(
      new Set(['given 0']),
    );
    writeFileSync(environment, '. /nowhere/thisroot.sh\n');
    await expect(askDirigent(setup, [])).rejects.toMatchObject({
      code: 'E4022',
      message: expect.stringMatching(/setup\.sh ended with an error/),
    });
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
