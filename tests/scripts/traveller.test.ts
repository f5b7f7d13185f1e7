import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isBatonError } from '../../src/base/errors.ts';
import { checkPermission } from '../../src/cli/running/permission.ts';
import {
  decodeTraveller,
  encodeTraveller,
  type Traveller,
} from '../../src/scripts/travellers/travellerCode.ts';
import { createTraveller, readTraveller } from '../../src/scripts/travellers/travellers.ts';

const run = promisify(execFile);
// A CommonJS module whose types speak of a `default` that Node unwraps.
const readCode = jsqr as unknown as typeof jsqr.default;
const key = new Uint8Array(32).fill(7);
const traveller: Traveller = {
  sequence: 'electrical-qc',
  fingerprint: 'ab'.repeat(32),
  set: { TargetThreshold: '1200', Lot: 'Ω "quoted" %' },
  module: '20UPGM22110001',
  by: 'Ada',
  created: 1795170000000,
};

/** What the refusal of a code says. */
function refusal(code: string, otherKey = key): string {
  try {
    decodeTraveller(code, otherKey);
    return 'accepted';
  } catch (error) {
    if (!isBatonError(error)) throw error;
    return error.code;
  }
}

describe('the code', () => {
  const code = encodeTraveller(traveller, key);

  test('gives back what went in, also from a scanner with Caps Lock on and a line end behind', () => {
    expect(decodeTraveller(code, key)).toEqual(traveller);
    expect(decodeTraveller(`${code.toLowerCase()}\r\n`, key)).toEqual(traveller);
  });

  test('has digits and capital letters alone, none that people or keyboards exchange', () => {
    expect(code.slice('BATON1'.length)).toMatch(/^[0-9A-HJ-NP-X]+$/);
  });

  test('with any one character changed is refused', () => {
    for (let at = 0; at < code.length; at += 1)
      for (const other of '0AX9Ob ') {
        const changed = code.slice(0, at) + other + code.slice(at + 1);
        if (changed !== code) expect(refusal(changed), `${other} at ${at}`).toMatch(/^E730[12]$/);
      }
  });

  test('with a character too many, too few or two exchanged is refused', () => {
    expect(refusal(`${code}0`)).toBe('E7302');
    for (let at = 6; at < code.length - 1; at += 1) {
      expect(refusal(code.slice(0, at) + code.slice(at + 1))).toBe('E7302');
      const exchanged = code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2);
      if (exchanged !== code) expect(refusal(exchanged)).toBe('E7302');
    }
  });

  test('of another key is refused, and what is no traveller is named so', () => {
    expect(refusal(code, new Uint8Array(32))).toBe('E7302');
    for (const text of ['', '20UPGM22110001', 'BATON', '{"sequence": "x"}'])
      expect(refusal(text)).toBe('E7301');
    expect(refusal('BATON1')).toBe('E7302');
  });

  test('that scanners could not read is not made', () => {
    expect(() =>
      encodeTraveller(
        { ...traveller, set: { A: Array.from({ length: 900 }, (_, i) => i * 7919).join() } },
        key,
      ),
    ).toThrow('E7307');
  });
});

/** A config folder of its own with the shipped sequences. */
async function config(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-traveller-'));
  await cp('config/sequences', join(folder, 'sequences'), { recursive: true });
  await cp('config/checks', join(folder, 'checks'), { recursive: true });
  return folder;
}

