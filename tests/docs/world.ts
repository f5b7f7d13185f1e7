import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ivText, kekText, stabilityText } from '../sensors/samples.ts';
import { dageFile } from '../wirebond/dageText.ts';

export interface Said {
  exitCode: number | null;
  text: string;
}

export interface Running {
  /** Both outputs so far. */
  text(): string;
  /** Waits until it has said so. */
  says(what: RegExp): Promise<void>;
  child: ChildProcess;
  ended: Promise<Said>;
}

/** A clean room as the pages take it for granted: a station whose instruments answer, a database, some files. */
export interface World {
  directory: string;
  start(words: string): Running;
  close(): Promise<void>;
}

/** Everything on loopback: the instruments are simulated ones, which the station's files name as they would real ones. */
export async function openWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'baton-docs-'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...{ NO_COLOR: '1', LANG: 'C.UTF-8' },
    ...{ XDG_RUNTIME_DIR: directory, XDG_STATE_HOME: join(directory, 'state') },
  };
  const started = new Set<ChildProcess>();
  const start = (words: string): Running => {
    const running = startBaton(directory, env, words);
    started.add(running.child);
    void running.ended.then(() => started.delete(running.child));
    return running;
  };

  cpSync('config', join(directory, 'config'), { recursive: true });
  const station = start('baton simulate --dir instruments --config config --time-scale 100');
  await station.says(/control/);
  for (const name of ['instruments', 'channels', 'modules', 'interlocks'])
    cpSync(join(directory, 'instruments', `${name}.json`), join(directory, 'config', `${name}.json`));
  cpSync(join(directory, 'instruments', 'dirigent.toml'), join(directory, 'config', 'dirigent.toml'));
  const settings = JSON.parse(readFileSync(join(directory, 'instruments', 'station.json'), 'utf8'));
  writeFileSync(
    join(directory, 'config', 'station.json'),
    JSON.stringify({ ...settings, runs_directory: '../runs' }),
  );

  const database = start('baton itkdb serve --file database.sqlite');
  await database.says(/ITKDB_ACCESS_CODE2/);
  for (const [, name, value] of database.text().matchAll(/(ITKDB_\w+)='?([^\s']+)'?/g)) env[name!] = value!;

  writeFiles(directory);
  return {
    directory,
    start,
    close: async () => {
      const ends = [...started].map((child) => once(child, 'close'));
      for (const child of started) child.kill('SIGINT');
      const late = setTimeout(() => {
        for (const child of started) child.kill('SIGKILL');
      }, 10_000);
      await Promise.all(ends);
      clearTimeout(late);
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What the pages talk of: sensor files, pulls, a site that knows the grades of its pull tester. */
function writeFiles(directory: string): void {
  const site = join(directory, 'config', 'wirebond.json');
  writeFileSync(site, readFileSync(site, 'utf8').replaceAll('"assumed": true', '"assumed": false'));
  for (const folder of ['measurements', 'kek', 'old']) mkdirSync(join(directory, folder));
  writeFileSync(join(directory, 'measurements', 'iv.dat'), ivText());
  writeFileSync(join(directory, 'measurements', 'stability.dat'), stabilityText());
  writeFileSync(join(directory, 'old', 'iv.dat'), ivText());
  writeFileSync(join(directory, 'kek', 'kek.dat'), kekText());
  const pulls = Array.from({ length: 20 }, (_, i) => ({ load: 8 + (i % 5) / 4, grade: '1' }));
  writeFileSync(join(directory, 'pulls.csv'), dageFile(pulls));
}

function startBaton(cwd: string, env: NodeJS.ProcessEnv, words: string): Running {
  // As a shell would: the words as they stand on the page, `baton` being the built program.
  const program = `baton() { exec "${process.execPath}" "${resolve('dist/baton.js')}" "$@"; }`;
  const child = spawn('sh', ['-c', `${program}; ${words}`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    text: said,
  }));
  const says = async (what: RegExp) => {
    const over = Symbol('over');
    while (!what.test(said)) {
      const heard = await Promise.race([
        once(child.stdout, 'data'),
        once(child.stderr, 'data'),
        ended.then(() => over),
      ]);
      if (heard === over && !what.test(said)) throw new Error(`it ended without saying ${what}:\n${said}`);
    }
  };
  return { text: () => said, says, child, ended };
}
