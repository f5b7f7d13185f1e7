import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Problem } from '../../src/base/errors.ts';
import { clockProblems, skewProblems } from '../../src/cli/doctor/clock.ts';
import { portProblems } from '../../src/cli/doctor/serialPorts.ts';
import { locale, logoutProblems, terminal } from '../../src/cli/doctor/session.ts';
import { isRecent } from '../../src/cli/doctor/software.ts';
import type { Finding } from '../../src/cli/printing/findings.ts';
import { baton, scratch } from '../e2e/baton.ts';
import { config } from '../e2e/config.ts';

const codes = (problems: readonly Problem[]) =>
  problems.map(({ code, severity }) => (severity === 'warning' ? `${code} warning` : code));

test('a port: there, by a name that stays, and this user’s to open', () => {
  const good = { path: '/dev/serial/by-id/x', instruments: ['hv_1'], device: '/dev/ttyUSB0', mayOpen: true };
  expect(portProblems(good, 'ann')).toEqual([]);
  expect(codes(portProblems({ ...good, path: '/dev/ttyUSB0' }, 'ann'))).toEqual(['E1024 warning']);
  const { device, ...gone } = good;
  expect(codes(portProblems({ ...gone, mayOpen: false }, 'ann'))).toEqual(['E1022']);

  const closed = (group?: { name: string; listed: boolean; inSession: boolean }) => {
    const [problem] = portProblems({ ...good, mayOpen: false, ...(group ? { group } : {}) }, 'ann');
    expect(problem).toMatchObject({
      code: 'E1023',
      what: `ann may not open the serial port ${device} of hv_1.`,
    });
    return problem!.remedy;
  };
  expect(closed({ name: 'dialout', listed: false, inSession: false })).toMatch(
    /^sudo usermod -aG dialout ann, then log out/,
  );
  expect(closed({ name: 'dialout', listed: true, inSession: false })).toMatch(
    /log out everywhere and in again/,
  );
  expect(closed({ name: 'dialout', listed: true, inSession: true })).toMatch(/ls -l \/dev\/ttyUSB0/);
  // Nobody should work as root.
  expect(closed({ name: 'root', listed: false, inSession: false })).toMatch(/udev rule/);
  expect(closed()).toMatch(/udev rule/);
});

test('a clock: kept, not before the newest run, and near that of the database', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  expect(clockProblems({ now, synchronised: true, newestRun: now - 1000 })).toEqual([]);
  expect(clockProblems({ now })).toEqual([]);
  expect(codes(clockProblems({ now, synchronised: false }))).toEqual(['E1026 warning']);
  expect(codes(clockProblems({ now, newestRun: now + 3_600_000 }))).toEqual(['E1027']);
  expect(skewProblems(now, now + 2900)).toEqual([]);
  expect(codes(skewProblems(now, now + 20_000))).toEqual(['E1027 warning']);
  expect(skewProblems(now, now - 90_000)).toMatchObject([
    { code: 'E1027', what: expect.stringContaining('90 s behind') },
  ]);
});

test('locale, terminal, log-out and Node.js', () => {
  expect(locale({ LANG: 'de_CH.utf8' }).problems).toEqual([]);
  // LC_ALL wins over the others [locale(7)].
  expect(codes(locale({ LANG: 'de_CH.UTF-8', LC_ALL: 'C' }).problems)).toEqual(['E1028 warning']);
  expect(codes(locale({}).problems)).toEqual(['E1028 warning']);

  expect(terminal({ isTerminal: false }, {})).toMatchObject({ problems: [], aside: true });
  expect(terminal({ isTerminal: true, columns: 120, rows: 40 }, { TERM: 'xterm' }).problems).toEqual([]);
  expect(
    codes(terminal({ isTerminal: true, columns: 60, rows: 40 }, { TERM: 'dumb' }).problems),
  ).toHaveLength(2);

  const user = { user: 'ann', killUserProcesses: false, lingers: true, inLogin: true };
  expect(logoutProblems(user)).toEqual([]);
  expect(logoutProblems({ ...user, killUserProcesses: true, inLogin: false })).toEqual([]);
  expect(logoutProblems({ ...user, killUserProcesses: true })[0]!.remedy).toMatch(/enable-linger ann/);
  expect(codes(logoutProblems({ ...user, lingers: false }))).toEqual(['E1031 warning']);

  expect(['20.19.0', '22.1.0', '20.18.9', '18.20.0'].map(isRecent)).toEqual([true, true, false, false]);
  expect(JSON.parse(readFileSync('package.json', 'utf8')).engines.node, 'the two say the same').toBe(
    '>=20.19',
  );
});

test('the built program tells what a station lacks, each with a remedy, and exits 1', {
  timeout: 60_000,
}, async () => {
  const directory = config((files) => ({
    'instruments.json': files['instruments.json']!.replace(/ASRL[^"]*ADC[^"]*/, 'ASRL/dev/ttyUSB97::INSTR'),
    'station.json': files['station.json']!.replace('["dirigent"]', '["no-such-dirigent"]'),
  }));
  const env = { ITKDB_API_URL: 'http://127.0.0.1:1/', LC_ALL: 'C' };
  const { exitCode, stdout } = await baton(['doctor', '--config', directory, '--json'], { env });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  const found = Object.fromEntries(findings.map(({ about, problems }) => [about, codes(problems)]));
  expect([exitCode, ok]).toEqual([1, false]);
  expect(found).toMatchObject({
    software: [],
    'station files': [],
    'serial ports': ['E1022', 'E1022'],
    dirigent: ['E4021'],
    'keeper of the calibrations': [],
    locale: ['E1028 warning'],
    database: ['E8010 warning'],
  });
  for (const { remedy } of findings.flatMap(({ problems }) => problems)) expect(remedy).not.toBe('');
});

test('without a station of one’s own nothing is wrong with a machine that can simulate one', {
  timeout: 60_000,
}, async () => {
  const cwd = scratch();
  const { exitCode, stdout } = await baton(['doctor', '--offline'], { cwd, env: { LC_ALL: 'C.UTF-8' } });
  expect(stdout).toMatch(/ok, but {2}dirigent\n.*warning/s);
  expect(stdout).toMatch(/-- {2}database\n {6}not asked/);
  expect(stdout).toContain(`free for ${join(cwd, 'runs')}`);
  expect(exitCode).toBe(0);
});