describe('a traveller', () => {
  test('starts exactly its sequence with its values', async () => {
    const folder = await config();
    const made = await createTraveller(folder, {
      sequence: 'electrical-qc',
      set: { TargetThreshold: '1500' },
      module: '20UPGM22110001',
      by: 'Ada',
    });
    const { traveller: read, script } = await readTraveller(made.code, folder);
    expect(read).toMatchObject({
      sequence: 'electrical-qc',
      set: { TargetThreshold: '1500' },
      module: '20UPGM22110001',
    });
    expect(script.substitutions).toEqual([{ name: 'TargetThreshold', value: 1500, from: 'set' }]);
    expect((await stat(join(folder, 'traveller.key'))).mode & 0o777).toBe(0o600);
  });

  test('is not made with values that the script refuses', async () => {
    const request = { sequence: 'electrical-qc', set: { TargetThreshold: '5' }, by: 'Ada' };
    await expect(createTraveller(await config(), request)).rejects.toThrow('E7105');
  });

  test('is refused when the script, or a check module that it names, has changed since', async () => {
    const folder = await config();
    const { code } = await createTraveller(folder, { sequence: 'quick-check', by: 'Ada' });
    await expect(readTraveller(code, folder)).resolves.toBeDefined();
    const module = join(folder, 'checks/contact.js');
    await writeFile(module, `${await readFile(module, 'utf8')}\n`);
    await expect(readTraveller(code, folder)).rejects.toThrow('E7303');

    const other = await createTraveller(folder, {
      sequence: 'electrical-qc',
      set: { TargetThreshold: '1200' },
      by: 'Ada',
    });
    await writeFile(join(folder, 'sequences/electrical-qc.scr'), '{"no": "longer"}');
    await expect(readTraveller(other.code, folder)).rejects.toThrow('E7303');
  });

  test('is refused where its sequence or the key is missing, or the key is damaged', async () => {
    const folder = await config();
    const { code } = await createTraveller(folder, { sequence: 'sldo', by: 'Ada' });
    const elsewhere = await mkdtemp(join(tmpdir(), 'baton-traveller-'));
    await expect(readTraveller(code, elsewhere)).rejects.toThrow('E7305');
    await cp(join(folder, 'traveller.key'), join(elsewhere, 'traveller.key'));
    await expect(readTraveller(code, elsewhere)).rejects.toThrow('E7304');
    await writeFile(join(folder, 'traveller.key'), 'abc');
    await expect(readTraveller(code, folder)).rejects.toThrow('E7305');
  });

  test('of two made at once is checked with one key', async () => {
    const folder = await config();
    const both = await Promise.all(
      ['sldo', 'tuning'].map((sequence) => createTraveller(folder, { sequence, by: 'Ada' })),
    );
    for (const { code } of both) await expect(readTraveller(code, folder)).resolves.toBeDefined();
  });
});

describe('without a traveller', () => {
  const rules = { substitutions: ['ada'], sequences: ['quick-check'] };
  const bob = { user: 'bob', sequence: 'quick-check', set: {}, traveller: false };

  test('an operator may run what the station allows, as it is', () => {
    expect(() => checkPermission(rules, bob)).not.toThrow();
    expect(() => checkPermission(rules, { ...bob, set: { A: '1' } })).toThrow('E7306');
    expect(() => checkPermission(rules, { ...bob, sequence: 'tuning' })).toThrow('E7306');
  });

  test('whoever may set substitutions, and everybody with a traveller, may run anything', () => {
    expect(() =>
      checkPermission(rules, { ...bob, user: 'ada', sequence: 'tuning', set: { A: '1' } }),
    ).not.toThrow();
    expect(() =>
      checkPermission(rules, { ...bob, sequence: 'tuning', set: { A: '1' }, traveller: true }),
    ).not.toThrow();
    expect(() => checkPermission(undefined, { ...bob, set: { A: '1' } })).not.toThrow();
  });
});

test('the program refuses what station.json does not let this user do, before anything is touched', async () => {
  const site = await mkdtemp(join(tmpdir(), 'baton-traveller-'));
  await cp('config', site, { recursive: true });
  const station = JSON.parse(await readFile(join(site, 'station.json'), 'utf8')) as object;
  const operators = { substitutions: ['somebody else'], sequences: ['sldo'] };
  await writeFile(join(site, 'station.json'), JSON.stringify({ ...station, operators }));
  const refused = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/baton.js', 'run', ...args, '--config', site, '--yes'], {
      encoding: 'utf8',
    });
  // A file of an allowed name elsewhere is another sequence.
  for (const args of [
    [join(site, 'sequences/sldo.scr')],
    ['electrical-qc', '--set', 'TargetThreshold=1200'],
  ]) {
    const { status, stderr } = refused(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('E7306');
  }
});

const renders = spawnSync('pdftoppm', ['-v']).status === 0;
if (!renders) {
  if (process.env.CI)
    throw new Error('pdftoppm (poppler-utils) is needed to read travellers back from their picture.');
  console.error(
    'NOT RUN: pdftoppm (poppler-utils) is not installed, so no traveller is read back from its picture.',
  );
}

