import { spawn } from 'node:child_process';

/** Shows a file in the desktop's usual program, where there is a desktop and a person; says whether it tried. */
export function openOnDesktop(file: string): boolean {
  if (!process.stdout.isTTY || process.env.CI || process.env.SSH_CONNECTION) return false;
  const opener = openers[process.platform];
  if (opener === undefined) return false;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return false;
  const [program, ...args] = opener;
  const child = spawn(program!, [...args, file], { detached: true, stdio: 'ignore' });
  // Whoever has no such program opens the file by the path that is printed.
  child.on('error', () => undefined);
  child.unref();
  return true;
}

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['xdg-open'],
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
