// Who may import whom: the table of ARCHITECTURE.md. An arrow that is not here is a fault. Everybody may import base.
const rooms = {
  station: [],
  scripts: [],
  journal: [],
  itkdb: [],
  wirebond: [],
  sensors: ['plots'],
  plots: [],
  instruments: ['station'],
  calibrations: ['station'],
  measurements: ['instruments', 'station'],
  guardian: ['instruments', 'journal', 'station'],
  sequence: ['calibrations', 'instruments', 'guardian', 'journal', 'scripts', 'station'],
  reports: ['calibrations', 'journal', 'plots', 'scripts'],
  terminal: ['journal'],
  api: ['calibrations', 'guardian', 'instruments', 'itkdb', 'journal', 'sequence', 'station'],
  base: [],
};

const mayImport = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `${room} imports ${['base', ...allowed].join(', ')} alone`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[room, 'base', ...allowed].join('|')})/`,
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...mayImport,
    {
      name: 'base-knows-nobody',
      severity: 'error',
      from: { path: '^src/base/' },
      to: { path: '^src/', pathNot: '^src/base/' },
    },
    {
      // A driver and its simulated instrument must not share one misunderstanding.
      name: 'simulated-instruments-know-nobody',
      severity: 'error',
      from: { path: '^src/simulator/', pathNot: '^src/simulator/dirigent/' },
      to: { path: '^src/', pathNot: '^src/(simulator|base)/' },
    },
    {
      name: 'simulated-dirigent-is-a-client',
      severity: 'error',
      from: { path: '^src/simulator/dirigent/' },
      to: { path: '^src/', pathNot: '^src/(simulator/dirigent|measurements|station|base)/' },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'nobody-imports-api',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/api/' },
      to: { path: '^src/api/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(node_modules|dist)' },
  },
};
