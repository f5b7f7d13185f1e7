import { execFileSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './measure.ts';

/**
 * Gives a simulated station a dirigent that costs as little as a process can: its help is the simulated dirigent's, and
 * for a calibration it runs the words of shell. Its path comes back.
 */
export async function useStandIn(station: string, calibration = ':'): Promise<string> {
  const path = join(station, 'dirigent');
  const help = (name: string) => {
    const file = `${path}${name && `-${name}`}.help`;
    const words = [...(name ? [name] : []), '--help'];
    const text = execFileSync(process.execPath, [join(root, 'dist', 'simulatedDirigent.js'), ...words]);
    return writeFile(file, text).then(() => `cat '${file}'`);
  };
  const answers = [
    `--version) echo 'stand-in 1' ;;`,
    `'get_module_info --help') ${await help('get_module_info')} ;;`,
    `*--help) ${await help('')} ;;`,
    `*) ${calibration} ;;`,
  ];
  await writeFile(path, `#!/bin/sh\ncase "$*" in\n${answers.join('\n')}\nesac\nexit 0\n`);
  await chmod(path, 0o755);
  const settings = join(station, 'station.json');
  const site = JSON.parse(await readFile(settings, 'utf8'));
  await writeFile(settings, JSON.stringify({ ...site, dirigent: { command: [path], flags: [] } }));
  return path;
}
