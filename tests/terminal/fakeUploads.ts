import type { HeldDecision, QueuedUpload, ReviewRow, UploadAccess } from '../../src/terminal/uploads.ts';

const component = '20UPGM22110039';

/** Rows of a run: one that passed, one that failed, one without criteria, and one that is in the database. */
export const reviewed: readonly ReviewRow[] = [
  { component, testType: 'IV_MEASURE', step: '1 iv_curve', files: 2, verdict: 'PASS', upload: true },
  { component, testType: 'ANALOG_READBACK', step: '2 analog', files: 1, verdict: 'FAIL', upload: false },
  { component, step: '3 voltage_trimming', files: 4, verdict: 'NONE', upload: false },
  {
    component,
    testType: 'TUNING',
    step: '4 calibrate_module',
    files: 3,
    verdict: 'PASS',
    known: 'confirmed',
    upload: false,
  },
];

export const held: QueuedUpload = {
  n: 7,
  local: true,
  component,
  what: 'IV_MEASURE',
  runNumber: 'run-1',
  state: 'held',
  remote: 'abc',
  problems: [{ code: 'E8072', what: 'run-1 says the same as another.', remedy: 'Compare both.' }],
};

/** Uploads in the hands of a test: everything that is uploaded is told, one entry is held. */
export function fakeUploads() {
  const uploaded: (readonly ReviewRow[])[] = [];
  const decisions: HeldDecision[] = [];
  const uploads: UploadAccess = {
    counts: async () => ({ waiting: 2, held: 1 }),
    review: async () => ({ title: 'Electrical QC', database: 'local', rows: reviewed, notes: [] }),
    upload: async (_run, rows, _talk, { tell }) => {
      uploaded.push(rows);
      const sending: QueuedUpload = { ...held, n: 6, state: 'sending', problems: [] };
      tell([sending, held]);
      return { entries: [{ ...sending, state: 'confirmed', remote: '65f' }, held], problems: [] };
    },
    queue: async () => [held],
    send: async () => ({ entries: [{ ...held, state: 'confirmed', problems: [] }], problems: [] }),
    compare: async () => ({
      other: 'test run abc in the database',
      fields: [
        { field: 'passed', earlier: 'true', new: 'false', change: 'changed', same: false },
        { field: 'results.VBD', earlier: '120', new: '120', change: '', same: true },
      ],
    }),
    decide: async (entry, decision) => {
      decisions.push(decision);
      const { problems: _none, ...rest } = entry;
      return { ...rest, problems: [], state: decision.do === 'drop' ? 'dropped' : 'waiting' };
    },
  };
  return { uploads, uploaded, decisions };
}
