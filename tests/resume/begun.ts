import type { Event } from '../../src/journal/event.ts';

/** The first line of a run of one module. */
export const begun: Event = {
  event: 'run.started',
  run: 'one',
  title: 'T',
  sequence: { name: 't', sha256: '0'.repeat(64), substitutions: {} },
  station: { id: 's', site: 'S', simulated: true, timeScale: 100 },
  operator: 'o',
  versions: { baton: '0', node: '20' },
  modules: [{ index: '0', name: 'M0', chips: ['0'] }],
  failFast: true,
  upload: true,
  files: [],
};