describe.runIf(renders)('the printed page', () => {
  let folder: string;
  let printed: { file: string; code: string };

  beforeAll(async () => {
    folder = await config();
    const args = ['traveller', 'create', 'electrical-qc', '--config', folder, '--json'];
    const more = [
      '--set',
      'TargetThreshold=1200',
      '--module',
      '20UPGM22110001',
      '--out',
      join(folder, 't.pdf'),
    ];
    const { stdout } = await run(process.execPath, ['dist/baton.js', ...args, ...more]);
    printed = JSON.parse(stdout) as typeof printed;
  });

  test.each([72, 150])('has a code that reads back from the picture at %d dpi', async (dpi) => {
    execFileSync('pdftoppm', ['-r', String(dpi), '-png', printed.file, join(folder, `page${dpi}`)]);
    const picture = PNG.sync.read(await readFile(join(folder, `page${dpi}-1.png`)));
    const found = readCode(Uint8ClampedArray.from(picture.data), picture.width, picture.height);
    expect(found?.data).toBe(printed.code);
  });

  test('is shown by the program as what it would start', async () => {
    const args = ['dist/baton.js', 'traveller', 'read', printed.code, '--config', folder];
    const { stdout } = await run(process.execPath, args);
    expect(stdout).toContain('electrical-qc (Electrical QC)');
    expect(stdout).toMatch(/TargetThreshold\s+1200/);
  });

  test('starts its sequence on the simulated station, whoever scans it', { timeout: 60_000 }, async () => {
    const site = await mkdtemp(join(tmpdir(), 'baton-traveller-'));
    await cp('config', join(site, 'config'), { recursive: true });
    const at = ['--config', join(site, 'config')];
    const made = await run(process.execPath, [
      'dist/baton.js',
      'traveller',
      'create',
      'sldo',
      ...at,
      '--out',
      join(site, 't.pdf'),
      '--json',
    ]);
    const { code } = JSON.parse(made.stdout) as { code: string };
    const start = [
      'run',
      code,
      '--station',
      'simulated',
      '--directory',
      join(site, 'runs'),
      '--yes',
      '--json',
      ...at,
    ];
    const { stdout } = await run(process.execPath, ['dist/baton.js', ...start], { maxBuffer: 1 << 26 });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.at(0)).toMatchObject({ event: 'run.started', title: 'SLDO' });
    expect(events.at(-1)).toMatchObject({ event: 'run.ended', verdict: 'PASS' });
  });

  test('is one page, with everything in words', () => {
    expect(execFileSync('pdfinfo', [printed.file], { encoding: 'utf8' })).toMatch(/^Pages:\s+1$/m);
    const text = execFileSync('pdftotext', ['-layout', printed.file, '-'], { encoding: 'utf8' });
    for (const word of [
      'Electrical QC',
      '20UPGM22110001',
      'TargetThreshold',
      '1200',
      'crosstalk_method',
      'Wire bonds',
    ])
      expect(text).toContain(word);
  });

  test('stays one page when everything on it is long', async () => {
    const { drawTraveller } = await import('../../src/scripts/travellers/travellerPage.ts');
    const made = await createTraveller(folder, {
      sequence: 'tuning',
      by: 'x'.repeat(200),
      module: 'Ω µ '.repeat(40),
    });
    const long = { title: 'word '.repeat(50), text: `${'line\n'.repeat(60)}end` };
    const substitution = { name: 'Name'.repeat(30), value: 'value '.repeat(60), from: 'set' as const };
    const script = {
      ...made.script,
      title: 'Title '.repeat(40),
      traveller: Array(5).fill(long),
      substitutions: Array(60).fill(substitution),
    };
    await writeFile(join(folder, 'long.pdf'), await drawTraveller(made.traveller, made.code, script));
    expect(execFileSync('pdfinfo', [join(folder, 'long.pdf')], { encoding: 'utf8' })).toMatch(
      /^Pages:\s+1$/m,
    );
  });

  test('with one changed character is refused by the program with exit code 2', async () => {
    const { code } = printed;
    const changed = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['dist/baton.js', 'traveller', 'read', '--config', folder],
      {
        input: `${changed}\n`,
        encoding: 'utf8',
      },
    );
    expect(status).toBe(2);
    expect(stderr).toContain('E7302');
  });
});
