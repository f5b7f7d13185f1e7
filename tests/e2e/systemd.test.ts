import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from './baton.ts';

const unit = 'share/systemd/user/baton-run@.service';

test('the unit of a run is one that systemd takes', (context) => {
  if (spawnSync('systemd-analyze', ['--version']).error) context.skip('systemd is not installed');
  const folder = scratch();
  copyFileSync(unit, join(folder, 'baton-run@electrical-qc.service'));
  const said = execFileSync(
    'systemd-analyze',
    ['verify', '--user', join(folder, 'baton-run@electrical-qc.service')],
    { encoding: 'utf8', env: { ...process.env, XDG_RUNTIME_DIR: folder }, stdio: 'pipe' },
  );
  expect(said).toBe('');
});

test('baton safe follows whatever ended the runner, and never a run that ended or was refused by itself', () => {
  const [, condition] = /ExecStopPost=\/bin\/sh -c '(.*)'/.exec(readFileSync(unit, 'utf8'))!;
  // Of the exit codes of a run only 5 says that power may be on; 2 may mean that somebody else works here.
  const followed = (code: string, status: string) =>
    execFileSync('/bin/sh', ['-c', condition!.replace('exec baton safe', 'echo safe')], {
      encoding: 'utf8',
      env: { EXIT_CODE: code, EXIT_STATUS: status, BATON_SAFE: '--station left' },
    }).trim();
  const exited = ['0', '1', '2', '3', '4', '130'].map((status) => followed('exited', status));
  expect(exited).toEqual(Array(6).fill(''));
  expect(followed('exited', '5')).toBe('safe --station left');
  expect(followed('killed', 'KILL')).toBe('safe --station left');
  expect(followed('dumped', 'ABRT')).toBe('safe --station left');
});
