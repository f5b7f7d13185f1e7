import { batonVersion } from '../../base/programs.ts';
import type { Finding } from '../printing/findings.ts';

/** What package.json asks for, and the engine of the tests. */
const oldestNode = [20, 19] as const;

/** Baton itself, what runs it, and the two packages that carry machine code. */
export async function software(): Promise<Finding> {
  const { node } = process.versions;
  const problems = [];
  if (!isRecent(node))
    problems.push({
      code: 'E1020',
      what: `Node.js ${node} is older than Baton needs, ${oldestNode.join('.')}.`,
      remedy: 'Install a newer one from nodejs.org or with the station’s package manager.',
    });
  if (process.platform !== 'linux')
    problems.push({
      code: 'E1020',
      what: `this is ${process.platform}; locks, guardian and keeper are made for Linux.`,
      remedy: 'Use a Linux machine for anything with a module on it.',
    });
  for (const [name, load] of Object.entries(native)) {
    const why = await load().then(
      () => undefined,
      (error: Error) => error.message.split('\n')[0],
    );
    if (why !== undefined)
      problems.push({
        code: 'E1021',
        what: `the package ${name}, which carries machine code, cannot be loaded: ${why}.`,
        remedy:
          'Install Baton anew on this machine, for this Node.js (docs/installing.md); a copy from another kind of machine does not do.',
      });
  }
  return {
    about: 'software',
    problems,
    notes: [`Baton ${batonVersion()}, Node.js ${node}, ${process.platform} ${process.arch}`],
  };
}

const native: Readonly<Record<string, () => Promise<unknown>>> = {
  serialport: async () => (await import('serialport')).SerialPort.list,
  libsql: async () => {
    const { default: Database } = await import('libsql');
    new Database(':memory:').close();
  },
};

/** Whether a version, as `process.versions.node` has it, will do. */
export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}
