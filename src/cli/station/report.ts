import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError } from '../../base/errors.ts';
import type { Entry } from '../../itkdb/outbox/entry.ts';
import { type InterlockTestEntry, interlockTestLog } from '../../journal/interlockTests.ts';
import { readSigned } from '../../journal/signedLog.ts';
import { uploadOf } from '../../reports/run/uploads.ts';
import { chartsOf, findings } from '../../reports/station/findings.ts';
import { readStationRuns } from '../../reports/station/readStationRuns.ts';
import { stationReport } from '../../reports/station/stationReport.ts';
import { failuresByCode, hvTimeByModule, yieldBy } from '../../reports/station/tally.ts';
import { type CommonArguments, command } from '../command.ts';
import { inOutbox } from '../database/outboxOfStation.ts';
import { withConfig } from '../options.ts';
import { stationOf } from './stationFiles.ts';

interface StationReportArguments extends CommonArguments {
  config: string;
  directory?: string;
  station?: string;
  last: number;
  today: boolean;
  since?: string;
  output?: string;
}

export default command<StationReportArguments>({
  usage: 'report',
  summary: 'write a page on how this station has been: what is usual, what is not, and whom to suspect',
  build: (parser) =>
    withConfig(parser)
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('station', {
        type: 'string',
        describe: 'id of the station whose runs are meant, or "simulated" (default: that of station.json)',
      })
      .option('last', { type: 'number', default: 50, describe: 'how many runs the charts show' })
      .option('today', { type: 'boolean', default: false, describe: 'the hand-over page of today’s shift' })
      .option('since', { type: 'string', describe: 'a hand-over page from this time on: "2026-11-20 14:00"' })
      .option('output', {
        type: 'string',
        describe: 'where to write it (default: beside the run directories)',
      })
      .example('$0 station report', 'the last fifty runs')
      .example('$0 station report --today', 'for those who take over'),
  async run({ config, directory, station: wanted, last, today, since: from, output, json }) {
    const { station } = await stationOf({ config });
    const root = directory ?? station.runsDirectory;
    const id = wanted === 'simulated' ? `${station.id}-simulated` : (wanted ?? station.id);
    const made = Date.now();
    const since = from === undefined ? (today ? midnight(made) : undefined) : timeOf(from);
    const runs = await readStationRuns(root, id, last);
    if (runs.length === 0) throw noRuns(id, root);
    const queue = await inOutbox({ simulated: id.endsWith('-simulated'), runsDirectory: root }, (outbox) => ({
      ...outbox.counts(),
      open: outbox.list({}).filter(isOpen).slice(0, mostOpen).map(uploadOf),
    }));
    const html = stationReport({
      station: id,
      runs,
      made,
      since,
      queue,
      linked: output === undefined,
      ...(await selfTests(root, id)),
    });
    const path = resolve(output ?? join(root, since === undefined ? 'station.html' : 'handover.html'));
    await writeFileAtomically(path, html);
    const flags = findings(runs, chartsOf(runs));
    if (json)
      process.stdout.write(
        `${JSON.stringify({ report: path, runs: runs.length, flags, bySequence: yieldBy(runs, ({ sequence }) => sequence), failures: failuresByCode(runs), hvTime: hvTimeByModule(runs) })}\n`,
      );
    else process.stdout.write([...flags.map(({ what }) => what), path, ''].join('\n'));
    return 0;
  },
});

/** More than a person looks through; the numbers tell of all. */
const mostOpen = 30;

function isOpen({ state }: Entry): boolean {
  return state !== 'confirmed' && state !== 'dropped';
}

function noRuns(station: string, root: string): BatonError {
  return new BatonError({
    code: 'E9408',
    what: `there are no runs of the station ${station} in ${root}.`,
    remedy: 'Name another one with --station; runs on its simulated twin are those of --station simulated.',
  });
}

/** The beginning of the day on the clock of this machine. */
function midnight(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

function timeOf(text: string): number {
  const t = Date.parse(text);
  if (Number.isFinite(t)) return t;
  throw new BatonError({
    code: 'E9407',
    what: `"${text}" is no time.`,
    remedy: 'Write it as "2026-11-20 14:00".',
  });
}

/** The last self-tests of the interlocks of a station, newest first, from the signed log; and why it cannot be trusted. */
async function selfTests(runsDirectory: string, station: string) {
  const { lines, broken } = await readSigned<InterlockTestEntry>(interlockTestLog({ runsDirectory }));
  const own = lines.map(({ entry }) => entry).filter((entry) => entry.station === station);
  return {
    selfTests: own
      .slice(-10)
      .reverse()
      .map(({ ended, operator, verdict, results, left }) => ({
        t: ended,
        what: [
          `by ${operator}: ${verdict}, ${results.length} faults`,
          ...results
            .filter(({ passed }) => !passed)
            .map(({ interlock, why }) => `${interlock}: ${why ?? 'no reaction'}`),
          ...left.map((at) => `${at} could not be verified as off`),
        ].join('; '),
        passed: verdict === 'passed',
      })),
    ...(broken === undefined ? {} : { selfTestsBroken: broken }),
  };
}
